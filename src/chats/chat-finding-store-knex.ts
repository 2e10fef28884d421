import type { Knex } from 'knex';

import { rows } from '../storage/database.js';
import type { DueChat } from './chat-delivery-store.js';
import type { ChatFinding } from './chat-snapshot.js';

interface Found {
  readonly chat: DueChat;
  readonly finding: ChatFinding;
}

type FoundOf<K extends ChatFinding['kind']> = Found & { readonly finding: Extract<ChatFinding, { kind: K }> };

function isOf<K extends ChatFinding['kind']>(kind: K): (found: Found) => found is FoundOf<K> {
  return (found): found is FoundOf<K> => found.finding.kind === kind;
}

/** A chat that cannot be taken over is looked for again after this. */
const NOT_TAKEN_REST = "interval '6 hours'";

/** Books what candidates proved; afterwards they are no candidates any more, but where a person has to choose. */
export async function writeFindings(
  transaction: Knex,
  organizationId: string,
  findings: readonly Found[],
): Promise<void> {
  await writeAdopted(transaction, organizationId, findings.filter(isOf('adopt')));
  await writeAsked(transaction, organizationId, findings.filter(isOf('ask')));
  await writeNotTaken(transaction, organizationId, findings.filter(isOf('not-taken')));
  await endCreations(
    transaction,
    organizationId,
    findings.filter(isOf('none')).flatMap(({ chat, finding }) => (finding.ended ? [chat.chatId] : [])),
  );
  await forgetCandidates(
    transaction,
    organizationId,
    findings.filter(({ finding }) => finding.kind !== 'ask').map(({ chat }) => chat.chatId),
  );
}

/**
 * The candidates are these chats, unless another chat has taken one meanwhile. They are read whole before anything else
 * is believed.
 */
export async function writeAdopted(
  transaction: Knex,
  organizationId: string,
  adopted: readonly FoundOf<'adopt'>[],
): Promise<void> {
  if (adopted.length === 0) return;
  const given = adopted.map(({ chat, finding: { candidate } }) => ({
    chat_id: chat.chatId,
    remote_id: candidate.remoteId,
    account: candidate.account,
    title: candidate.title,
  }));
  await rows(
    transaction,
    `with adopted as (
       update chat set
         maker_account = coalesce(chat.maker_account, chat.owner_account, given.account),
         former_account = chat.owner_account, former_remote_id = chat.remote_id,
         remote_id = given.remote_id, owner_account = given.account, remote_title = given.title,
         read_offset = 0, read_accounts = '{}', read_total = null, reading_missing = null, read_started_at = now(), asks = false,
         failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0, due_at = now()
       from jsonb_to_recordset(:given::jsonb) as given(chat_id uuid, remote_id text, account bigint, title text)
       where chat.organization_id = :organizationId and chat.chat_id = given.chat_id
         and not exists (select 1 from chat known
                         where known.owner_account = given.account and known.remote_id = given.remote_id)
       returning chat.chat_id)
     delete from chat_failure failure using adopted
     where failure.organization_id = :organizationId and failure.chat_id = adopted.chat_id
       and failure.property in ('search', 'take-over', 'owner', 'reading')`,
    { organizationId, given: JSON.stringify(given) },
  );
}

async function writeAsked(transaction: Knex, organizationId: string, asked: readonly Found[]): Promise<void> {
  if (asked.length === 0) return;
  await rows(
    transaction,
    `update chat set asks = true, failure_code = 'chat.candidates', failure_class = 'refused', next_attempt_at = null
     where organization_id = :organizationId and chat_id = any(:chatIds::uuid[])`,
    { organizationId, chatIds: asked.map(({ chat }) => chat.chatId) },
  );
}

/** SQL: a property that has failed before fails once more. */
const ONCE_MORE = `on conflict (organization_id, chat_id, property) do update set code = excluded.code,
  next_attempt_at = excluded.next_attempt_at, attempts = failure.attempts + 1`;

async function writeNotTaken(
  transaction: Knex,
  organizationId: string,
  notTaken: readonly FoundOf<'not-taken'>[],
): Promise<void> {
  if (notTaken.length === 0) return;
  await rows(
    transaction,
    `insert into chat_failure as failure (organization_id, chat_id, property, code, class, next_attempt_at)
     select :organizationId, chat_id, 'take-over', code, 'refused', now() + ${NOT_TAKEN_REST}
     from unnest(:chatIds::uuid[], :codes::text[]) as given(chat_id, code)
     ${ONCE_MORE}`,
    {
      organizationId,
      chatIds: notTaken.map(({ chat }) => chat.chatId),
      codes: notTaken.map(({ finding }) => finding.code),
    },
  );
}

/** Chats that another account was to take over, and of which nothing that it sees may be the same: they rest. */
export async function restWhereNothingFits(
  transaction: Knex,
  organizationId: string,
  chatIds: readonly string[],
): Promise<void> {
  if (chatIds.length === 0) return;
  await rows(
    transaction,
    `insert into chat_failure as failure (organization_id, chat_id, property, code, class, next_attempt_at)
     select chat.organization_id, chat.chat_id, 'take-over', 'chat.not-found', 'refused', now() + ${NOT_TAKEN_REST}
     from chat
     where chat.organization_id = :organizationId and chat.chat_id = any(:chatIds::uuid[]) and chat.remote_id is not null
       and not exists (select 1 from chat_candidate candidate
                       where candidate.organization_id = chat.organization_id and candidate.chat_id = chat.chat_id)
     ${ONCE_MORE}`,
    { organizationId, chatIds: [...chatIds] },
  );
}

/** Creations that have come to nothing: nobody is in doubt any more, the chats may be created anew. */
export async function endCreations(
  transaction: Knex,
  organizationId: string,
  chatIds: readonly string[],
): Promise<void> {
  if (chatIds.length === 0) return;
  await rows(
    transaction,
    `with ended as (
       delete from delivery_doubt
       where organization_id = :organizationId and subject_id = any(:chatIds::uuid[]) and kind = 'chat.create')
     update chat set searched_at = null, asks = false, failure_code = null, failure_class = null, next_attempt_at = null,
       attempts = 0, due_at = now()
     where organization_id = :organizationId and chat_id = any(:chatIds::uuid[])`,
    { organizationId, chatIds: [...chatIds] },
  );
}

export async function forgetCandidates(
  transaction: Knex,
  organizationId: string,
  chatIds: readonly string[],
): Promise<void> {
  if (chatIds.length === 0) return;
  await rows(
    transaction,
    'delete from chat_candidate where organization_id = :organizationId and chat_id = any(:chatIds::uuid[])',
    { organizationId, chatIds: [...chatIds] },
  );
}
