// @ts-check

/**
 * Tokens that wait to be taken back know whose they are, so that a profile linked again keeps its new tokens, and when
 * they end, since VK takes nothing back for an expired token. Reminders to link are logged, so that they stay few.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    alter table token_revocation
      add column external_user_id bigint,
      add column person_id text,
      add column expires_at timestamptz,
      add column scopes text[] not null default '{}';
    comment on column token_revocation.external_user_id is 'Whose tokens; null in rows booked before the column was';
    comment on column token_revocation.person_id is 'Who was linked with them; null where nobody was';
    create index token_revocation_person on token_revocation (person_id) where person_id is not null;
    create index token_revocation_external on token_revocation (external_user_id);

    create index account_link_key on account_link (key_id) where key_id is not null;
    create index link_attempt_external on link_attempt (external_user_id) where external_user_id is not null;

    create table link_reminder (
      organization_id text not null,
      reminder_id     uuid not null default gen_random_uuid(),
      person_id       text not null,
      reminded_by     text not null,
      reminded_at     timestamptz not null default now(),
      seen_at         timestamptz,
      primary key (organization_id, reminder_id)
    );
    comment on table link_reminder is 'Who was asked to link their account, when and by whom; at most once a week each';
    create index link_reminder_person on link_reminder (person_id, reminded_at desc);
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    drop table link_reminder;
    drop index link_attempt_external, account_link_key;
    alter table token_revocation drop column scopes, drop column expires_at, drop column person_id,
      drop column external_user_id;
  `);
}
