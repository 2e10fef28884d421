import { inject } from 'inversify';

import type { MemberRole } from '../messenger/messenger.js';
import type { ChatKind, ChatState } from '../protocol/protocol.js';
import { Database, rows } from '../storage/database.js';
import type {
  ChatRegistryStore,
  DeliveryTotals,
  RegistryChat,
  RegistryMember,
  RegistryQuery,
} from './chat-registry-store.js';

/** The registry's word for a chat's state, from its row and its lane's. */
const STATE = `case
  when chat.state = 'closed' then 'closed'
  when chat.state = 'closing' then 'closing'
  when chat.failure_code is not null or chat.failed_count > 0
    or exists (select 1 from chat_member held where held.organization_id = chat.organization_id
               and held.chat_id = chat.chat_id and held.removal_held) then 'problem'
  when chat.due_at is null then 'ready'
  when lane.stop_code is not null then 'stopped'
  else 'pending' end`;

const COLUMNS = `chat.chat_id, chat.kind, chat.title, chat.source_name, chat.member_count, chat.present_count,
  chat.waiting_count, chat.failed_count, ${STATE} as shown_state,
  coalesce(chat.delivered_at, chat.changed_at) as state_at, chat.failure_code, chat.next_attempt_at,
  exists (select 1 from chat_member held where held.organization_id = chat.organization_id
          and held.chat_id = chat.chat_id and held.removal_held) as removal_held,
  chat.invite_link, chat.revision`;

const BELONGS = `exists (select 1 from chat_member own where own.organization_id = chat.organization_id
  and own.chat_id = chat.chat_id and own.person_id = :personId and own.wanted_role is not null)`;

/** Kinds in the order people look for them. */
const KIND_ORDER = `array_position(array['teachers', 'class', 'guardians', 'subject', 'other'], chat.kind)`;
/** «2А» before «10А»: the number first, then the rest. */
const NATURAL_SOURCE = `nullif(substring(chat.source_name from '^\\d+'), '')::bigint nulls first, chat.source_name`;

const SORT: Readonly<Record<RegistryQuery['sort'], string>> = {
  title: 'lower(chat.title) :direction',
  kind: `${KIND_ORDER} :direction`,
  members: 'chat.member_count :direction',
  waiting: 'chat.waiting_count :direction',
  failed: 'chat.failed_count :direction',
  state: 'shown_state :direction',
  source: 'chat.source_name :direction',
};

interface ChatRow {
  readonly chat_id: string;
  readonly kind: ChatKind;
  readonly title: string;
  readonly source_name: string;
  readonly member_count: number;
  readonly present_count: number;
  readonly waiting_count: number;
  readonly failed_count: number;
  readonly shown_state: ChatState;
  readonly state_at: Date;
  readonly failure_code: string | null;
  readonly next_attempt_at: Date | null;
  readonly removal_held: boolean;
  readonly invite_link: string | null;
  readonly revision: string;
}

interface MemberRow {
  readonly person_id: string;
  readonly person_kind: RegistryMember['kind'];
  readonly reasons: string[];
  readonly wanted_role: MemberRole | null;
  readonly hand: 'added' | 'removed' | 'left' | null;
  readonly removal_held: boolean;
  readonly account: string | null;
  readonly delivered_role: MemberRole | null;
  readonly delivered_account: string | null;
  readonly invited_at: Date | null;
  readonly failure_code: string | null;
  readonly failure_class: 'retry' | 'refused' | 'lost' | null;
  readonly next_attempt_at: Date | null;
}

