// @ts-check

/**
 * What the turn of the school year needs: last year's chats are kept in an archive, or go on when somebody decided so;
 * a class that vanished together with most others waits for a person.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    alter table organization add column continues_chats boolean not null default false;
    comment on column organization.continues_chats is 'Chats go on with their class in a new school year, where the chat does not say otherwise';

    alter table chat
      add column continues      boolean,
      add column kept_open      boolean not null default false,
      add column closing_held   boolean not null default false,
      add column archived_at    timestamptz,
      add column archived_title text;
    comment on column chat.continues is 'The same chat goes on in the next school year; null: as the organisation says';
    comment on column chat.kept_open is 'A person decided that the chat stays although its class or group is gone';
    comment on column chat.closing_held is 'Its class is gone together with most others: the archive waits for a confirmation';
    comment on column chat.archived_title is 'The title before the school year was added to it';

    alter table chat drop constraint chat_state_check;
    alter table chat add constraint chat_state_check check (state in ('open', 'archived', 'closing', 'closed'));
    drop index chat_default;
    create unique index chat_default on chat (organization_id, kind, source_id, school_year)
      where kind in ('teachers', 'class', 'guardians') and state in ('open', 'archived');

    -- With the state, so that a page leaves archived chats out without looking into the table.
    drop index chat_by_title, chat_by_kind, chat_by_source;
    create index chat_by_title on chat (organization_id, title_key, chat_id) include (state) where state <> 'closed';
    create index chat_by_kind on chat (organization_id, kind_place, source_number, source_name, title_key, chat_id)
      include (state) where state <> 'closed';
    create index chat_by_source on chat (organization_id, source_number, source_name, kind_place, title_key, chat_id)
      include (state) where state <> 'closed';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    delete from chat where state in ('closing', 'closed') and kind in ('teachers', 'class', 'guardians');
    update chat set state = 'open' where state = 'archived';
    drop index chat_default, chat_by_title, chat_by_kind, chat_by_source;
    create unique index chat_default on chat (organization_id, kind, source_id, school_year)
      where kind in ('teachers', 'class', 'guardians');
    create index chat_by_title on chat (organization_id, title_key, chat_id) where state <> 'closed';
    create index chat_by_kind on chat (organization_id, kind_place, source_number, source_name, title_key, chat_id)
      where state <> 'closed';
    create index chat_by_source on chat (organization_id, source_number, source_name, kind_place, title_key, chat_id)
      where state <> 'closed';
    alter table chat drop constraint chat_state_check;
    alter table chat add constraint chat_state_check check (state in ('open', 'closing', 'closed'));
    alter table chat drop column continues, drop column kept_open, drop column closing_held, drop column archived_at,
      drop column archived_title;
    alter table organization drop column continues_chats;
  `);
}
