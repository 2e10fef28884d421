// @ts-check

/**
 * What comparing with the messenger's own member lists needs: when a list was read, and who was on it.
 *
 * @param {import('knex').Knex} knex
 */
export async function up(knex) {
  await knex.raw(`
    alter table chat
      add column read_started_at timestamptz,
      add column compared_at     timestamptz,
      add column checked_at      timestamptz;
    comment on column chat.read_started_at is 'When the reading of the members that is under way, or was last, began';
    comment on column chat.compared_at is 'When the members were read whole from the messenger last';
    comment on column chat.checked_at is 'When a person asked for a check last';
    create index chat_comparison on chat (organization_id, compared_at)
      where state = 'open' and remote_id is not null and read_offset is null;

    alter table chat_member
      add column seen_at    timestamptz,
      add column readded_at timestamptz,
      add column sent_account bigint;
    comment on column chat_member.seen_at is 'When the person was on the messenger''s list last';
    comment on column chat_member.sent_account is 'An account that a request may have put into the chat: its answer has not been booked';
    comment on column chat_member.readded_at is 'Missing on the messenger''s list once and added again then; missing again means: left by themselves';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw(`
    alter table chat_member drop column seen_at, drop column readded_at, drop column sent_account;
    drop index chat_comparison;
    alter table chat drop column read_started_at, drop column compared_at, drop column checked_at;
  `);
}
