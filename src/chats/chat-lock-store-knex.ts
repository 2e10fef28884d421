import type { Knex } from 'knex';

import { wakeLanes } from '../delivery/lane-wake-store-knex.js';
import type { ChatKind } from '../protocol/protocol.js';
import { rows, type Database } from '../storage/database.js';
import { A_PERSON_WAITS, markChatsDue } from './chat-due-store-knex.js';
import type { EditedChat, EditOutcome } from './chat-edit-store.js';

/** A chat whose row is held until the transaction ends. */
export interface LockedChat {
  readonly kind: ChatKind;
  readonly state: 'open' | 'archived' | 'closing' | 'closed';
  readonly source_id: string;
  readonly source_name: string;
  readonly title_by_hand: boolean;
  readonly edit_revision: string;
  readonly edit_request_id: string | null;
  readonly closing_held: boolean;
  readonly restorable: boolean;
}

/**
 * One transaction of a change by hand. Every write locks in one order: organisation, lane, chat. The organisation's lock
 * makes titles comparable, the lane's keeps results of deliveries from being booked in between.
 */
export function withChat(
  database: Database,
  edited: EditedChat,
  work: (transaction: Knex, chat: LockedChat) => Promise<EditOutcome>,
): Promise<EditOutcome> {
  return database.knex.transaction(async (transaction): Promise<EditOutcome> => {
    await rows(transaction, 'select 1 from organization where organization_id = :organizationId for update', {
      ...edited,
    });
    const key = { organizationId: edited.organizationId, chatId: edited.chatId };
    const exists = await rows(
      transaction,
      'select 1 from chat where organization_id = :organizationId and chat_id = :chatId::uuid',
      key,
    );
    if (exists.length === 0) return { kind: 'missing' };
    await wakeLanes(transaction, [edited.organizationId]);
    const found = await rows<LockedChat>(
      transaction,
      `select kind, state, source_id, source_name, title_by_hand, edit_revision, edit_request_id, closing_held,
              state = 'closing' and close_after > now() as restorable
       from chat where organization_id = :organizationId and chat_id = :chatId::uuid for update`,
      key,
    );
    return found[0] === undefined ? { kind: 'missing' } : work(transaction, found[0]);
  });
}

/** Books who changed the chat, and makes it due at once. */
export async function bookEdit(transaction: Knex, edited: EditedChat, requestId?: string): Promise<void> {
  await rows(
    transaction,
    `update chat set edit_revision = edit_revision + 1, edited_by = :by, edited_at = now(),
       edit_request_id = :requestId::uuid
     where organization_id = :organizationId and chat_id = :chatId::uuid`,
    { ...edited, requestId: requestId ?? null },
  );
  await markChatsDue(transaction, edited.organizationId, [edited.chatId], A_PERSON_WAITS);
}
