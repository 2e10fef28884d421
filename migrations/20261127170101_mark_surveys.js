// @ts-check

/**
 * Copies of the data folder keep the database's name and timeline, and rows put back from a dump keep what they say:
 * when the server was started, and which transaction wrote the row, tell these apart.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    alter table chat_survey
      add column server_started_at timestamptz,
      add column written_in xid8;
    comment on column chat_survey.server_started_at is 'When the server was started on which they were listed: a copy of its folder may have been put back at another start';
    comment on column chat_survey.written_in is 'The transaction that wrote this row: rows put back from a dump are written by another one';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    alter table chat_survey drop column server_started_at, drop column written_in;
  `);
}
