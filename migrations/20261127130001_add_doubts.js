// @ts-check

/**
 * What was sent and is not answered, what may be an own chat, and failures of single properties of a chat. What the
 * columns `intent_at` and `sent_account` held becomes doubts.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    create table delivery_doubt (
      organization_id text        not null,
      doubt_id        uuid        not null,
      subject_id      uuid        not null,
      kind            text        not null,
      account         bigint      not null,
      accounts        bigint[]    not null default '{}',
      person_ids      text[]      not null default '{}',
      role            text        check (role in ('member', 'admin')),
      title           text,
      sent_at         timestamptz not null default now(),
      until           timestamptz not null,
      looked          boolean     not null default false,
      primary key (organization_id, doubt_id)
    );
    comment on table delivery_doubt is 'A call with an effect that was sent and whose answer is not booked: as it was sent, to whom, by which account';
    comment on column delivery_doubt.subject_id is 'The chat or the conference that the call is for';
    comment on column delivery_doubt.accounts is 'Whom the call names; person_ids names the people behind them in the same order, null: nobody known';
    comment on column delivery_doubt.until is 'The messenger may still carry the call out before this';
    comment on column delivery_doubt.looked is 'The chat was read whole after the call was sent, but before it could no longer come';
    create index delivery_doubt_subject on delivery_doubt (organization_id, subject_id);
    create index delivery_doubt_creation on delivery_doubt (account) where kind = 'chat.create';
    create index delivery_doubt_person on delivery_doubt using gin (person_ids);

    create table chat_failure (
      organization_id text        not null,
      chat_id         uuid        not null,
      property        text        not null check (property in ('title', 'link', 'reading', 'take-over', 'search', 'owner', 'twin')),
      code            text        not null,
      class           text        not null check (class in ('retry', 'refused')),
      attempts        integer     not null default 1,
      next_attempt_at timestamptz,
      primary key (organization_id, chat_id, property),
      foreign key (organization_id, chat_id) references chat (organization_id, chat_id) on delete cascade
    );
    comment on table chat_failure is 'What failed of one property of a chat; everything else of the chat goes on';

    create table chat_candidate (
      organization_id text        not null,
      chat_id         uuid        not null,
      remote_id       text        not null,
      account         bigint      not null,
      title           text        not null,
      owner_account   bigint,
      accounts        bigint[]    not null default '{}',
      next_offset     integer     default 0,
      found_at        timestamptz not null default now(),
      primary key (organization_id, chat_id, account, remote_id),
      foreign key (organization_id, chat_id) references chat (organization_id, chat_id) on delete cascade
    );
    comment on table chat_candidate is 'A chat on the messenger''s side that may be this one; its people decide';
    comment on column chat_candidate.next_offset is 'From where its people are still to be read; null: they are read';

    create table chat_stray (
      organization_id text        not null,
      chat_id         uuid        not null,
      account         bigint      not null,
      person_id       text        not null,
      attempts        integer     not null default 0,
      next_attempt_at timestamptz,
      primary key (organization_id, chat_id, account),
      foreign key (organization_id, chat_id) references chat (organization_id, chat_id) on delete cascade
    );
    comment on table chat_stray is 'An account that is in a chat beside the one its person is known by there; it is taken out';
    create index chat_stray_person on chat_stray (person_id);

    alter table chat
      add column creates_bare      boolean not null default false,
      add column searched_at       timestamptz,
      add column asks              boolean not null default false,
      add column former_account    bigint,
      add column former_remote_id  text,
      add column read_accounts     bigint[] not null default '{}',
      add column read_total        integer,
      add column reading_missing   integer;
    comment on column chat.creates_bare is 'A creation with members was refused: it is created with nobody, and each is added alone';
    comment on column chat.searched_at is 'When the last complete search for a lost creation began';
    comment on column chat.asks is 'A person has to say which of the candidates is this chat';
    comment on column chat.former_account is 'The account that owned the chat before the one that runs it took over, and the chat''s id as it sees it';
    comment on column chat.read_accounts is 'Different accounts that the reading under way, or a held one, has shown';
    comment on column chat.reading_missing is 'A reading without so many members is held until a person confirms it or another one refutes it';

    create table chat_survey (
      organization_id text        not null primary key,
      account         bigint,
      database_id     text,
      due_at          timestamptz,
      attempts        integer     not null default 0
    );
    comment on table chat_survey is 'By which account an organization''s own chats were listed last: before it creates its first one, and at night to find twins';
    comment on column chat_survey.database_id is 'In which database they were listed: after a restore they are listed again before one is created';
    comment on column chat_survey.due_at is 'When they are to be listed again, and not before';

    alter table synchronization_run drop constraint synchronization_run_cause_check;
    alter table synchronization_run add constraint synchronization_run_cause_check
      check (cause in ('pass', 'check', 'comparison'));

    insert into delivery_doubt (organization_id, doubt_id, subject_id, kind, account, accounts, person_ids, title, sent_at, until)
    select chat.organization_id, gen_random_uuid(), chat.chat_id, 'chat.create', link.external_user_id,
           coalesce(array_agg(member.sent_account) filter (where member.sent_account is not null), '{}'),
           coalesce(array_agg(member.person_id) filter (where member.sent_account is not null), '{}'),
           chat.title, chat.intent_at, greatest(now(), chat.intent_at + interval '30 seconds')
    from chat
    join organization using (organization_id)
    join account_link link on link.person_id = organization.chat_administrator_id and link.state <> 'unlinked'
    left join chat_member member on member.organization_id = chat.organization_id and member.chat_id = chat.chat_id
    where chat.intent_at is not null and chat.remote_id is null
    group by chat.organization_id, chat.chat_id, link.external_user_id, chat.title, chat.intent_at;

    insert into delivery_doubt (organization_id, doubt_id, subject_id, kind, account, accounts, person_ids, until)
    select member.organization_id, gen_random_uuid(), member.chat_id, 'member.add', chat.owner_account,
           array[member.sent_account], array[member.person_id], now() + interval '30 seconds'
    from chat_member member join chat using (organization_id, chat_id)
    where member.sent_account is not null and chat.remote_id is not null and chat.owner_account is not null;

    update chat set due_at = now() where chat_id in (select subject_id from delivery_doubt) and state <> 'closed';

    alter table chat drop column intent_at, drop column read_seen;
    alter table chat_member drop column sent_account;
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    alter table chat_member add column sent_account bigint;
    alter table chat
      add column intent_at timestamptz,
      add column read_seen integer not null default 0;
    update chat set intent_at = doubt.sent_at from delivery_doubt doubt
      where doubt.organization_id = chat.organization_id and doubt.subject_id = chat.chat_id and doubt.kind = 'chat.create'
        and chat.remote_id is null;
    alter table chat drop column creates_bare, drop column searched_at, drop column asks, drop column former_account,
      drop column former_remote_id, drop column read_accounts, drop column read_total, drop column reading_missing;
    drop table chat_survey;
    delete from synchronization_run where cause = 'comparison';
    alter table synchronization_run drop constraint synchronization_run_cause_check;
    alter table synchronization_run add constraint synchronization_run_cause_check check (cause in ('pass', 'check'));
    drop table chat_stray;
    drop table chat_candidate;
    drop table chat_failure;
    drop table delivery_doubt;
  `);
}
