import type { Knex } from 'knex';

import { rows } from '../storage/database.js';
import { forgetPropertyFailures } from './chat-due-store-knex.js';
import type { EditedChat, EditOutcome } from './chat-edit-store.js';
import { endCreations, forgetCandidates } from './chat-finding-store-knex.js';
import { bookEdit } from './chat-lock-store-knex.js';
import { believeReadings } from './chat-reading-store-knex.js';

const DONE: EditOutcome = { kind: 'done' };
const CONFLICT: EditOutcome = { kind: 'conflict' };

/** A person says whether a list that was not believed is true. */
export async function decideReading(
  transaction: Knex,
  edited: EditedChat,
  decision: 'confirm' | 'refuse',
): Promise<EditOutcome> {
  const key = { organizationId: edited.organizationId, chatId: edited.chatId };
  const held = await rows(
    transaction,
    `select 1 from chat
     where organization_id = :organizationId and chat_id = :chatId::uuid and reading_missing is not null`,
    key,
  );
  if (held.length === 0) return CONFLICT;
  if (decision === 'confirm') await believeReadings(transaction, edited.organizationId, [edited.chatId]);
  await rows(
    transaction,
    `update chat set reading_missing = null, read_offset = case when :again then 0 end, read_accounts = '{}',
       read_total = null
     where organization_id = :organizationId and chat_id = :chatId::uuid`,
    { ...key, again: decision === 'refuse' },
  );
  await forgetPropertyFailures(transaction, edited.organizationId, [edited.chatId]);
  await bookEdit(transaction, edited);
  return DONE;
}

/** A person says which chat on the messenger's side is this one. */
export async function decideCandidate(
  transaction: Knex,
  edited: EditedChat,
  remoteId: string | undefined,
): Promise<EditOutcome> {
  const { organizationId, chatId } = edited;
  const asked = await rows(
    transaction,
    'select 1 from chat where organization_id = :organizationId and chat_id = :chatId::uuid and asks and remote_id is null',
    { organizationId, chatId },
  );
  if (asked.length === 0) return CONFLICT;
  if (remoteId !== undefined && !(await adopt(transaction, organizationId, chatId, remoteId))) return CONFLICT;
  if (remoteId === undefined) await endCreations(transaction, organizationId, [chatId]);
  await forgetCandidates(transaction, organizationId, [chatId]);
  await forgetPropertyFailures(transaction, organizationId, [chatId]);
  await bookEdit(transaction, edited);
  return DONE;
}

async function adopt(transaction: Knex, organizationId: string, chatId: string, remoteId: string): Promise<boolean> {
  const adopted = await rows(
    transaction,
    `update chat set remote_id = candidate.remote_id, owner_account = candidate.account, remote_title = candidate.title,
       read_offset = 0, read_accounts = '{}', read_total = null, read_started_at = now(), asks = false,
       failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0
     from chat_candidate candidate
     where chat.organization_id = :organizationId and chat.chat_id = :chatId::uuid
       and candidate.organization_id = chat.organization_id and candidate.chat_id = chat.chat_id
       and candidate.remote_id = :remoteId
       and not exists (select 1 from chat known
                       where known.owner_account = candidate.account and known.remote_id = candidate.remote_id)
     returning 1`,
    { organizationId, chatId, remoteId },
  );
  return adopted.length === 1;
}

/**
 * A person gives up a chat that nobody reaches any more: nothing of it is known from now on, and whoever is wanted is
 * wanted in a new one. What may still be under way concerns the old one only.
 */
export async function replaceChat(transaction: Knex, edited: EditedChat): Promise<EditOutcome> {
  const { organizationId, chatId } = edited;
  const key = { organizationId, chatId };
  const given = await rows(
    transaction,
    `update chat set remote_id = null, owner_account = null, maker_account = null, former_account = null,
       former_remote_id = null, remote_title = null, invite_link = null, creates_bare = false, searched_at = null,
       read_offset = null, read_accounts = '{}', read_total = null, reading_missing = null,
       failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0
     where organization_id = :organizationId and chat_id = :chatId::uuid and remote_id is not null and state = 'open'
       and exists (select 1 from chat_failure failure
                   where failure.organization_id = chat.organization_id and failure.chat_id = chat.chat_id
                     and failure.property = 'owner')
     returning 1`,
    key,
  );
  if (given.length === 0) return CONFLICT;
  await rows(
    transaction,
    `update chat_member set delivered_account = null, delivered_role = null, invited_at = null, readded_at = null,
       failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0
     where organization_id = :organizationId and chat_id = :chatId::uuid`,
    key,
  );
  await rows(
    transaction,
    'delete from chat_stray where organization_id = :organizationId and chat_id = :chatId::uuid',
    key,
  );
  await rows(
    transaction,
    'delete from delivery_doubt where organization_id = :organizationId and subject_id = :chatId::uuid',
    key,
  );
  await forgetCandidates(transaction, organizationId, [chatId]);
  await forgetPropertyFailures(transaction, organizationId, [chatId]);
  await bookEdit(transaction, edited);
  return DONE;
}
