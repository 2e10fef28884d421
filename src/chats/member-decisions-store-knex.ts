import type { Knex } from 'knex';

import { rows } from '../storage/database.js';
import type { MemberDecision } from './chat-edit-rules.js';

/** A refusal was about what was wanted before. */
const FORGET_FAILURE = `failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0,
  readded_at = null`;

interface Key {
  readonly organizationId: string;
  readonly chatId: string;
}

const RUNS_CHATS = `'chat-administrator' = any(reasons)`;

/** Writes what was decided by hand. The chat administrator is never taken out, whoever they have become meanwhile. */
export async function writeDecisions(transaction: Knex, key: Key, decisions: readonly MemberDecision[]): Promise<void> {
  await writeAdditions(transaction, key, decisions);
  await writeRemovals(transaction, key, idsOf(decisions, 'remove'));
  await writeRoles(transaction, key, decisions);
  await forgetDecisions(transaction, key, idsOf(decisions, 'rule'));
}

function idsOf(decisions: readonly MemberDecision[], action: MemberDecision['action']): string[] {
  return decisions.filter((decision) => decision.action === action).map(({ personId }) => personId);
}

async function writeAdditions(transaction: Knex, key: Key, decisions: readonly MemberDecision[]): Promise<void> {
  const added = decisions.filter((decision) => decision.action === 'add');
  if (added.length === 0) return;
  await rows(
    transaction,
    `insert into chat_member as member (organization_id, chat_id, person_id, person_kind, hand, hand_role)
     select :organizationId, :chatId::uuid, person_id, person_kind, 'added', role
     from unnest(:personIds::text[], :kinds::text[], :roles::text[]) as given(person_id, person_kind, role)
     on conflict (organization_id, chat_id, person_id) do update
       set hand = 'added', hand_role = excluded.hand_role, erased = false, removal_held = false,
           removal_suspended = false,
           invited_at = null, ${FORGET_FAILURE},
           rule_role = case when member.removal_held then null else member.rule_role end,
           reasons = case when member.removal_held then '{}' else member.reasons end`,
    {
      ...key,
      personIds: added.map(({ personId }) => personId),
      kinds: added.map(({ kind }) => kind),
      roles: added.map(({ role }) => role),
    },
  );
}

/**
 * Remembered only against a rule; without one, and where the rule let go already, the person is simply not wanted. For
 * whoever has become the chat administrator meanwhile it counts when they no longer are.
 */
async function writeRemovals(transaction: Knex, key: Key, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  await rows(
    transaction,
    `update chat_member
     set hand = case when rule_role is null or removal_held or ${RUNS_CHATS} then null else 'removed' end,
         removal_suspended = ${RUNS_CHATS}, hand_role = null,
         rule_role = case when removal_held then null else rule_role end,
         reasons = case when removal_held then '{}' else reasons end,
         removal_held = false, ${FORGET_FAILURE}
     where organization_id = :organizationId and chat_id = :chatId::uuid and person_id = any(:personIds::text[])`,
    { ...key, personIds: [...personIds] },
  );
}

async function writeRoles(transaction: Knex, key: Key, decisions: readonly MemberDecision[]): Promise<void> {
  const changed = decisions.filter((decision) => decision.action === 'role');
  if (changed.length === 0) return;
  await rows(
    transaction,
    `update chat_member member
     set hand_role = case when given.role = 'admin' or member.hand is not null then given.role end, ${FORGET_FAILURE}
     from unnest(:personIds::text[], :roles::text[]) as given(person_id, role)
     where member.organization_id = :organizationId and member.chat_id = :chatId::uuid
       and member.person_id = given.person_id`,
    { ...key, personIds: changed.map(({ personId }) => personId), roles: changed.map(({ role }) => role) },
  );
}

/** @param personIds undefined: everybody */
export async function forgetDecisions(
  transaction: Knex,
  key: Key,
  personIds: readonly string[] | undefined,
): Promise<void> {
  if (personIds?.length === 0) return;
  await rows(
    transaction,
    `update chat_member set hand = null, hand_role = null, removal_suspended = false, invited_at = null, ${FORGET_FAILURE}
     where organization_id = :organizationId and chat_id = :chatId::uuid
       and (hand is not null or hand_role is not null or removal_suspended)
       and (:personIds::text[] is null or person_id = any(:personIds::text[]))`,
    { ...key, personIds: personIds === undefined ? null : [...personIds] },
  );
}

/** @param personId undefined: everybody */
export async function forgetFailures(transaction: Knex, key: Key, personId: string | undefined): Promise<void> {
  await rows(
    transaction,
    `update chat_member set invited_at = null, ${FORGET_FAILURE}
     where organization_id = :organizationId and chat_id = :chatId::uuid
       and (failure_code is not null or invited_at is not null)
       and (:personId::text is null or person_id = :personId)`,
    { ...key, personId: personId ?? null },
  );
}