export class KnexChatRegistryStore implements ChatRegistryStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async list(query: RegistryQuery): Promise<{ readonly total: number; readonly items: readonly RegistryChat[] }> {
    const order = SORT[query.sort].replaceAll(':direction', query.direction);
    const bindings = {
      ...query,
      personId: query.personId ?? null,
      kind: query.kind ?? null,
      state: query.state ?? null,
    };
    const found = await rows<ChatRow & { total: string }>(
      this.database.knex,
      `select ${COLUMNS}, count(*) over () as total
       from chat left join delivery_lane lane using (organization_id)
       where chat.organization_id = :organizationId
         and (:query::text = '' or position(lower(:query) in lower(chat.title)) > 0)
         and (:kind::text is null or chat.kind = :kind)
         and (:state::text is null or ${STATE} = :state)
         and (:personId::text is null or ${BELONGS})
       order by ${order}, ${NATURAL_SOURCE}, chat.title, chat.chat_id
       offset :offset limit :limit`,
      bindings,
    );
    return { total: Number(found[0]?.total ?? 0), items: found.map(toChat) };
  }

  async find(organizationId: string, chatId: string, personId: string | undefined): Promise<RegistryChat | undefined> {
    const found = await rows<ChatRow>(
      this.database.knex,
      `select ${COLUMNS} from chat left join delivery_lane lane using (organization_id)
       where chat.organization_id = :organizationId and chat.chat_id = :chatId::uuid
         and (:personId::text is null or ${BELONGS})`,
      { organizationId, chatId, personId: personId ?? null },
    );
    return found[0] && toChat(found[0]);
  }

  async members(organizationId: string, chatId: string): Promise<readonly RegistryMember[]> {
    const found = await rows<MemberRow>(
      this.database.knex,
      `select member.person_id, person_kind, reasons, wanted_role, hand, removal_held,
              link.external_user_id as account, delivered_role, delivered_account, invited_at, failure_code,
              failure_class, next_attempt_at
       from chat_member member
       left join account_link link on link.person_id = member.person_id and link.state <> 'unlinked'
       where organization_id = :organizationId and chat_id = :chatId::uuid`,
      { organizationId, chatId },
    );
    return found.map(toMember);
  }

  async totals(organizationId: string): Promise<DeliveryTotals> {
    const found = await rows<Record<keyof DeliveryTotals, string>>(
      this.database.knex,
      `select count(*) as chats, count(*) filter (where due_at is null or due_at > now()) as "chatsDone",
              coalesce(sum(member_count), 0) as memberships, coalesce(sum(present_count), 0) as present,
              coalesce(sum(waiting_count), 0) as waiting, coalesce(sum(failed_count), 0) as failed
       from chat where organization_id = :organizationId and state = 'open'`,
      { organizationId },
    );
    const row = found[0];
    const number = (key: keyof DeliveryTotals): number => Number(row?.[key] ?? 0);
    return {
      chats: number('chats'),
      chatsDone: number('chatsDone'),
      memberships: number('memberships'),
      present: number('present'),
      waiting: number('waiting'),
      failed: number('failed'),
    };
  }
}

function toChat(row: ChatRow): RegistryChat {
  return {
    chatId: row.chat_id,
    kind: row.kind,
    title: row.title,
    sourceName: row.source_name,
    members: row.member_count,
    present: row.present_count,
    waiting: row.waiting_count,
    failed: row.failed_count,
    state: row.shown_state,
    stateAt: row.state_at,
    failureCode: row.failure_code ?? undefined,
    nextAttemptAt: row.next_attempt_at ?? undefined,
    removalHeld: row.removal_held,
    inviteLink: row.invite_link ?? undefined,
    revision: Number(row.revision),
  };
}

function toMember(row: MemberRow): RegistryMember {
  return {
    personId: row.person_id,
    kind: row.person_kind,
    reasons: row.reasons,
    wantedRole: row.wanted_role ?? undefined,
    hand: row.hand ?? undefined,
    removalHeld: row.removal_held,
    account: row.account ?? undefined,
    deliveredRole: row.delivered_role ?? undefined,
    deliveredAccount: row.delivered_account ?? undefined,
    invited: row.invited_at !== null,
    failureCode: row.failure_code ?? undefined,
    failureClass: row.failure_class ?? undefined,
    nextAttemptAt: row.next_attempt_at ?? undefined,
  };
}
