import { inject } from 'inversify';

import type { MemberRole } from '../messenger/messenger.js';
import { must } from '../must.js';
import type { ChatKind, ChatState } from '../protocol/protocol.js';
import { Database, rows } from '../storage/database.js';
import type {
  ChatRegistryStore,
  DeliveryTotals,
  RegistryCandidate,
  RegistryChat,
  RegistryMember,
  RegistryQuery,
} from './chat-registry-store.js';

/** The registry's word for a chat's state, from its row and its lane's. */
const STATE = `case
  when chat.state = 'closed' then 'closed'
  when chat.state = 'closing' then 'closing'
  when chat.state = 'archived' then 'archived'
  when chat.failure_code is not null or chat.failed_count > 0 or chat.held_count > 0 or chat.closing_held
    or chat.reading_missing is not null or chat.asks
    or exists (select 1 from chat_failure failure
               where failure.organization_id = chat.organization_id and failure.chat_id = chat.chat_id) then 'problem'
  when chat.due_at is null then 'ready'
  when lane.stop_code is not null then 'stopped'
  else 'pending' end`;

/**
 * What failed, the whole chat before single properties of it, the worst of them first. Without an owner nothing can be
 * done; everything else goes on beside a property that failed.
 */
const FAILURE = `coalesce(chat.failure_code, failed.code) as failure_code,
  coalesce(chat.failure_code, case when failed.property = 'owner' then failed.code end) as standstill_code,
  coalesce(failed.property = 'owner', false) as out_of_reach,
  case when chat.failure_code is null then failed.next_attempt_at else chat.next_attempt_at end as next_attempt_at`;
const FAILED = `left join lateral (
  select property, code, next_attempt_at from chat_failure failure
  where failure.organization_id = chat.organization_id and failure.chat_id = chat.chat_id
  order by array_position(array['owner', 'take-over', 'reading', 'search', 'title', 'link', 'twin'], property)
  limit 1) failed on true`;

/** An answer that takes longer than this is missing. */
const DOUBT_SHOWN_AFTER = "interval '3 seconds'";
const IN_DOUBT = `exists (select 1 from delivery_doubt doubt
  where doubt.organization_id = chat.organization_id and doubt.subject_id = chat.chat_id
    and doubt.sent_at < now() - ${DOUBT_SHOWN_AFTER})`;

const COLUMNS = `chat.chat_id, chat.kind, chat.title, chat.source_name, chat.member_count, chat.present_count,
  chat.waiting_count, chat.failed_count, ${STATE} as shown_state,
  greatest(chat.delivered_at, chat.changed_at) as state_at, ${FAILURE}, chat.asks, ${IN_DOUBT} as in_doubt, coalesce(chat.reading_missing, 0) as reading_missing, chat.held_count, chat.invite_link, chat.source_id, chat.title_by_hand, chat.edit_revision, chat.edited_by,
  chat.edited_at, case when chat.state = 'closing' and chat.close_after > now() then chat.close_after end
    as restorable_until, chat.school_year, chat.continues, chat.closing_held, chat.compared_at, chat.checked_at`;

const BELONGS = `exists (select 1 from chat_member own where own.organization_id = chat.organization_id
  and own.chat_id = chat.chat_id and own.person_id = :personId and own.wanted_role is not null)`;

/** What needs a person first. */
const STATE_PLACE = `array_position(array['problem', 'stopped', 'pending', 'closing', 'ready', 'archived', 'closed'], ${STATE})`;

/**
 * What comes first in each order; equal chats follow in the order of kinds and classes. Kind, source and title have an
 * index each; the others compare numbers only, so that ten thousand chats are sorted in a few milliseconds.
 */
const SORT: Readonly<Record<RegistryQuery['sort'], readonly string[]>> = {
  title: ['title_key'],
  kind: ['kind_place', 'source_number', 'source_name', 'title_key'],
  members: ['member_count', 'kind_place', 'source_number'],
  waiting: ['waiting_count', 'kind_place', 'source_number'],
  failed: ['failed_count', 'kind_place', 'source_number'],
  state: [STATE_PLACE, 'kind_place', 'source_number'],
  source: ['source_number', 'source_name', 'kind_place', 'title_key'],
};

