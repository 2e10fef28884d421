// @ts-check

/**
 * Personal calendars: a secret address per person and organisation, of which only the hash is kept.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    create table calendar_address (
      organization_id text not null,
      person_id       text not null,
      secret_hash     bytea not null,
      created_at      timestamptz not null default now(),
      primary key (organization_id, person_id)
    );
    comment on table calendar_address is 'Who subscribed to their conferences; the address itself is not kept';
    comment on column calendar_address.secret_hash is 'SHA-256 of the secret part of the address';
    create index calendar_address_secret on calendar_address (secret_hash);
    create index calendar_address_person on calendar_address (person_id);
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw('drop table calendar_address');
}
