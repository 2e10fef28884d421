import type { Knex } from 'knex';

import { rows } from '../storage/database.js';
import type { ChatCreation, CreationOutcome } from './chat-edit-store.js';

/**
 * Keeps the rules from writing until the transaction ends, and makes a write of theirs that began before read again: it
 * did not know of this chat.
 */
export async function lockForRules(
  transaction: Knex,
  { organization, version, requestId }: ChatCreation,
): Promise<CreationOutcome | 'held'> {
  await rows(
    transaction,
    `insert into organization (organization_id, name, time_zone) values (:id, :name, :timeZone)
     on conflict do nothing`,
    { ...organization },
  );
  const locked = await rows<{ sync_version: string }>(
    transaction,
    'select sync_version from organization where organization_id = :id for update',
    { id: organization.id },
  );
  const before = await rows<{ chat_id: string }>(
    transaction,
    'select chat_id from chat where organization_id = :id and request_id = :requestId::uuid',
    { id: organization.id, requestId },
  );
  if (before[0] !== undefined) return { kind: 'repeated', chatId: before[0].chat_id };
  if (locked[0]?.sync_version !== version) return { kind: 'stale' };
  await rows(transaction, 'update organization set sync_version = sync_version + 1 where organization_id = :id', {
    id: organization.id,
  });
  return 'held';
}

/** @returns the chat's id */
export async function insertChat(transaction: Knex, creation: ChatCreation): Promise<string> {
  const organizationId = creation.organization.id;
  const inserted = await rows<{ chat_id: string }>(
    transaction,
    `insert into chat (organization_id, kind, source_id, source_name, school_year, title, title_by_hand, request_id,
                       edited_by, edited_at)
     values (:organizationId, :kind, :groupId, :groupTitle, :schoolYear, :title, true, :requestId::uuid, :by, now())
     returning chat_id`,
    {
      organizationId,
      kind: creation.kind,
      groupId: creation.groupId,
      groupTitle: creation.groupTitle,
      schoolYear: creation.schoolYear,
      title: creation.title,
      requestId: creation.requestId,
      by: creation.by,
    },
  );
  const chatId = inserted[0]?.chat_id ?? '';
  await rows(
    transaction,
    `insert into chat_member (organization_id, chat_id, person_id, person_kind, rule_role, reasons)
     select :organizationId, :chatId::uuid, person_id, person_kind, role, string_to_array(reasons, ',')
     from unnest(:personIds::text[], :kinds::text[], :roles::text[], :reasons::text[])
       as given(person_id, person_kind, role, reasons)`,
    {
      organizationId,
      chatId,
      personIds: creation.members.map(({ personId }) => personId),
      kinds: creation.members.map(({ kind }) => kind),
      roles: creation.members.map(({ role }) => role),
      reasons: creation.members.map(({ reasons }) => reasons.join(',')),
    },
  );
  return chatId;
}
