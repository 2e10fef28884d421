import type { Knex } from 'knex';

import type { MemberRole } from '../messenger/messenger.js';
import { rows } from '../storage/database.js';
import type { BookedSettlement } from './chat-delivery-store.js';
import type { ChatChange, MemberChange, StoredFailure } from './chat-change.js';

export interface ChatSettlement extends BookedSettlement {
  readonly chatId: string;
}

export function isOfChat(settlement: BookedSettlement): settlement is ChatSettlement {
  return settlement.chatId !== undefined;
}

/** When a failure of `given.rest_ms` milliseconds is tried again. */
const NEXT_ATTEMPT = `now() + given.rest_ms * interval '1 millisecond'`;

/** What a pack of calls changed in the rows of chats: one statement, whatever the number of calls. */
export async function writeChatChanges(
  transaction: Knex,
  organizationId: string,
  settlements: readonly ChatSettlement[],
): Promise<void> {
  const changes = new Map<string, ChatRowChange>();
  for (const { chatId, chat, asOf } of settlements) {
    if (chat === undefined) continue;
    changes.set(chatId, { ...changes.get(chatId), ...chat, ...(asOf === undefined ? {} : { asOf }) });
  }
  if (changes.size === 0) return;
  await rows(
    transaction,
    `update chat set
       maker_account = coalesce(chat.maker_account, chat.owner_account, given.owner_account),
       former_account = case when given.taken_over then chat.owner_account else chat.former_account end,
       former_remote_id = case when given.taken_over then chat.remote_id else chat.former_remote_id end,
       remote_id = coalesce(given.remote_id, chat.remote_id),
       owner_account = coalesce(given.owner_account, chat.owner_account),
       remote_title = case when given.sets_title then given.remote_title else chat.remote_title end,
       invite_link = coalesce(given.invite_link, chat.invite_link),
       creates_bare = chat.creates_bare or given.creates_bare,
       asks = chat.asks or given.asks,
       read_started_at = case when given.sets_reading and (chat.read_offset is null or chat.read_offset = 0)
                              then coalesce(given.as_of, now()) else chat.read_started_at end,
       read_offset = case when given.sets_reading then given.read_offset else chat.read_offset end,
       read_accounts = case when given.sets_reading then coalesce(given.read_accounts, '{}') else chat.read_accounts end,
       read_total = case when given.sets_reading then given.read_total else chat.read_total end,
       -- What a held list left out is known no longer once another one is begun.
       reading_missing = case when given.sets_reading then null else chat.reading_missing end,
       state = case when given.closed then 'closed' else chat.state end,
       due_at = case when given.closed then null else chat.due_at end,
       failure_code = case when given.sets_failure then given.failure_code else chat.failure_code end,
       failure_class = case when given.sets_failure then given.failure_class else chat.failure_class end,
       next_attempt_at = case when given.sets_failure then ${NEXT_ATTEMPT} else chat.next_attempt_at end,
       attempts = case when not given.sets_failure then chat.attempts
                       when given.failure_code is null then 0 else chat.attempts + 1 end
     from jsonb_to_recordset(:given::jsonb) as given(
       chat_id uuid, taken_over boolean, remote_id text, owner_account bigint, sets_title boolean, remote_title text,
       invite_link text, creates_bare boolean, asks boolean, sets_reading boolean, read_offset integer,
       read_accounts bigint[], read_total integer, as_of timestamptz, closed boolean, sets_failure boolean,
       failure_code text, failure_class text, rest_ms float8)
     where chat.organization_id = :organizationId and chat.chat_id = given.chat_id`,
    { organizationId, given: JSON.stringify([...changes].map(([chatId, change]) => chatRow(chatId, change))) },
  );
}

interface ChatRowChange extends ChatChange {
  readonly asOf?: Date;
}

