import type { Knex } from 'knex';

import { rows } from '../storage/database.js';

import type { ChatChange, MemberChange, Settlement } from './chat-settlement.js';

type Booked = Settlement & { readonly chatId: string };

/** Columns of the chat's row that a change touches. */
function chatColumns(change: ChatChange, knex: Knex): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  if (change.remoteId !== undefined) columns['remote_id'] = change.remoteId;
  if (change.ownerAccount !== undefined) columns['owner_account'] = change.ownerAccount;
  if (change.remoteTitle !== undefined) columns['remote_title'] = change.remoteTitle;
  if (change.inviteLink !== undefined) columns['invite_link'] = change.inviteLink;
  if (change.intentAt === null) columns['intent_at'] = null;
  if (change.readOffset !== undefined) columns['read_offset'] = change.readOffset;
  if (change.readSeen !== undefined) columns['read_seen'] = change.readSeen;
  if (change.closed) Object.assign(columns, { state: 'closed', due_at: null });
  if (change.failure === null) {
    Object.assign(columns, { failure_code: null, failure_class: null, next_attempt_at: null, attempts: 0 });
  } else if (change.failure !== undefined) {
    Object.assign(columns, {
      failure_code: change.failure.code,
      failure_class: change.failure.class,
      next_attempt_at: change.failure.nextAttemptAt,
      attempts: knex.raw('attempts + 1'),
    });
  }
  return columns;
}

/** A request carries a few dozen calls at most, so there are a few dozen statements at most. */
export async function writeChatChanges(
  transaction: Knex,
  organizationId: string,
  settlements: readonly Booked[],
): Promise<void> {
  for (const { chatId, chat } of settlements) {
    const columns = chat === undefined ? {} : chatColumns(chat, transaction);
    if (Object.keys(columns).length === 0) continue;
    await transaction('chat').where({ organization_id: organizationId, chat_id: chatId }).update(columns);
  }
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
       failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0
     from unnest(:chatIds::uuid[], :accounts::bigint[], :roles::text[]) as seen(chat_id, account, role)
     join account_link link on link.external_user_id = seen.account and link.state <> 'unlinked'
     where member.organization_id = :organizationId and member.chat_id = seen.chat_id
       and member.person_id = link.person_id
       and (member.delivered_account is null or member.delivered_account = seen.account)`,
    {
      organizationId,
      chatIds: seen.map((row) => row.chatId),
      accounts: seen.map((row) => row.account),
      roles: seen.map((row) => row.role),
    },
  );
}

function memberColumns(change: MemberChange, knex: Knex): Record<string, unknown> {
  const settled = { failure_code: null, failure_class: null, next_attempt_at: null, attempts: 0, invited_at: null };
  switch (change.kind) {
    case 'left':
      return { ...settled, delivered_role: null, delivered_account: null };
    case 'joined':
      return { ...settled, delivered_role: change.role, delivered_account: change.account };
    case 'role':
      return { ...settled, delivered_role: change.role };
    case 'invited':
      return { ...settled, invited_at: knex.fn.now(), failure_code: change.code };
    case 'failed':
      return {
        failure_code: change.failure.code,
        failure_class: change.failure.class,
        next_attempt_at: change.failure.nextAttemptAt,
        attempts: knex.raw('attempts + 1'),
      };
  }
}

/** In the order of the calls: an addition and the role that follows it concern one row. */
export async function writeMemberChanges(
  transaction: Knex,
  organizationId: string,
  settlements: readonly Booked[],
): Promise<void> {
  for (const { chatId, member } of settlements) {
    if (member === undefined) continue;
    await transaction('chat_member')
      .where({ organization_id: organizationId, chat_id: chatId, person_id: member.personId })
      .update(memberColumns(member, transaction));
  }
}
