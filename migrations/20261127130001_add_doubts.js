// @ts-check

/**
 * Calls with an effect, booked before they are sent and ended by their answer: what is found booked later is in doubt.
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
      person_id       text,
      target          bigint,
      role            text check (role in ('member', 'admin')),
      title           text,
      user_ids        bigint[]    not null default '{}',
      sent_at         timestamptz not null default now(),
      until           timestamptz not null,
      primary key (organization_id, doubt_id)
    );
    comment on table delivery_doubt is 'A call with an effect that was sent and whose answer is not booked: as it was sent, to whom, by which account';
    comment on column delivery_doubt.subject_id is 'The chat or the conference that the call is for';
    comment on column delivery_doubt.until is 'The messenger may still carry the call out before this';
    create index delivery_doubt_subject on delivery_doubt (organization_id, subject_id);
    create index delivery_doubt_creation on delivery_doubt (account) where kind = 'chat.create';
  `);
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.raw('drop table delivery_doubt');
}
