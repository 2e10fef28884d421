import { inject } from 'inversify';

import type { PersonKind } from '../host/host-directory.js';
import type { ChatKind } from '../protocol/protocol.js';
import { Database, rows } from '../storage/database.js';
import type { ChatQuery, ConferenceChat, ConferenceChatStore } from './conference-chat-store.js';

interface ChatRow {
  readonly chat_id: string;
  readonly kind: ChatKind;
  readonly title: string;
  readonly source_id: string;
  readonly source_name: string;
  readonly member_count: number;
}

const CHAT_COLUMNS = `chat.chat_id, chat.kind, chat.title, chat.source_id, chat.source_name, chat.member_count`;
const IN_CHAT = `(:personId::text is null or exists (select 1 from chat_member own
  where own.organization_id = chat.organization_id and own.chat_id = chat.chat_id and own.person_id = :personId
    and own.wanted_role is not null))`;

export class KnexConferenceChatStore implements ConferenceChatStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async chats(query: ChatQuery): Promise<{ total: number; items: readonly ConferenceChat[] }> {
    const found = await rows<ChatRow & { total: string }>(
      this.database.knex,
      `select ${CHAT_COLUMNS}, count(*) over () as total from chat
       where organization_id = :organizationId and state = 'open' and ${IN_CHAT}
         and (:kind::text is null or kind = :kind)
         and (:query::text = '' or position(lower(:query) in lower(concat_ws(' ', title, source_name))) > 0)
       order by array_position(array['teachers', 'class', 'guardians', 'subject', 'other'], kind),
         nullif(substring(source_name from '^\\d+'), '')::bigint nulls first, source_name, title, chat_id
       offset :offset limit :limit`,
      { ...query, personId: query.personId ?? null, kind: query.kind ?? null },
    );
    return { total: Number(found[0]?.total ?? 0), items: found.map(toChat) };
  }

  async chat(
    organizationId: string,
    chatId: string,
    personId: string | undefined,
  ): Promise<ConferenceChat | undefined> {
    const found = await rows<ChatRow>(
      this.database.knex,
      `select ${CHAT_COLUMNS} from chat
       where organization_id = :organizationId and chat_id = :chatId::uuid and state = 'open' and ${IN_CHAT}`,
      { organizationId, chatId, personId: personId ?? null },
    );
    return found[0] && toChat(found[0]);
  }

  async chatsOfSources(
    organizationId: string,
    sourceIds: readonly string[],
  ): Promise<ReadonlyMap<string, ConferenceChat>> {
    const found = await rows<ChatRow>(
      this.database.knex,
      `select distinct on (source_id) ${CHAT_COLUMNS} from chat
       where organization_id = :organizationId and source_id = any(:sourceIds::text[]) and kind in ('subject', 'class')
         and state = 'open'
       order by source_id, kind = 'subject' desc, created_at`,
      { organizationId, sourceIds: [...sourceIds] },
    );
    return new Map(found.map((row) => [row.source_id, toChat(row)]));
  }

  async chatMembers(
    organizationId: string,
    chatIds: readonly string[],
  ): Promise<readonly { readonly personId: string; readonly kind: PersonKind }[]> {
    return rows(
      this.database.knex,
      `select person_id as "personId", person_kind as kind from chat_member
       where organization_id = :organizationId and chat_id = any(:chatIds::uuid[]) and wanted_role is not null`,
      { organizationId, chatIds: [...chatIds] },
    );
  }
}

function toChat(row: ChatRow): ConferenceChat {
  return {
    chatId: row.chat_id,
    kind: row.kind,
    title: row.title,
    sourceId: row.source_id,
    sourceName: row.source_name,
    members: row.member_count,
  };
}
