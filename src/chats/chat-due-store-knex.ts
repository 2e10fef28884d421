import type { Knex } from 'knex';

import { rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { recountChats } from './chat-counts-store-knex.js';

/** Priorities of {@link markChatsDue}. */
export const A_PERSON_WAITS = 0;
export const AN_EVENT = 1;
export const BULK = 2;

/** What failed of single properties of these chats is tried again. A twin stays one until it is looked for again. */
export async function forgetPropertyFailures(
  transaction: Knex,
  organizationId: string,
  chatIds: readonly string[],
): Promise<void> {
  await rows(
    transaction,
    `delete from chat_failure
     where organization_id = :organizationId and chat_id = any(:chatIds::uuid[]) and property <> 'twin'`,
    { organizationId, chatIds: [...chatIds] },
  );
}

/**
 * What is desired of these chats changed: delivery looks at them, windows read them again. A deletion that can still be
 * taken back waits for its time.
 */
export async function markChatsDue(
  transaction: Knex,
  organizationId: string,
  chatIds: readonly string[],
  priority: number,
): Promise<void> {
  if (chatIds.length === 0) return;
  await rows(
    transaction,
    `update chat set revision = revision + 1, changed_at = now(), due_at = greatest(least(due_at, now()), close_after),
       priority = least(:priority, case when due_at is null then 2 else priority end)
     where organization_id = :organizationId and chat_id = any(:chatIds::uuid[]) and state <> 'closed'`,
    { organizationId, chatIds: [...chatIds], priority },
  );
  await recountChats(transaction, organizationId, chatIds);
  await notify(transaction, { kind: 'change', organizationId, topic: 'chats' });
  await notify(transaction, { kind: 'change', organizationId, topic: 'progress' });
}

/** Chats that nobody could make so far: a plan without an account to make them with says nothing of when to plan again. */
export async function markUnmadeDue(transaction: Knex, organizationIds: readonly string[]): Promise<void> {
  const unmade = await rows<{ organization_id: string; chat_ids: string[] }>(
    transaction,
    `select organization_id, array_agg(chat_id) as chat_ids from chat
     where organization_id = any(:organizationIds) and remote_id is null and state = 'open' and due_at is null
     group by organization_id order by organization_id`,
    { organizationIds: [...organizationIds] },
  );
  for (const row of unmade) await markChatsDue(transaction, row.organization_id, row.chat_ids, AN_EVENT);
}
