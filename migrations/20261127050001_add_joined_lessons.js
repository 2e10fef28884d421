// @ts-check

/**
 * Lessons of other classes that an online lesson is held for together with its own.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    create table joined_lesson (
      organization_id text not null,
      lesson_id       text not null,
      conference_id   uuid not null,
      lesson_title    text not null,
      source_name     text not null,
      teacher_id      text,
      chat_id         uuid,
      takes_place     boolean not null default true,
      post_key        integer not null default (1 + floor(random() * 2147483646))::integer,
      posted_at       timestamptz,
      primary key (organization_id, lesson_id),
      foreign key (organization_id, conference_id) references conference on delete cascade
    );
    comment on table joined_lesson is
      'Lessons that an online lesson is held for beside its own; a lesson is in one online lesson only';
    comment on column joined_lesson.source_name is 'Class or study group, as it was named when it was joined';
    comment on column joined_lesson.chat_id is 'Chat of the class or group: its people take part, the link is posted there';
    comment on column joined_lesson.takes_place is 'False while the timetable has it cancelled, or has it no more';
    create index joined_lesson_conference on joined_lesson (organization_id, conference_id);

    alter table conference add column lesson_takes_place boolean not null default true;
    comment on column conference.lesson_takes_place is
      'False while its own lesson is cancelled and it goes on for joined ones';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    drop table joined_lesson;
    alter table conference drop column lesson_takes_place;
  `);
}
