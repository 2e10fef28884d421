import type { Knex } from 'knex';

import { rows } from '../storage/database.js';
import type { BookedSettlement } from './chat-delivery-store.js';
import { restWhereNothingFits } from './chat-finding-store-knex.js';
import type { ChatSettlement } from './chat-settlement-store-knex.js';

/**
 * SQL: which database this is. It changes when the tables are restored from a dump, the database is a copy, the cluster is
 * a new one, or a standby took over: what was written last may be missing then.
 */
export const DATABASE_ID = `(select system_identifier::text from pg_control_system())
  || ':' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
  || ':' || (select oid::text from pg_database where datname = current_database()) || ':' || 'chat'::regclass::oid::text`;

/** SQL: this row of `chat_survey` was written by the transaction it names, and not put back from a dump. */
const WRITTEN_HERE = `coalesce(chat_survey.written_in::text::bigint & 4294967295 = chat_survey.xmin::text::bigint, false)`;

/** SQL: nothing that was written since this row of `chat_survey` can be missing. */
export const HISTORY_IS_WHOLE = `coalesce(database_id = ${DATABASE_ID}, false) and ${WRITTEN_HERE}`;

/**
 * SQL: the same, also after a copy of the server's folder was put back, which keeps everything that names a database. It
 * is put back while the server stands still: each start is one before which something may be missing.
 */
export const SURVEY_COUNTS = `${HISTORY_IS_WHOLE} and coalesce(server_started_at = pg_postmaster_start_time(), false)`;

/** SQL: how long the own chats are left alone after they could not be listed: from 15 s to 30 min, a part of it by chance. */
function surveyRest(attempts: string): string {
  return `least(1800, 15 * 4 ^ least(${attempts}, 5)) * (0.75 + random() / 4) * interval '1 second'`;
}

/** SQL: titles that people would take for the same. */
function sameTitle(one: string, other: string): string {
  const key = (title: string): string => `lower(normalize(regexp_replace(btrim(${title}), '\\s+', ' ', 'g'), nfc))`;
  return `${key(one)} = ${key(other)}`;
}

/** Chats of an account that bear the title looked for, have the owner looked for, and are nobody else's. */
export async function writeListed(
  transaction: Knex,
  organizationId: string,
  settlements: readonly ChatSettlement[],
): Promise<void> {
  const searches = settlements.flatMap(({ chatId, account, search, asOf, listed }) =>
    search === undefined || listed === undefined ? [] : [{ chatId, account, search, asOf, listed }],
  );
  for (const { chatId, account, search, asOf, listed } of searches) {
    await rows(
      transaction,
      'delete from chat_candidate where organization_id = :organizationId and chat_id = :chatId::uuid',
      {
        organizationId,
        chatId,
      },
    );
    await rows(
      transaction,
      `with searched as (
         update chat set searched_at = :asOf::timestamptz
         where organization_id = :organizationId and chat_id = :chatId::uuid and remote_id is null)
       insert into chat_candidate (organization_id, chat_id, remote_id, account, title, owner_account)
       select :organizationId, :chatId::uuid, listed.remote_id, :account, listed.title, listed.owner
       from jsonb_to_recordset(:listed::jsonb) as listed(remote_id text, title text, owner bigint)
       where ${sameTitle('listed.title', ':title::text')} and coalesce(listed.owner, :owner) = :owner
         and ${UNKNOWN}`,
      {
        ...{ organizationId, chatId, account, listed: JSON.stringify(listedRows(listed)) },
        ...{ title: search.title, owner: search.ownerAccount, asOf: asOf ?? null },
      },
    );
  }
  await restWhereNothingFits(
    transaction,
    organizationId,
    searches.map(({ chatId }) => chatId),
  );
}

/** No chat of any organization is known by this id of this account. */
const UNKNOWN = `not exists (select 1 from chat known
  where known.owner_account = :account and known.remote_id = listed.remote_id)`;

function listedRows(listed: NonNullable<BookedSettlement['listed']>): readonly Record<string, unknown>[] {
  return listed.map(({ chatId, title, ownerId }) => ({ remote_id: chatId, title, owner: ownerId }));
}

