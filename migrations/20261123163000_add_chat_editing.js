// @ts-check

/**
 * What editing chats by hand needs: repeats of a click are recognised, a deletion can be taken back for a while, people
 * kept against a large removal are told apart from people who were added.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    alter table chat
      add column request_id      uuid,
      add column edit_request_id uuid,
      add column edit_revision   bigint not null default 0,
      add column edited_by       text,
      add column edited_at       timestamptz,
      add column close_after     timestamptz,
      add column held_count      integer not null default 0,
      add column title_key       text generated always as (lower(title)) stored,
      add column kind_place      smallint generated always as (
        case kind when 'teachers' then 0 when 'class' then 1 when 'guardians' then 2 when 'subject' then 3 else 4 end
      ) stored,
      add column source_number   integer generated always as (
        coalesce(substring(source_name from '^[0-9]{1,9}')::integer, -1)) stored;
    comment on column chat.request_id is 'Made by the window that created it: a second click finds the first one''s chat';
    comment on column chat.edit_request_id is 'Of the last change by hand: its repeat is no conflict';
    comment on column chat.edit_revision is 'Grows with every change by hand; a change made from an older one is refused';
    comment on column chat.close_after is 'The deletion can be taken back until then; delivery does nothing before it';
    comment on column chat.held_count is 'Members whose large removal waits for a confirmation';
    comment on column chat.title_key is 'The title as it is searched, sorted and told apart from others';
    comment on column chat.kind_place is 'Kinds in the order people look for them';
    comment on column chat.source_number is 'So that 2А comes before 10А';
    create unique index chat_request on chat (organization_id, request_id) where request_id is not null;
    create index chat_by_title on chat (organization_id, title_key, chat_id) where state <> 'closed';
    create index chat_by_kind on chat (organization_id, kind_place, source_number, source_name, title_key, chat_id)
      where state <> 'closed';
    create index chat_by_source on chat (organization_id, source_number, source_name, kind_place, title_key, chat_id)
      where state <> 'closed';

    update chat set held_count = held.count
    from (select organization_id, chat_id, count(*) as count from chat_member where removal_held
          group by organization_id, chat_id) held
    where chat.organization_id = held.organization_id and chat.chat_id = held.chat_id;

    alter table chat_member drop constraint chat_member_hand_check;
    alter table chat_member add constraint chat_member_hand_check check (hand in ('added', 'removed', 'left', 'kept'));
    comment on column chat_member.hand is
      'What a person decided by hand; stronger than the rules. kept: a large removal was refused; ends when a rule wants the person again';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    update chat_member set hand = 'added' where hand = 'kept';
    alter table chat_member drop constraint chat_member_hand_check;
    alter table chat_member add constraint chat_member_hand_check check (hand in ('added', 'removed', 'left'));
    comment on column chat_member.hand is 'What a person decided by hand; stronger than the rules';
    drop index chat_request, chat_by_title, chat_by_kind, chat_by_source;
    alter table chat drop column request_id, drop column edit_request_id, drop column edit_revision,
      drop column edited_by, drop column edited_at, drop column close_after, drop column held_count,
      drop column title_key, drop column kind_place, drop column source_number;
  `);
}