function chatRow(chatId: string, change: ChatRowChange): Record<string, unknown> {
  return {
    chat_id: chatId,
    taken_over: change.takenOver ?? false,
    remote_id: change.remoteId,
    owner_account: change.ownerAccount,
    sets_title: change.remoteTitle !== undefined,
    remote_title: change.remoteTitle,
    invite_link: change.inviteLink,
    creates_bare: change.createsBare ?? false,
    asks: change.asks ?? false,
    sets_reading: change.reading !== undefined,
    read_offset: change.reading?.offset,
    read_accounts: change.reading?.accounts,
    read_total: change.reading?.total,
    as_of: change.asOf,
    closed: change.closed ?? false,
    sets_failure: change.failure !== undefined,
    failure_code: change.failure?.code,
    failure_class: change.failure?.class,
    rest_ms: change.failure?.restMs,
  };
}

/** Failures of single properties of chats, and those that are over. */
export async function writeChatFailures(
  transaction: Knex,
  organizationId: string,
  settlements: readonly ChatSettlement[],
): Promise<void> {
  const last = new Map<string, { chatId: string; property: string; failure: StoredFailure | null }>();
  for (const { chatId, chat } of settlements) {
    for (const [property, failure] of Object.entries(chat?.failures ?? {})) {
      last.set(`${chatId} ${property}`, { chatId, property, failure });
    }
  }
  if (last.size === 0) return;
  const given = [...last.values()].map(({ chatId, property, failure }) => ({
    ...{ chat_id: chatId, property },
    ...{ code: failure?.code, class: failure?.class, rest_ms: failure?.restMs },
  }));
  await rows(
    transaction,
    `with given as (
       select * from jsonb_to_recordset(:given::jsonb) as given(
         chat_id uuid, property text, code text, class text, rest_ms float8)
     ), over as (
       delete from chat_failure failure using given
       where failure.organization_id = :organizationId and failure.chat_id = given.chat_id
         and failure.property = given.property and given.code is null)
     insert into chat_failure as failure (organization_id, chat_id, property, code, class, next_attempt_at)
     select :organizationId, chat_id, property, code, class, ${NEXT_ATTEMPT} from given where code is not null
     on conflict (organization_id, chat_id, property) do update set code = excluded.code, class = excluded.class,
       next_attempt_at = excluded.next_attempt_at, attempts = failure.attempts + 1`,
    { organizationId, given: JSON.stringify(given) },
  );
}

/** What several calls of one pack did to one member's row. */
interface MemberWrite {
  readonly chatId: string;
  readonly personId: string;
  /** An account that is out. */
  left?: string;
  /** Where the person is now. */
  place?: { readonly account: string; readonly role: MemberRole };
  role?: MemberRole;
  invited: boolean;
  failure: StoredFailure | null;
}

/** In the order of the calls: an addition and the role that follows it concern one row. */
function afterChange(before: MemberWrite, change: MemberChange): MemberWrite {
  const settled = { ...before, invited: false, failure: null };
  switch (change.kind) {
    case 'left':
      return { ...settled, left: change.account };
    case 'joined':
      return { ...settled, place: { account: change.account, role: change.role } };
    case 'role':
      return before.place === undefined
        ? { ...settled, role: change.role }
        : { ...settled, place: { ...before.place, role: change.role } };
    case 'invited':
      return { ...settled, invited: true, failure: { code: change.code, class: 'refused', restMs: undefined } };
    case 'failed':
      return { ...before, failure: change.failure };
    case 'stray-failed':
      return before;
  }
}

/** What a pack of calls changed in the rows of members: a few statements, whatever the number of calls. */
export async function writeMemberChanges(
  transaction: Knex,
  organizationId: string,
  settlements: readonly ChatSettlement[],
): Promise<void> {
  const writes = new Map<string, MemberWrite>();
  for (const { chatId, member } of settlements) {
    if (member === undefined || member.kind === 'stray-failed') continue;
    const key = `${chatId} ${member.personId}`;
    const before = writes.get(key) ?? { chatId, personId: member.personId, invited: false, failure: null };
    writes.set(key, afterChange(before, member));
  }
  await writeStrays(transaction, organizationId, settlements);
  await writeLeft(transaction, organizationId, settlements);
  if (writes.size === 0) return;
  await rows(
    transaction,
    `update chat_member member set
       delivered_account = case when given.account is not null then given.account
                                when member.delivered_account = given.left_account then null
                                else member.delivered_account end,
       delivered_role = case when given.account is not null then given.role
                             when member.delivered_account = given.left_account then null
                             else coalesce(given.role, member.delivered_role) end,
       invited_at = case when given.invited then now() when given.failure_class is not null then member.invited_at end,
       failure_code = given.failure_code,
       failure_class = case when given.invited then null else given.failure_class end,
       next_attempt_at = ${NEXT_ATTEMPT},
       attempts = case when given.failure_class is not null and not given.invited then member.attempts + 1 else 0 end
     from jsonb_to_recordset(:given::jsonb) as given(
       chat_id uuid, person_id text, left_account bigint, account bigint, role text, invited boolean,
       failure_code text, failure_class text, rest_ms float8)
     where member.organization_id = :organizationId and member.chat_id = given.chat_id
       and member.person_id = given.person_id`,
    { organizationId, given: JSON.stringify([...writes.values()].map(memberRow)) },
  );
}