function orderOf({ sort, direction }: RegistryQuery): string {
  return [...SORT[sort], 'chat_id'].map((key) => `${key.includes('(') ? key : `chat.${key}`} ${direction}`).join(', ');
}

/** Conditions are left out where nothing is asked, so that the planner sees what it may use. */
function conditionsOf(query: RegistryQuery): string {
  return [
    'chat.organization_id = :organizationId',
    query.state === undefined ? `chat.state <> 'closed' and chat.state <> 'archived'` : `${STATE} = :state`,
    ...(query.query === '' ? [] : ['strpos(chat.title_key, lower(:query)) > 0']),
    ...(query.kind === undefined ? [] : ['chat.kind = :kind']),
    ...(query.source === '' ? [] : ['chat.source_name = :source']),
    ...(query.personId === undefined ? [] : [BELONGS]),
  ].join(' and ');
}

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
  readonly standstill_code: string | null;
  readonly out_of_reach: boolean;
  readonly next_attempt_at: Date | null;
  readonly asks: boolean;
  readonly in_doubt: boolean;
  readonly reading_missing: number;
  readonly held_count: number;
  readonly invite_link: string | null;
  readonly source_id: string;
  readonly title_by_hand: boolean;
  readonly edit_revision: string;
  readonly edited_by: string | null;
  readonly edited_at: Date | null;
  readonly restorable_until: Date | null;
  readonly school_year: string;
  readonly continues: boolean | null;
  readonly closing_held: boolean;
  readonly compared_at: Date | null;
  readonly checked_at: Date | null;
}

interface MemberRow {
  readonly person_id: string;
  readonly person_kind: RegistryMember['kind'];
  readonly reasons: string[];
  readonly wanted_role: MemberRole | null;
  readonly hand: 'added' | 'removed' | 'left' | 'kept' | null;
  readonly removal_held: boolean;
  readonly account: string | null;
  readonly delivered_role: MemberRole | null;
  readonly delivered_account: string | null;
  readonly invited_at: Date | null;
  readonly failure_code: string | null;
  readonly failure_class: 'retry' | 'refused' | 'lost' | null;
  readonly next_attempt_at: Date | null;
  readonly in_doubt: boolean;
  readonly missing: boolean | null;
}