/** Who is in candidates, page by page; one that cannot be read is none. */
export async function writeInspected(
  transaction: Knex,
  organizationId: string,
  settlements: readonly ChatSettlement[],
): Promise<void> {
  const given = settlements.flatMap(({ chatId, account, inspected, dropped }) => {
    if (dropped !== undefined) return [{ chat_id: chatId, account, remote_id: dropped, dropped: true }];
    if (inspected === undefined) return [];
    const { remoteId, accounts, nextOffset, anew = false } = inspected;
    const page = { accounts, next_offset: nextOffset, anew };
    return [{ chat_id: chatId, account, remote_id: remoteId, dropped: false, ...page }];
  });
  if (given.length === 0) return;
  await rows(
    transaction,
    `with given as (
       select * from jsonb_to_recordset(:given::jsonb) as given(
         chat_id uuid, account bigint, remote_id text, dropped boolean, accounts bigint[], next_offset integer, anew boolean)
     ), dropped as (
       delete from chat_candidate candidate using given
       where candidate.organization_id = :organizationId and candidate.chat_id = given.chat_id
         and candidate.account = given.account and candidate.remote_id = given.remote_id and given.dropped)
     update chat_candidate candidate
     set accounts = case when given.anew then '{}' else candidate.accounts end || given.accounts,
       next_offset = given.next_offset
     from given
     where candidate.organization_id = :organizationId and candidate.chat_id = given.chat_id
       and candidate.account = given.account and candidate.remote_id = given.remote_id and not given.dropped`,
    { organizationId, given: JSON.stringify(given) },
  );
  await restWhereNothingFits(
    transaction,
    organizationId,
    given.filter(({ dropped }) => dropped).map((row) => row.chat_id),
  );
}

/**
 * The own chats of the account that runs the organization's. Unknown ones that bear the title of a chat that is to be
 * created are its candidates; one that bears the title of a chat that is there is its twin.
 */
export async function writeSurvey(
  transaction: Knex,
  organizationId: string,
  settlements: readonly BookedSettlement[],
): Promise<void> {
  for (const { account, listed } of settlements) {
    if (listed === undefined) await restSurvey(transaction, organizationId);
    else {
      const values = { organizationId, account, listed: JSON.stringify(listedRows(listed)) };
      await rows(transaction, SURVEYED, values);
      await rows(transaction, TWINS, values);
    }
  }
}

/** A row that a dump has put back stays one. */
const WRITES = `written_in = case when ${WRITTEN_HERE} then pg_current_xact_id() end`;

async function restSurvey(transaction: Knex, organizationId: string): Promise<void> {
  await rows(
    transaction,
    `insert into chat_survey (organization_id, due_at, attempts)
     values (:organizationId, now() + ${surveyRest('0')}, 1)
     on conflict (organization_id) do update
       set due_at = now() + ${surveyRest('chat_survey.attempts')}, attempts = chat_survey.attempts + 1, ${WRITES}`,
    { organizationId },
  );
}

const LISTED = `jsonb_to_recordset(:listed::jsonb) as listed(remote_id text, title text, owner bigint)`;
const OWN = `coalesce(listed.owner, :account::bigint) = :account::bigint and ${UNKNOWN}`;

const SURVEYED = `with surveyed as (
    insert into chat_survey (organization_id, account, database_id, server_started_at, written_in)
    values (:organizationId, :account, ${DATABASE_ID}, pg_postmaster_start_time(), pg_current_xact_id())
    on conflict (organization_id) do update set account = excluded.account, database_id = excluded.database_id,
      server_started_at = excluded.server_started_at, written_in = excluded.written_in, due_at = null, attempts = 0
  )
  insert into chat_candidate (organization_id, chat_id, remote_id, account, title, owner_account)
  select chat.organization_id, chat.chat_id, listed.remote_id, :account, listed.title, listed.owner
  from chat, ${LISTED}
  where chat.organization_id = :organizationId and chat.remote_id is null and chat.state = 'open'
    and ${sameTitle('listed.title', 'chat.title')} and ${OWN}
    and not exists (select 1 from delivery_doubt doubt
                    where doubt.organization_id = chat.organization_id and doubt.subject_id = chat.chat_id)
  on conflict do nothing`;

const TWINS = `with twins as (
    select distinct chat.chat_id from chat, ${LISTED}
    where chat.organization_id = :organizationId and chat.remote_id is not null and chat.state = 'open'
      and ${sameTitle('listed.title', 'chat.title')} and ${OWN}
      and not exists (select 1 from chat_candidate candidate
                      where candidate.account = :account and candidate.remote_id = listed.remote_id)
      and not exists (select 1 from delivery_doubt doubt where doubt.kind = 'chat.create' and doubt.account = :account)
  ), over as (
    delete from chat_failure failure
    where organization_id = :organizationId and property = 'twin' and chat_id not in (select chat_id from twins))
  insert into chat_failure (organization_id, chat_id, property, code, class)
  select :organizationId, chat_id, 'twin', 'chat.twin', 'refused' from twins
  on conflict do nothing`;

/** Another account runs the chats now: that the one before could not list its own does not hold this one back. */
export async function surveyAtOnce(transaction: Knex, organizationIds: readonly string[]): Promise<void> {
  await rows(
    transaction,
    `update chat_survey set due_at = now(), ${WRITES} where organization_id = any(:ids::text[]) and due_at > now()`,
    { ids: [...organizationIds] },
  );
}
