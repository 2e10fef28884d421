// @ts-check

/**
 * What the window «Состояние синхронизации» shows: runs of the rules that can be taken back, and deliveries over time.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    alter table organization add column check_at timestamptz;
    comment on column organization.check_at is 'When a person asked for a check of all chats last';

    create table synchronization_run (
      organization_id text not null,
      run_id          uuid not null default gen_random_uuid(),
      cause           text not null check (cause in ('pass', 'check')),
      by              text,
      at              timestamptz not null default now(),
      added           integer not null default 0,
      removed         integer not null default 0,
      archived        uuid[] not null default '{}',
      undone_at       timestamptz,
      undone_by       text,
      primary key (organization_id, run_id)
    );
    comment on table synchronization_run is 'A pass over a whole organisation, or a check of one chat, in which something changed';
    comment on column synchronization_run.archived is 'Chats that went into the archive';
    comment on column synchronization_run.by is 'Person who asked for it; null: it came by itself';
    create index synchronization_run_newest on synchronization_run (organization_id, at desc);

    create table membership_change (
      organization_id text not null,
      run_id          uuid not null,
      chat_id         uuid not null,
      person_id       text not null,
      person_kind     text not null check (person_kind in ('employee', 'student', 'guardian')),
      before_role     text check (before_role in ('member', 'admin')),
      after_role      text check (after_role in ('member', 'admin')),
      primary key (organization_id, run_id, chat_id, person_id),
      foreign key (organization_id, run_id) references synchronization_run on delete cascade
    );
    comment on table membership_change is 'What a run changed about a person in a chat, as the rules wanted it before and after';
    create index membership_change_person on membership_change (person_id);

    create table delivery_minute (
      organization_id text not null,
      minute          timestamptz not null,
      requests        integer not null default 0,
      calls           integer not null default 0,
      failed          integer not null default 0,
      refused         integer not null default 0,
      backlog         integer,
      primary key (organization_id, minute)
    );
    comment on table delivery_minute is 'Deliveries of an organisation, minute by minute, for two days';
    comment on column delivery_minute.refused is 'Requests that the messenger refused because of its rate';
    comment on column delivery_minute.backlog is 'Changes that waited, as last counted in this minute';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    drop table delivery_minute, membership_change, synchronization_run;
    alter table organization drop column check_at;
  `);
}
