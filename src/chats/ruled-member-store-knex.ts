import type { Knex } from 'knex';

import { rows } from '../storage/database.js';
import { EMPTY_LIST_FROM, GUARD_MEMBERS_FROM } from './chat-preview-rules.js';
import type { DesiredMember } from './chat-rules.js';

/**
 * What a run is taken back by. A chat that the run itself made is not taken apart again, and the chat administrator is
 * undone where they were chosen.
 */
const LOG = `, log as (
  insert into membership_change (organization_id, run_id, chat_id, person_id, person_kind, before_role, after_role)
  select :organizationId, :runId::uuid, chat_id, person_id, person_kind, before_role, after_role
  from (
    select chat_id, person_id, person_kind, before_role, role as after_role from differing
    where before_role is distinct from role and not 'chat-administrator' = any(reasons)
    union all
    select chat_id, person_id, person_kind, rule_role, null from gone
    where chat_id not in (select chat_id from guarded) and not 'chat-administrator' = any(reasons)) changes
  where exists (select 1 from chat where chat.organization_id = :organizationId and chat.chat_id = changes.chat_id
                  and chat.created_at < now())
  returning 1
)`;

/** Who is named, who is not any more, where that is a large removal. */
const READ_MEMBERS = `with given as (
  select chat_id, person_id, person_kind, role, string_to_array(reasons, ',') as reasons
  from unnest(:chatIds::uuid[], :personIds::text[], :kinds::text[], :roles::text[], :reasons::text[])
    as given(chat_id, person_id, person_kind, role, reasons)
), gone as (
  select member.chat_id, member.person_id, member.person_kind, member.rule_role, member.reasons
  from chat_member member
  where member.organization_id = :organizationId and member.chat_id = any(:scope::uuid[])
    and member.rule_role is not null
    and not exists (select 1 from given
                    where given.chat_id = member.chat_id and given.person_id = member.person_id)
), guarded as (
  select gone.chat_id from gone
  group by gone.chat_id
  having count(*) * 2 > (select count(*) from chat_member ruled
                         where ruled.organization_id = :organizationId and ruled.chat_id = gone.chat_id
                           and ruled.rule_role is not null)
     and (select count(*) from chat_member ruled
          where ruled.organization_id = :organizationId and ruled.chat_id = gone.chat_id
            and ruled.rule_role is not null) >= :guardFrom
  union
  -- Everybody of a kind at once, whatever the size: a list of the directory that came back empty.
  select gone.chat_id from gone
  where :whole::boolean and not 'chat-administrator' = any(gone.reasons)
  group by gone.chat_id, gone.person_kind
  having count(*) >= :emptyFrom
     and count(*) = (select count(*) from chat_member ruled
                     where ruled.organization_id = :organizationId and ruled.chat_id = gone.chat_id
                       and ruled.person_kind = gone.person_kind and ruled.rule_role is not null
                       and not 'chat-administrator' = any(ruled.reasons))
`;

const RUNS_CHATS = `'chat-administrator' = any(excluded.reasons)`;

const WRITE_MEMBERS = `), removed as (
  update chat_member member set rule_role = null, reasons = '{}', removal_held = false, failure_code = null,
    failure_class = null, next_attempt_at = null, attempts = 0, removal_suspended = false
  from gone
  where member.organization_id = :organizationId and member.chat_id = gone.chat_id
    and member.person_id = gone.person_id and gone.chat_id not in (select chat_id from guarded)
  returning member.chat_id
), held as (
  update chat_member member set removal_held = true
  from gone
  where member.organization_id = :organizationId and member.chat_id = gone.chat_id
    and member.person_id = gone.person_id and not member.removal_held
    and gone.chat_id in (select chat_id from guarded)
  returning member.chat_id
), differing as (
  select given.chat_id, given.person_id, given.person_kind, role, given.reasons, old.rule_role as before_role
  from given
  left join chat_member old on old.organization_id = :organizationId and old.chat_id = given.chat_id
    and old.person_id = given.person_id
  where old.person_id is null
    or (old.person_kind, old.rule_role, old.reasons, old.removal_held)
      is distinct from (given.person_kind, given.role, given.reasons, false)
), written as (
  insert into chat_member as member (organization_id, chat_id, person_id, person_kind, rule_role, reasons)
  select :organizationId, chat_id, person_id, person_kind, role, reasons from differing
  on conflict (organization_id, chat_id, person_id) do update
    set person_kind = excluded.person_kind, rule_role = excluded.rule_role, reasons = excluded.reasons,
        erased = false, removal_held = false, next_attempt_at = null,
        failure_code = case when member.rule_role = excluded.rule_role then member.failure_code end,
        failure_class = case when member.rule_role = excluded.rule_role then member.failure_class end,
        hand = case when member.hand = 'kept' then null
                    when member.hand <> 'added' and ${RUNS_CHATS} then null
                    when member.removal_suspended and not ${RUNS_CHATS} then 'removed'
                    else member.hand end,
        hand_role = case when member.hand = 'kept' then null else member.hand_role end,
        removal_suspended = ${RUNS_CHATS} and (member.removal_suspended or coalesce(member.hand = 'removed', false))
    where (member.person_kind, member.rule_role, member.reasons, member.removal_held)
      is distinct from (excluded.person_kind, excluded.rule_role, excluded.reasons, false)
  returning member.chat_id
)`;

const TOUCHED = `
select chat_id, false as held from removed
union select chat_id, true from held
union select chat_id, false from written`;

/**
 * One statement: who is named gets reasons and role; whoever is not any more loses them, but for a large removal,
 * which is held. What was decided by hand stays, except that a chat administrator is in chats they were taken out of, for
 * as long as they are one. Answers with the chats in which something changed.
 */
const writeMembers = (logged: boolean): string => READ_MEMBERS + WRITE_MEMBERS + (logged ? LOG : '') + TOUCHED;

/** A chat in which something changed. */
export interface TouchedChat {
  readonly chat_id: string;
  /** A large removal waits for a confirmation. */
  readonly held: boolean;
}

/**
 * @param runId of the run that the changes are logged for; undefined: they are not
 * @param whole lists were read for their own sake, and not since an event told of somebody
 */
export async function writeRuledMembers(
  transaction: Knex,
  organizationId: string,
  chats: readonly { readonly chatId: string; readonly members: readonly DesiredMember[] }[],
  runId: string | undefined,
  whole: boolean,
): Promise<TouchedChat[]> {
  const members = chats.flatMap(({ chatId, members: desired }) => desired.map((member) => ({ chatId, ...member })));
  return rows<TouchedChat>(transaction, writeMembers(runId !== undefined), {
    organizationId,
    runId,
    guardFrom: GUARD_MEMBERS_FROM,
    emptyFrom: EMPTY_LIST_FROM,
    whole,
    scope: chats.map((chat) => chat.chatId),
    chatIds: members.map((member) => member.chatId),
    personIds: members.map((member) => member.personId),
    kinds: members.map((member) => member.kind),
    roles: members.map((member) => member.role),
    reasons: members.map((member) => member.reasons.join(',')),
  });
}
