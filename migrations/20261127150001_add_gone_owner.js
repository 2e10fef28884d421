// @ts-check

/**
 * A link ends when no school has its owner any more, after a time of grace.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    alter table account_link add column gone_since timestamptz;
    comment on column account_link.gone_since is 'Since when the directory knows its owner in no school; null: some school has them';
    create index account_link_gone on account_link (gone_since) where gone_since is not null;
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    alter table account_link drop column gone_since;
  `);
}
