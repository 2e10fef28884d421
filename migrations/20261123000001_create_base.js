// @ts-check

/**
 * Tables of the first version. Every table of an organisation's data has organization_id first in its key, so that it
 * can be partitioned or distributed by it. Links belong to people, who may be in several organisations; those tables
 * are keyed by the person.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    create table organization (
      organization_id       text primary key,
      name                  text not null,
      time_zone             text not null,
      chat_administrator_id text,
      sync_version          bigint not null default 0,
      passed_at             timestamptz
    );
    comment on table organization is 'What the rules knew of an organisation at their last pass';
    comment on column organization.sync_version is 'Grows with every write of the rules; a write made from an older read is refused';
    comment on column organization.passed_at is 'End of the last complete pass over the whole organisation';

    create table delivery_lane (
      organization_id text primary key,
      due_at          timestamptz,
      owner           uuid,
      fence           bigint not null default 0,
      leased_until    timestamptz,
      stop_code       text,
      stop_until      timestamptz,
      rate_per_second double precision,
      rate_at         timestamptz
    );
    comment on table delivery_lane is 'One lane per organisation: who drives its deliveries, and when it is due';
    comment on column delivery_lane.fence is 'Number of the lease; a write that carries an older one is refused';
    create index delivery_lane_due on delivery_lane (due_at) where due_at is not null;

    create table chat (
      organization_id text not null,
      chat_id         uuid not null default gen_random_uuid(),
      kind            text not null check (kind in ('teachers', 'class', 'guardians', 'subject', 'other')),
      source_id       text not null default '',
      source_name     text not null default '',
      school_year     text not null default '',
      title           text not null,
      title_by_hand   boolean not null default false,
      state           text not null default 'open' check (state in ('open', 'closing', 'closed')),
      revision        bigint not null default 0,
      due_at          timestamptz,
      priority        smallint not null default 1,
      intent_at       timestamptz,
      remote_id       text,
      owner_account   bigint,
      remote_title    text,
      read_offset     integer,
      read_seen       integer not null default 0,
      invite_link     text,
      failure_code    text,
      failure_class   text,
      attempts        integer not null default 0,
      next_attempt_at timestamptz,
      member_count    integer not null default 0,
      present_count   integer not null default 0,
      waiting_count   integer not null default 0,
      failed_count    integer not null default 0,
      created_at      timestamptz not null default now(),
      changed_at      timestamptz not null default now(),
      delivered_at    timestamptz,
      primary key (organization_id, chat_id)
    );
    comment on table chat is 'A chat: what it should be, and what the messenger is known to have';
    comment on column chat.source_id is 'Class or study group; empty for the teachers'' chat and for other chats';
    comment on column chat.revision is 'Grows with every change of what is desired';
    comment on column chat.due_at is 'When delivery has to look at it; null: nothing to deliver';
    comment on column chat.priority is '0: a person waits, 1: an event, 2: bulk';
    comment on column chat.intent_at is 'A creation was sent whose answer is not booked: look for the own chat before creating';
    comment on column chat.remote_id is 'Id on the messenger''s side, local to owner_account';
    comment on column chat.read_offset is 'The members are being read from the messenger, from here on; null: they are known';
    comment on column chat.read_seen is 'Members seen by this reading so far';
    create unique index chat_default on chat (organization_id, kind, source_id, school_year)
      where kind in ('teachers', 'class', 'guardians');
    create unique index chat_remote on chat (organization_id, owner_account, remote_id) where remote_id is not null;
    create index chat_due on chat (organization_id, priority, due_at) where due_at is not null;
    create index chat_owner on chat (owner_account) where owner_account is not null;

    create table chat_member (
      organization_id   text not null,
      chat_id           uuid not null,
      person_id         text not null,
      person_kind       text not null check (person_kind in ('employee', 'student', 'guardian')),
      reasons           text[] not null default '{}',
      rule_role         text check (rule_role in ('member', 'admin')),
      removal_held      boolean not null default false,
      hand              text check (hand in ('added', 'removed', 'left')),
      hand_role         text check (hand_role in ('member', 'admin')),
      wanted_role       text generated always as (
        case
          when hand in ('removed', 'left') then null
          when rule_role is null and hand is null then null
          when rule_role = 'admin' or hand_role = 'admin' then 'admin'
          else 'member'
        end) stored,
      delivered_role    text check (delivered_role in ('member', 'admin')),
      delivered_account bigint,
      invited_at        timestamptz,
      failure_code      text,
      failure_class     text,
      attempts          integer not null default 0,
      next_attempt_at   timestamptz,
      primary key (organization_id, chat_id, person_id),
      foreign key (organization_id, chat_id) references chat on delete cascade
    );
    comment on table chat_member is 'A person and a chat: why they belong there, and how they stand on the messenger''s side';
    comment on column chat_member.reasons is 'Ids of the rules that want the person there; they leave when the last one goes';
    comment on column chat_member.hand is 'What a person decided by hand; stronger than the rules';
    comment on column chat_member.removal_held is 'No rule wants the person any more, but the removal is part of a large one that waits for a confirmation';
    comment on column chat_member.delivered_account is 'The account that is in the chat on the messenger''s side';
    create index chat_member_person on chat_member (person_id);
    create index chat_member_account on chat_member (delivered_account) where delivered_account is not null;

    create table account_link (
      person_id        text primary key,
      external_user_id bigint not null,
      given_name       text not null,
      family_name      text not null,
      roles            text[] not null default '{}',
      state            text not null default 'linked' check (state in ('linked', 'broken', 'unlinked')),
      broken_code      text,
      key_id           text,
      tokens           bytea,
      scopes           text[] not null default '{}',
      expires_at       timestamptz,
      refreshing_until timestamptz,
      refused_at       timestamptz,
      linked_at        timestamptz not null default now(),
      announced        boolean not null default false
    );
    comment on table account_link is 'Which external profile is whose; tokens encrypted with the key key_id';
    comment on column account_link.state is 'unlinked: the row goes when the person''s chats have been told';
    comment on column account_link.announced is 'The person''s chats have been told; told again at start where false';
    create unique index account_link_external on account_link (external_user_id);
    create index account_link_unannounced on account_link (person_id) where not announced;

    create table link_attempt (
      state_hash    bytea primary key,
      person_id     text not null,
      session_hash  bytea not null,
      code_verifier bytea not null,
      key_id        text not null,
      state         text not null default 'started' check (state in ('started', 'exchanging', 'confirming')),
      expires_at    timestamptz not null,
      external_user_id bigint,
      given_name    text,
      family_name   text,
      roles         text[],
      tokens        bytea,
      scopes        text[] not null default '{}',
      token_expires_at timestamptz,
      created_at    timestamptz not null default now()
    );
    comment on table link_attempt is 'A sign-in under way at VK ID: one-time state, bound to person and session';
    create index link_attempt_person on link_attempt (person_id);
    create index link_attempt_expiry on link_attempt (expires_at);

    create table token_revocation (
      revocation_id uuid primary key default gen_random_uuid(),
      key_id        text not null,
      tokens        bytea not null,
      attempts      integer not null default 0,
      due_at        timestamptz not null default now(),
      leased_until  timestamptz
    );
    comment on table token_revocation is 'Tokens to be taken back at VK; the row goes when that is done';
    create index token_revocation_due on token_revocation (due_at);

    create table conference (
      organization_id text not null,
      conference_id   uuid not null default gen_random_uuid(),
      kind            text not null check (kind in ('lesson', 'call')),
      title           text not null,
      chat_id         uuid,
      lesson_id       text,
      lesson_title    text,
      host_id         text,
      starts_at       timestamptz not null,
      ends_at         timestamptz not null,
      times_by_hand   boolean not null default false,
      state           text not null default 'planned'
        check (state in ('planned', 'starting', 'active', 'ending', 'finished', 'cancelled')),
      revision        bigint not null default 0,
      due_at          timestamptz,
      intent_at       timestamptz,
      owner_account   bigint,
      call_id         text,
      join_link       text,
      post_key        integer not null default (1 + floor(random() * 2147483646))::integer,
      posted_at       timestamptz,
      failure_code    text,
      attempts        integer not null default 0,
      created_by      text not null,
      created_at      timestamptz not null default now(),
      ended_at        timestamptz,
      primary key (organization_id, conference_id),
      check (ends_at > starts_at)
    );
    comment on table conference is 'A video conference or an online lesson, and its call on the messenger''s side';
    comment on column conference.post_key is 'Makes posting the link into the chat repeatable';
    create unique index conference_lesson on conference (organization_id, lesson_id)
      where lesson_id is not null and state <> 'cancelled';
    create index conference_due on conference (organization_id, due_at) where due_at is not null;
    create index conference_start on conference (organization_id, starts_at desc);

    create table conference_member (
      organization_id text not null,
      conference_id   uuid not null,
      person_id       text not null,
      person_kind     text not null check (person_kind in ('employee', 'student', 'guardian')),
      primary key (organization_id, conference_id, person_id),
      foreign key (organization_id, conference_id) references conference on delete cascade
    );
    comment on table conference_member is 'Who takes part, beside the members of the chat';
    create index conference_member_person on conference_member (person_id);
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    drop table conference_member, conference, token_revocation, link_attempt, account_link, chat_member, chat,
      delivery_lane, organization;
  `);
}
