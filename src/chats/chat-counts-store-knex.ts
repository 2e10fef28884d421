import type { Knex } from 'knex';

import { rows } from '../storage/database.js';

/** Counts what the registry shows of these chats again, from their members. */
export async function recountChats(
  transaction: Knex,
  organizationId: string,
  chatIds: readonly string[],
): Promise<void> {
  if (chatIds.length === 0) return;
  await rows(
    transaction,
    `update chat set member_count = counted.members, present_count = counted.present,
       waiting_count = counted.waiting, failed_count = counted.failed, held_count = counted.held
     from (
       select given.chat_id,
         count(member.person_id) filter (where wanted_role is not null) as members,
         count(member.person_id) filter (where wanted_role is not null and delivered_account is not null) as present,
         count(member.person_id) filter (where wanted_role is not null and delivered_account is null
                                           and link.person_id is null) as waiting,
         count(member.person_id) filter (where wanted_role is not null and failure_class = 'refused'
                                           and invited_at is null) as failed,
         count(member.person_id) filter (where member.removal_held) as held
       from unnest(:chatIds::uuid[]) as given(chat_id)
       left join chat_member member on member.organization_id = :organizationId and member.chat_id = given.chat_id
       left join account_link link on link.person_id = member.person_id and link.state <> 'unlinked'
       group by given.chat_id
     ) counted
     where chat.organization_id = :organizationId and chat.chat_id = counted.chat_id
       and (member_count, present_count, waiting_count, failed_count, held_count)
         is distinct from (counted.members, counted.present, counted.waiting, counted.failed, counted.held)`,
    { organizationId, chatIds: [...chatIds] },
  );
}