export class KnexChatRegistryStore implements ChatRegistryStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async list(query: RegistryQuery): Promise<{ readonly total: number; readonly items: readonly RegistryChat[] }> {
    const from = 'from chat left join delivery_lane lane using (organization_id)';
    const conditions = conditionsOf(query);
    const order = orderOf(query);
    const [counted, found] = await Promise.all([
      rows<{ total: string }>(this.database.knex, `select count(*) as total ${from} where ${conditions}`, { ...query }),
      rows<ChatRow>(
        this.database.knex,
        `with page as (select chat_id ${from} where ${conditions} order by ${order} offset :offset limit :limit)
         select ${COLUMNS} from page join chat using (chat_id) left join delivery_lane lane using (organization_id) ${FAILED}
         where chat.organization_id = :organizationId
         order by ${order}`,
        { ...query },
      ),
    ]);
    return { total: Number(must(counted[0], 'the count').total), items: found.map(toChat) };
  }

  async find(organizationId: string, chatId: string, personId: string | undefined): Promise<RegistryChat | undefined> {
    const found = await rows<ChatRow>(
      this.database.knex,
      `select ${COLUMNS} from chat left join delivery_lane lane using (organization_id) ${FAILED}
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
              failure_class, next_attempt_at,
              exists (select 1 from delivery_doubt doubt
                      where doubt.organization_id = member.organization_id and doubt.subject_id = member.chat_id
                        and doubt.sent_at < now() - ${DOUBT_SHOWN_AFTER}
                        and member.person_id = any(doubt.person_ids)) as in_doubt,
              reading_missing is not null and delivered_account is not null
                and not delivered_account = any(read_accounts) and delivered_account is distinct from owner_account
                as missing
       from chat_member member
       join (select organization_id, chat_id, reading_missing, read_accounts, owner_account from chat) listed
         using (organization_id, chat_id)
       left join account_link link on link.person_id = member.person_id and link.state <> 'unlinked'
       where organization_id = :organizationId and chat_id = :chatId::uuid
         and (wanted_role is not null or delivered_account is not null or rule_role is not null)`,
      { organizationId, chatId },
    );
    return found.map(toMember);
  }

  async candidates(organizationId: string, chatId: string): Promise<readonly RegistryCandidate[]> {
    const found = await rows<{ remote_id: string; title: string; people: string[]; others: number; whole: boolean }>(
      this.database.knex,
      `select remote_id, title, next_offset is null as whole,
              coalesce(array_agg(member.person_id) filter (where member.person_id is not null), '{}') as people,
              count(account.id) filter (where member.person_id is null)::integer as others
       from chat_candidate candidate
       left join unnest(candidate.accounts) as account(id) on account.id <> candidate.account
       left join account_link link on link.external_user_id = account.id and link.state <> 'unlinked'
       left join chat_member member on member.organization_id = candidate.organization_id
         and member.chat_id = candidate.chat_id and member.person_id = link.person_id
       where candidate.organization_id = :organizationId and candidate.chat_id = :chatId::uuid
       group by remote_id, title, next_offset, found_at order by found_at, remote_id`,
      { organizationId, chatId },
    );
    return found.map((row) => ({
      remoteId: row.remote_id,
      title: row.title,
      personIds: row.people,
      others: row.others,
      whole: row.whole,
    }));
  }

  async sources(organizationId: string, personId: string | undefined): Promise<readonly string[]> {
    const found = await rows<{ source_name: string }>(
      this.database.knex,
      `select source_name from chat
       where organization_id = :organizationId and state <> 'closed' and source_name <> ''
         and (:personId::text is null or ${BELONGS})
       group by source_number, source_name
       order by source_number, source_name`,
      { organizationId, personId: personId ?? null },
    );
    return found.map((row) => row.source_name);
  }

  async totals(organizationId: string, personId: string | undefined): Promise<DeliveryTotals> {
    const found = await rows<Record<keyof DeliveryTotals, string>>(
      this.database.knex,
      `select count(*) as chats, count(*) filter (where due_at is null or due_at > now()) as "chatsDone",
              coalesce(sum(member_count), 0) as memberships, coalesce(sum(present_count), 0) as present,
              coalesce(sum(waiting_count), 0) as waiting, coalesce(sum(failed_count), 0) as failed
       from chat where organization_id = :organizationId and state = 'open' ${personId === undefined ? '' : `and ${BELONGS}`}`,
      { organizationId, personId },
    );
    const row = must(found[0], 'the totals');
    const number = (key: keyof DeliveryTotals): number => Number(row[key]);
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
    standstillCode: row.standstill_code ?? undefined,
    outOfReach: row.out_of_reach,
    nextAttemptAt: row.next_attempt_at ?? undefined,
    asks: row.asks,
    inDoubt: row.in_doubt,
    readingMissing: row.reading_missing,
    held: row.held_count,
    inviteLink: row.invite_link ?? undefined,
    sourceId: row.source_id,
    titleByHand: row.title_by_hand,
    editRevision: Number(row.edit_revision),
    editedBy: row.edited_by ?? undefined,
    editedAt: row.edited_at ?? undefined,
    restorableUntil: row.restorable_until ?? undefined,
    schoolYear: row.school_year,
    continues: row.continues ?? undefined,
    closingHeld: row.closing_held,
    comparedAt: row.compared_at ?? undefined,
    checkedAt: row.checked_at ?? undefined,
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
    inDoubt: row.in_doubt,
    missing: row.missing ?? false,
  };
}
