import type { Knex } from 'knex';

import { must } from '../must.js';
import type { ChatKind } from '../protocol/protocol.js';
import { rows } from '../storage/database.js';
import type { TitleTaken } from './chat-edit-store.js';
import { titleKey } from './chat-title.js';
import { makeTitle, type TitledChat } from './made-titles.js';

interface TitledRow {
  readonly chat_id: string;
  readonly kind: ChatKind;
  readonly source_id: string;
  readonly source_name: string;
  readonly school_year: string;
  readonly title: string;
  readonly title_by_hand: boolean;
  readonly state: TitledChat['state'];
  readonly archived_title: string | null;
}

/**
 * Chats of an organization that are not closed, in the order of their creation. Whoever gives a title reads them under
 * the organization's lock.
 */
export async function titledChats(transaction: Knex, organizationId: string): Promise<readonly TitledChat[]> {
  const found = await rows<TitledRow>(
    transaction,
    `select chat_id, kind, source_id, source_name, school_year, title, title_by_hand, archived_title,
            case when state = 'closing' and close_after > now() then 'restorable' else state end as state
     from chat where organization_id = :organizationId and state <> 'closed'
     order by created_at, chat_id`,
    { organizationId },
  );
  return found.map((row) => ({
    chatId: row.chat_id,
    kind: row.kind,
    sourceId: row.source_id,
    sourceName: row.source_name,
    schoolYear: row.school_year,
    title: row.title,
    byHand: row.title_by_hand,
    state: row.state,
    titleBefore: row.archived_title ?? undefined,
  }));
}

/** Another chat whose title cannot be told apart from a typed one. */
export async function titleTaken(
  transaction: Knex,
  organizationId: string,
  title: string,
  exceptChatId: string | undefined,
): Promise<TitleTaken | undefined> {
  const key = titleKey(title);
  const known = await titledChats(transaction, organizationId);
  const owner = known.find((chat) => chat.chatId !== exceptChatId && titleKey(chat.title) === key);
  return owner && { kind: 'title-taken', title: owner.title, chatKind: owner.kind };
}

/** @param base title by the rules; undefined: the one the chat had */
export async function madeTitle(
  transaction: Knex,
  { organizationId, chatId }: { readonly organizationId: string; readonly chatId: string },
  base: string | undefined,
  longest: number,
): Promise<string> {
  const known = await titledChats(transaction, organizationId);
  const chat = known.find((one) => one.chatId === chatId);
  return makeTitle(must(chat, `chat ${chatId}`), base, known, longest);
}
