// @ts-check

/**
 * What planning conferences by hand and following the timetable need: repeats of a click are recognised, the timetable's
 * times are known beside those chosen by hand, a deletion waits for the end of the call, participants may be left out.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    alter table conference
      add column request_id          uuid,
      add column timetable_starts_at timestamptz,
      add column timetable_ends_at   timestamptz,
      add column deleted_at          timestamptz;
    comment on column conference.revision is 'Grows with changes by hand and of the timetable, not with the state';
    comment on column conference.request_id is 'Made by the window that created it: a second click finds the first one''s';
    comment on column conference.timetable_starts_at is 'Start of its lesson as the timetable had it last';
    comment on column conference.deleted_at is 'Nobody sees it any more; the row stays until its call is ended for sure';
    create unique index conference_request on conference (organization_id, request_id) where request_id is not null;
    create index conference_host on conference (organization_id, host_id, starts_at);
    create index conference_chat on conference (organization_id, chat_id) where chat_id is not null;

    alter table conference_member
      add column hand text not null default 'added' check (hand in ('added', 'removed'));
    comment on table conference_member is 'Who takes part beside the members of the chat, and which of those do not';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    comment on table conference_member is 'Who takes part, beside the members of the chat';
    delete from conference_member where hand = 'removed';
    alter table conference_member drop column hand;
    drop index conference_request, conference_host, conference_chat;
    delete from conference where deleted_at is not null;
    comment on column conference.revision is null;
    alter table conference drop column request_id, drop column timetable_starts_at, drop column timetable_ends_at,
      drop column deleted_at;
  `);
}
