// @ts-check

/**
 * Who made a chat stays its owner on the messenger's side, whoever has run it since.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    alter table chat add column maker_account bigint;
    update chat set maker_account = coalesce(former_account, owner_account) where remote_id is not null;
    comment on column chat.maker_account is 'The account that made the chat: its owner on the messenger''s side, whoever runs it';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    alter table chat drop column maker_account;
  `);
}
