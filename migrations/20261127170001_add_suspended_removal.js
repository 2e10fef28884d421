// @ts-check

/**
 * A chat administrator is in every chat, also where they were taken out by hand before: that counts again when somebody
 * else runs the chats.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    alter table chat_member add column removal_suspended boolean not null default false;
    comment on column chat_member.removal_suspended is 'Taken out by hand before they became chat administrator: they leave when they no longer are';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    alter table chat_member drop column removal_suspended;
  `);
}
