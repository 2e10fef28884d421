import type { Knex } from 'knex';

import type { MemberRole } from '../messenger/messenger.js';
import { rows } from '../storage/database.js';
import type { SentMember } from './chat-delivery-store.js';
import type { ChatChange, MemberChange, Settlement } from './chat-settlement.js';

type Booked = Settlement & { readonly chatId: string };

/** What a pack of calls changed in the rows of chats: one statement, whatever the number of calls. */
export async function writeChatChanges(
  transaction: Knex,
  organizationId: string,
  settlements: readonly Booked[],
): Promise<void> {
  const changes = new Map<string, ChatChange>();
  for (const { chatId, chat } of settlements) {
    if (chat !== undefined) changes.set(chatId, { ...changes.get(chatId), ...chat });
  }
  if (changes.size === 0) return;
  await rows(
    transaction,
    `update chat set
       remote_id = coalesce(given.remote_id, chat.remote_id),
       owner_account = coalesce(given.owner_account, chat.owner_account),
       remote_title = coalesce(given.remote_title, chat.remote_title),
       invite_link = coalesce(given.invite_link, chat.invite_link),
       intent_at = case when given.clears_intent then null else chat.intent_at end,
       read_offset = case when given.sets_offset then given.read_offset else chat.read_offset end,
       read_seen = coalesce(given.read_seen, chat.read_seen),
       read_started_at = case when given.read_offset = 0 then now() else chat.read_started_at end,
       compared_at = case when given.compared then now() else chat.compared_at end,
       state = case when given.closed then 'closed' else chat.state end,
       due_at = case when given.closed then null else chat.due_at end,
       failure_code = case when given.sets_failure then given.failure_code else chat.failure_code end,
       failure_class = case when given.sets_failure then given.failure_class else chat.failure_class end,
       next_attempt_at = case when given.sets_failure then given.next_attempt_at else chat.next_attempt_at end,
       attempts = case when not given.sets_failure then chat.attempts
                       when given.failure_code is null then 0 else chat.attempts + 1 end
     from jsonb_to_recordset(:given::jsonb) as given(
       chat_id uuid, remote_id text, owner_account bigint, remote_title text, invite_link text, clears_intent boolean,
       sets_offset boolean, read_offset integer, read_seen integer, compared boolean, closed boolean,
       sets_failure boolean, failure_code text, failure_class text, next_attempt_at timestamptz)
     where chat.organization_id = :organizationId and chat.chat_id = given.chat_id`,
    { organizationId, given: JSON.stringify([...changes].map(([chatId, change]) => chatRow(chatId, change))) },
  );
}

function chatRow(chatId: string, change: ChatChange): Record<string, unknown> {
  return {
    chat_id: chatId,
    remote_id: change.remoteId,
    owner_account: change.ownerAccount,
    remote_title: change.remoteTitle,
    invite_link: change.inviteLink,
    clears_intent: change.intentAt === null,
    sets_offset: change.readOffset !== undefined,
    read_offset: change.readOffset,
    read_seen: change.readSeen,
    compared: change.compared ?? false,
    closed: change.closed ?? false,
    sets_failure: change.failure !== undefined,
    failure_code: change.failure?.code,
    failure_class: change.failure?.class,
    next_attempt_at: change.failure?.nextAttemptAt,
  };
}

/** Accounts known to be in chats, whoever of the members they belong to; accounts of strangers stay strangers. */
export async function writeSeen(
  transaction: Knex,
  organizationId: string,
  settlements: readonly Booked[],
): Promise<void> {
  const seen = settlements.flatMap(({ chatId, seen: accounts }) =>
    (accounts ?? []).map((account) => ({ chatId, ...account })),
  );
  if (seen.length === 0) return;
  await rows(
    transaction,
    `update chat_member member set delivered_account = seen.account, delivered_role = seen.role, invited_at = null,
       sent_account = null, seen_at = now(), failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0
     from unnest(:chatIds::uuid[], :accounts::bigint[], :roles::text[]) as seen(chat_id, account, role)
     left join account_link link on link.external_user_id = seen.account and link.state <> 'unlinked'
     where member.organization_id = :organizationId and member.chat_id = seen.chat_id
       and (member.person_id = link.person_id or member.sent_account = seen.account)
       and (member.delivered_account is null or member.delivered_account = seen.account)`,
    {
      organizationId,
      chatIds: seen.map((row) => row.chatId),
      accounts: seen.map((row) => row.account),
      roles: seen.map((row) => row.role),
    },
  );
}

/**
 * Whoever was not on a whole list is not in the chat. They are added again once; whoever is missing again after that
 * left by themselves, or was taken out there, and that is respected. The chat administrator is always brought back.
 */
export async function writeMissing(
  transaction: Knex,
  organizationId: string,
  settlements: readonly Booked[],
): Promise<void> {
  const chatIds = settlements.flatMap(({ chatId, chat }) => (chat?.compared ? [chatId] : []));
  if (chatIds.length === 0) return;
  await rows(
    transaction,
    `update chat_member member set delivered_account = null, delivered_role = null, readded_at = now(),
       hand = case when member.readded_at is null or wanted_role is null
                     or 'chat-administrator' = any(member.reasons) then member.hand
                   else 'left' end
     from chat
     where member.organization_id = :organizationId and member.chat_id = any(:chatIds::uuid[])
       and chat.organization_id = member.organization_id and chat.chat_id = member.chat_id
       and member.delivered_account is not null and member.delivered_account is distinct from chat.owner_account
       and (member.seen_at is null or member.seen_at < chat.read_started_at)`,
    { organizationId, chatIds },
  );
}