function memberRow(write: MemberWrite): Record<string, unknown> {
  return {
    chat_id: write.chatId,
    person_id: write.personId,
    left_account: write.left,
    account: write.place?.account,
    role: write.place === undefined ? write.role : write.place.role,
    invited: write.invited,
    failure_code: write.failure?.code,
    failure_class: write.failure?.class,
    rest_ms: write.failure?.restMs,
  };
}

/**
 * An account that joins while another one of the same person is still there leaves a stray behind; one that is out is
 * none any more; one that could not be taken out is tried again.
 */
async function writeStrays(
  transaction: Knex,
  organizationId: string,
  settlements: readonly ChatSettlement[],
): Promise<void> {
  const given = settlements.flatMap(({ chatId, member }) => {
    if (member === undefined || !('account' in member)) return [];
    const { kind, personId, account } = member;
    return [{ chat_id: chatId, person_id: personId, kind, account, rest_ms: restOf(member) }];
  });
  if (given.length === 0) return;
  await rows(
    transaction,
    `with given as (
       select * from jsonb_to_recordset(:given::jsonb) as given(
         chat_id uuid, person_id text, kind text, account bigint, rest_ms float8)
     ), gone as (
       delete from chat_stray stray using given
       where stray.organization_id = :organizationId and stray.chat_id = given.chat_id
         and stray.account = given.account and given.kind = 'left'
     ), failed as (
       update chat_stray stray set attempts = attempts + 1, next_attempt_at = ${NEXT_ATTEMPT}
       from given
       where stray.organization_id = :organizationId and stray.chat_id = given.chat_id
         and stray.account = given.account and given.kind = 'stray-failed')
     insert into chat_stray (organization_id, chat_id, account, person_id)
     select :organizationId, member.chat_id, member.delivered_account, member.person_id
     from given
     join chat_member member on member.organization_id = :organizationId and member.chat_id = given.chat_id
       and member.person_id = given.person_id
     where given.kind = 'joined' and member.delivered_account is distinct from given.account
       and member.delivered_account is not null
       and not exists (select 1 from given gone where gone.kind = 'left' and gone.chat_id = given.chat_id
                         and gone.account = member.delivered_account)
     on conflict do nothing`,
    { organizationId, given: JSON.stringify(given) },
  );
}

/** An account that was taken out for one person may have become another one's: they are not there either. */
async function writeLeft(
  transaction: Knex,
  organizationId: string,
  settlements: readonly ChatSettlement[],
): Promise<void> {
  const left = settlements.flatMap(({ chatId, member }) =>
    member?.kind === 'left' ? [{ chat_id: chatId, person_id: member.personId, account: member.account }] : [],
  );
  if (left.length === 0) return;
  await rows(
    transaction,
    `update chat_member member set delivered_account = null, delivered_role = null
     from jsonb_to_recordset(:left::jsonb) as given(chat_id uuid, person_id text, account bigint)
     where member.organization_id = :organizationId and member.chat_id = given.chat_id
       and member.delivered_account = given.account and member.person_id <> given.person_id`,
    { organizationId, left: JSON.stringify(left) },
  );
}

function restOf(member: MemberChange): number | undefined {
  return member.kind === 'stray-failed' ? member.failure.restMs : undefined;
}
