// @ts-check

/**
 * Whoever was a member is taken out again when they come back without being wanted: by an invite link that they know, or
 * by an addition that takes effect long after it was given up.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    create table chat_leaver (
      organization_id text not null,
      chat_id         uuid not null,
      person_id       text not null,
      person_kind     text not null check (person_kind in ('employee', 'student', 'guardian')),
      left_at         timestamptz not null default now(),
      primary key (organization_id, chat_id, person_id),
      foreign key (organization_id, chat_id) references chat on delete cascade
    );
    comment on table chat_leaver is 'Who was a member of a chat and is not any more, for a year';
    create index chat_leaver_person on chat_leaver (person_id);
    alter table chat_member add column erased boolean not null default false;
    comment on column chat_member.erased is 'The person''s data was erased: the row goes when they are out, and nothing is remembered';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    alter table chat_member drop column erased;
    drop table chat_leaver;
  `);
}