/** What several calls of one pack did to one member's row. */
interface MemberWrite {
  /** Where the person is now; undefined: as before. */
  place?: { readonly account: string; readonly role: MemberRole } | null;
  role?: MemberRole;
  invited: boolean;
  failed: boolean;
  code: string | null;
  failureClass: string | null;
  nextAttemptAt: Date | null;
}

const SETTLED = { invited: false, failed: false, code: null, failureClass: null, nextAttemptAt: null };

/** In the order of the calls: an addition and the role that follows it concern one row. */
function afterChange(before: MemberWrite, change: MemberChange): MemberWrite {
  switch (change.kind) {
    case 'left':
      return { ...SETTLED, place: null };
    case 'joined':
      return { ...SETTLED, place: { account: change.account, role: change.role } };
    case 'role':
      return before.place === undefined || before.place === null
        ? { ...before, ...SETTLED, role: change.role }
        : { ...SETTLED, place: { ...before.place, role: change.role } };
    case 'invited':
      return { ...before, ...SETTLED, invited: true, code: change.code };
    case 'failed':
      return {
        ...before,
        failed: true,
        code: change.failure.code,
        failureClass: change.failure.class,
        nextAttemptAt: change.failure.nextAttemptAt,
      };
  }
}

/** What a pack of calls changed in the rows of members: one statement, whatever the number of calls. */
export async function writeMemberChanges(
  transaction: Knex,
  organizationId: string,
  settlements: readonly Booked[],
): Promise<void> {
  const writes = new Map<string, MemberWrite & { readonly chatId: string; readonly personId: string }>();
  for (const { chatId, member } of settlements) {
    if (member === undefined) continue;
    const key = `${chatId} ${member.personId}`;
    const after = afterChange(writes.get(key) ?? SETTLED, member);
    writes.set(key, { ...after, chatId, personId: member.personId });
  }
  if (writes.size === 0) return;
  await rows(
    transaction,
    `update chat_member member set
       delivered_account = case when given.placed then given.account else member.delivered_account end,
       delivered_role = case when given.placed then given.role else coalesce(given.role, member.delivered_role) end,
       invited_at = case when given.invited then now() when given.failed then member.invited_at end,
       sent_account = case when given.failed and given.failure_class = 'retry' then member.sent_account end,
       failure_code = given.failure_code, failure_class = given.failure_class,
       next_attempt_at = given.next_attempt_at,
       attempts = case when given.failed then member.attempts + 1 else 0 end
     from jsonb_to_recordset(:given::jsonb) as given(
       chat_id uuid, person_id text, placed boolean, account bigint, role text, invited boolean, failed boolean,
       failure_code text, failure_class text, next_attempt_at timestamptz)
     where member.organization_id = :organizationId and member.chat_id = given.chat_id
       and member.person_id = given.person_id`,
    { organizationId, given: JSON.stringify([...writes.values()].map(memberRow)) },
  );
}

function memberRow(
  write: MemberWrite & { readonly chatId: string; readonly personId: string },
): Record<string, unknown> {
  return {
    chat_id: write.chatId,
    person_id: write.personId,
    placed: write.place !== undefined,
    account: write.place?.account,
    role: write.place === undefined ? write.role : write.place?.role,
    invited: write.invited,
    failed: write.failed,
    failure_code: write.code,
    failure_class: write.failureClass,
    next_attempt_at: write.nextAttemptAt,
  };
}

/** Before a request leaves: whoever it puts into a chat can be taken out again, whatever becomes of its answer. */
export async function writeSent(transaction: Knex, organizationId: string, sent: readonly SentMember[]): Promise<void> {
  await rows(
    transaction,
    `update chat_member member set sent_account = given.account
     from unnest(:chatIds::uuid[], :personIds::text[], :accounts::bigint[]) as given(chat_id, person_id, account)
     where member.organization_id = :organizationId and member.chat_id = given.chat_id
       and member.person_id = given.person_id`,
    {
      organizationId,
      chatIds: sent.map(({ chatId }) => chatId),
      personIds: sent.map(({ personId }) => personId),
      accounts: sent.map(({ account }) => account),
    },
  );
}

/** It is known who is in these chats: a creation was answered or came to nothing, or the whole list was read. */
export async function forgetSent(
  transaction: Knex,
  organizationId: string,
  settlements: readonly Booked[],
): Promise<void> {
  const chatIds = settlements.flatMap(({ chatId, chat }) => {
    const answered = chat?.intentAt === null && chat.readOffset === undefined;
    return answered || chat?.compared ? [chatId] : [];
  });
  if (chatIds.length === 0) return;
  await rows(
    transaction,
    `update chat_member set sent_account = null
     where organization_id = :organizationId and chat_id = any(:chatIds::uuid[]) and sent_account is not null`,
    { organizationId, chatIds },
  );
}
