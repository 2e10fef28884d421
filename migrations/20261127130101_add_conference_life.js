// @ts-check

/**
 * What the life of a conference depends on: why it ended, until when it rests, what became of its link in each chat, and
 * by what its lesson is known should the timetable issue it anew. A start that was sent is a doubt of the delivery now.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    alter table conference
      add column ended_by         text check (ended_by in ('hand', 'time', 'timetable', 'again')),
      add column rest_until       timestamptz,
      add column held             boolean not null default false,
      add column waits            boolean not null default false,
      add column lesson_source_id text,
      add column lesson_subject   text,
      add column lesson_starts_at timestamptz,
      add column lesson_ends_at   timestamptz,
      add column lesson_gone_at   timestamptz;
    comment on column conference.ended_by is 'Why it ends or ended; again: it is planned once more when its call is over';
    comment on column conference.rest_until is 'Nothing is sent for it before';
    comment on column conference.held is 'Its start was refused for good: only a person starts it again';
    comment on column conference.waits is 'Nobody''s account can do what is due for it';
    comment on column conference.lesson_source_id is 'Class or study group of its lesson, as the timetable had it last';
    comment on column conference.lesson_gone_at is 'Since when its lesson is missing in the timetable, and is waited for';
    create index conference_waits on conference (organization_id) where waits;
    create index conference_gone on conference (organization_id) where lesson_gone_at is not null;

    alter table joined_lesson
      add column source_id text,
      add column subject   text,
      add column starts_at timestamptz,
      add column ends_at   timestamptz,
      add column gone_at   timestamptz;
    comment on column joined_lesson.gone_at is 'Since when it is missing in the timetable, and is waited for';
    create index conference_lesson_anywhere on conference (lesson_id) where lesson_id is not null;
    create index joined_lesson_anywhere on joined_lesson (lesson_id);
    create index joined_lesson_gone on joined_lesson (organization_id) where gone_at is not null;

    create table conference_post (
      organization_id text    not null,
      conference_id   uuid    not null,
      chat_id         uuid    not null,
      posted_at       timestamptz,
      failure_code    text,
      attempts        integer not null default 0,
      due_at          timestamptz,
      account         bigint,
      primary key (organization_id, conference_id, chat_id),
      foreign key (organization_id, conference_id) references conference on delete cascade
    );
    comment on table conference_post is 'What became of posting the link of a call into a chat';
    comment on column conference_post.due_at is 'When it is tried again; null: posted, or refused for good to this account';

    insert into conference_post (organization_id, conference_id, chat_id, posted_at, account)
    select organization_id, conference_id, chat_id, min(posted_at), min(account) from (
      select conference.organization_id, conference_id, chat_id, posted_at, chat.owner_account as account
      from conference join chat using (organization_id, chat_id) where posted_at is not null
      union all
      select joined.organization_id, conference_id, chat_id, posted_at, chat.owner_account
      from joined_lesson joined join chat using (organization_id, chat_id) where posted_at is not null) posted
    group by organization_id, conference_id, chat_id;

    insert into delivery_doubt (organization_id, doubt_id, subject_id, kind, account, sent_at, until)
    select organization_id, gen_random_uuid(), conference_id, 'call.start',
           coalesce(conference.owner_account, chat.owner_account, 0), conference.intent_at,
           conference.intent_at + interval '1 minute'
    from conference left join chat using (organization_id, chat_id)
    where conference.intent_at is not null and conference.state in ('starting', 'ending');

    update conference set ended_by = case when conference.state = 'cancelled' then 'timetable'
      when ended_at < ends_at then 'hand' else 'time' end
    where conference.state in ('ending', 'finished', 'cancelled');

    alter table conference drop column intent_at, drop column post_key, drop column posted_at;
    alter table joined_lesson drop column post_key, drop column posted_at;
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    alter table conference
      add column intent_at timestamptz,
      add column post_key  integer not null default (1 + floor(random() * 2147483646))::integer,
      add column posted_at timestamptz;
    alter table joined_lesson
      add column post_key  integer not null default (1 + floor(random() * 2147483646))::integer,
      add column posted_at timestamptz;
    update conference set intent_at = doubt.sent_at from delivery_doubt doubt
    where doubt.organization_id = conference.organization_id and doubt.subject_id = conference_id
      and doubt.kind = 'call.start';
    delete from delivery_doubt where kind = 'call.start';
    update conference set posted_at = coalesce(post.posted_at, now()) from conference_post post
    where post.organization_id = conference.organization_id and post.conference_id = conference.conference_id
      and post.chat_id = conference.chat_id and post.due_at is null;
    update joined_lesson joined set posted_at = coalesce(post.posted_at, now()) from conference_post post
    where post.organization_id = joined.organization_id and post.conference_id = joined.conference_id
      and post.chat_id = joined.chat_id and post.due_at is null;
    drop table conference_post;
    drop index conference_lesson_anywhere, joined_lesson_anywhere;
    alter table joined_lesson drop column source_id, drop column subject, drop column starts_at, drop column ends_at,
      drop column gone_at;
    alter table conference drop column ended_by, drop column rest_until, drop column held, drop column waits,
      drop column lesson_source_id, drop column lesson_subject, drop column lesson_starts_at, drop column lesson_ends_at,
      drop column lesson_gone_at;
  `);
}
