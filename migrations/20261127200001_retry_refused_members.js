// @ts-check

/**
 * Nobody says when a refusal about a person ends: those that were never to be tried again are tried within six hours.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    update chat_member set next_attempt_at = now() + random() * interval '6 hours'
    where failure_class = 'refused' and next_attempt_at is null;
    update chat set due_at = least(chat.due_at, first.at)
    from (select organization_id, chat_id, min(next_attempt_at) as at
          from chat_member where failure_class = 'refused' group by 1, 2) first
    where chat.organization_id = first.organization_id and chat.chat_id = first.chat_id and chat.state <> 'closed';
    update delivery_lane lane set due_at = least(lane.due_at, first.at)
    from (select organization_id, min(due_at) as at from chat where due_at is not null group by 1) first
    where lane.organization_id = first.organization_id;
  `);
}

/** Earlier versions try again what has a time too. */
export async function down() {}
