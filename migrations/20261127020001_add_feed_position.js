// @ts-check

/**
 * How far the host's streams have been followed.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    create table feed_position (
      stream   text primary key,
      position bigint not null,
      at       timestamptz not null default now()
    );
    comment on table feed_position is 'Up to where each stream of the host has been looked at';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw('drop table feed_position');
}
