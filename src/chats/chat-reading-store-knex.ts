import type { Knex } from 'knex';

import { rows } from '../storage/database.js';
import { GUARD_MEMBERS_FROM } from './chat-preview-rules.js';
import type { ChatSettlement } from './chat-settlement-store-knex.js';

/** A list that is not believed is read again after this. */
const HELD_REST = "interval '10 minutes'";
/** Comparisons of one night are one run. */
const ONE_RUN = "interval '2 hours'";

/** Who is behind an account that a list shows: whose link it is, or whom a call in doubt named by it. */
const PEOPLE_BEHIND = `
  select link.person_id from account_link link where link.external_user_id = seen.account and link.state <> 'unlinked'
  union
  select named.person_id
  from delivery_doubt doubt, unnest(doubt.accounts, doubt.person_ids) as named(account, person_id)
  where doubt.organization_id = :organizationId and doubt.subject_id = seen.chat_id and named.account = seen.account
    and named.person_id is not null`;

/** Accounts known to be in chats, whoever of the members they belong to; accounts of strangers stay strangers. */
export async function writeSeen(
  transaction: Knex,
  organizationId: string,
  settlements: readonly ChatSettlement[],
): Promise<void> {
  const seen = settlements.flatMap(({ chatId, seen: accounts }) =>
    (accounts ?? []).map(({ account, role }) => ({ chat_id: chatId, account, role })),
  );
  if (seen.length === 0) return;
  await rows(
    transaction,
    `with seen as (
       select * from jsonb_to_recordset(:seen::jsonb) as seen(chat_id uuid, account bigint, role text)
     ), people as (
       select seen.chat_id, seen.account, seen.role, behind.person_id from seen, lateral (${PEOPLE_BEHIND}) behind
     ), strays as (
       insert into chat_stray (organization_id, chat_id, account, person_id)
       select :organizationId, people.chat_id, people.account, people.person_id
       from people
       join chat_member member on member.organization_id = :organizationId and member.chat_id = people.chat_id
         and member.person_id = people.person_id and member.delivered_account <> people.account
       left join account_link link on link.person_id = people.person_id and link.state <> 'unlinked'
       where link.external_user_id is distinct from people.account
       on conflict do nothing
     ), returned as (
       -- Whoever came back without being wanted is taken out as anybody who has to go.
       insert into chat_member (organization_id, chat_id, person_id, person_kind, delivered_account, delivered_role, seen_at)
       select :organizationId, people.chat_id, people.person_id, leaver.person_kind, people.account,
              coalesce(people.role, 'member'), now()
       from people
       join chat_leaver leaver on leaver.organization_id = :organizationId and leaver.chat_id = people.chat_id
         and leaver.person_id = people.person_id
       on conflict do nothing)
     update chat_member member set
       delivered_account = people.account,
       delivered_role = coalesce(people.role, member.delivered_role, 'member'),
       invited_at = null, seen_at = now(), readded_at = null,
       -- Who is on a list has not left.
       hand = nullif(member.hand, 'left'),
       failure_code = case when ${WANTED_THERE} then null else member.failure_code end,
       failure_class = case when ${WANTED_THERE} then null else member.failure_class end,
       next_attempt_at = case when ${WANTED_THERE} then null else member.next_attempt_at end,
       attempts = case when ${WANTED_THERE} then 0 else member.attempts end
     from people
     where member.organization_id = :organizationId and member.chat_id = people.chat_id
       and member.person_id = people.person_id
       and (member.delivered_account is null or member.delivered_account = people.account)`,
    { organizationId, seen: JSON.stringify(seen) },
  );
}

/** Nothing is left to be done for the member of the row of `people`. */
const WANTED_THERE = `(member.wanted_role is not null
  and (people.role is null or people.role = member.wanted_role)
  and exists (select 1 from account_link own where own.person_id = member.person_id and own.state <> 'unlinked'
                and own.external_user_id = people.account))`;

/**
 * Lists that were read whole. Who was not on one is not in the chat, unless so many are missing that the list is not
 * believed; who was on one although nobody expected it is taken out again. What was in doubt when the reading began is
 * known now, as far as it can no longer come.
 */
export async function endReadings(
  transaction: Knex,
  organizationId: string,
  settlements: readonly ChatSettlement[],
): Promise<void> {
  const chatIds = settlements.flatMap(({ chatId, chat }) => (chat?.reading?.whole ? [chatId] : []));
  if (chatIds.length === 0) return;
  const believed = await holdUnbelievable(transaction, organizationId, chatIds);
  await believeReadings(transaction, organizationId, believed);
}

/** @returns the chats whose lists are believed */
async function holdUnbelievable(transaction: Knex, organizationId: string, chatIds: string[]): Promise<string[]> {
  const counted = await rows<{ chat_id: string; missing: number; held: boolean }>(
    transaction,
    `select chat.chat_id, counted.missing,
            counted.present >= :guardFrom and counted.missing * 2 > counted.present as held
     from chat, lateral (
       select count(*)::integer as present,
              (count(*) filter (where not delivered_account = any(chat.read_accounts)))::integer as missing
       from chat_member member
       where member.organization_id = chat.organization_id and member.chat_id = chat.chat_id
         and delivered_account is not null and delivered_account is distinct from chat.owner_account) counted
     where chat.organization_id = :organizationId and chat.chat_id = any(:chatIds::uuid[])`,
    { organizationId, chatIds, guardFrom: GUARD_MEMBERS_FROM },
  );
  const held = counted.filter((row) => row.held);
  if (held.length > 0) {
    await rows(
      transaction,
      `with held as (
         update chat set reading_missing = given.missing
         from unnest(:chatIds::uuid[], :missing::integer[]) as given(chat_id, missing)
         where chat.organization_id = :organizationId and chat.chat_id = given.chat_id
         returning chat.chat_id)
       insert into chat_failure as failure (organization_id, chat_id, property, code, class, next_attempt_at)
       select :organizationId, chat_id, 'reading', 'chat.reading-held', 'retry', now() + ${HELD_REST} from held
       on conflict (organization_id, chat_id, property) do update set code = excluded.code, class = excluded.class,
         next_attempt_at = excluded.next_attempt_at, attempts = failure.attempts + 1`,
      {
        organizationId,
        chatIds: held.map((row) => row.chat_id),
        missing: held.map((row) => row.missing),
      },
    );
    await rows(
      transaction,
      'update chat set read_offset = 0 where organization_id = :organizationId and chat_id = any(:chatIds::uuid[])',
      { organizationId, chatIds: held.map((row) => row.chat_id) },
    );
  }
  return counted.filter((row) => !row.held).map((row) => row.chat_id);
}

/** The lists that `read_accounts` of these chats hold are true. */
export async function believeReadings(transaction: Knex, organizationId: string, chatIds: string[]): Promise<void> {
  if (chatIds.length === 0) return;
  const left = await writeMissing(transaction, organizationId, chatIds);
  await logLeft(transaction, organizationId, left);
  await rows(
    transaction,
    `delete from chat_stray stray using chat
     where stray.organization_id = :organizationId and stray.chat_id = any(:chatIds::uuid[])
       and chat.organization_id = stray.organization_id and chat.chat_id = stray.chat_id
       and not stray.account = any(chat.read_accounts)`,
    { organizationId, chatIds },
  );
  await rows(
    transaction,
    `with over as (
       delete from delivery_doubt doubt using chat
       where doubt.organization_id = :organizationId and doubt.subject_id = any(:chatIds::uuid[])
         and chat.organization_id = doubt.organization_id and chat.chat_id = doubt.subject_id
         and doubt.until <= chat.read_started_at)
     update delivery_doubt doubt set looked = true from chat
     where doubt.organization_id = :organizationId and doubt.subject_id = any(:chatIds::uuid[])
       and chat.organization_id = doubt.organization_id and chat.chat_id = doubt.subject_id
       and doubt.sent_at <= chat.read_started_at and doubt.until > chat.read_started_at`,
    { organizationId, chatIds },
  );
  await rows(
    transaction,
    `update chat set compared_at = now(), reading_missing = null, read_accounts = '{}', read_total = null
     where organization_id = :organizationId and chat_id = any(:chatIds::uuid[])`,
    { organizationId, chatIds },
  );
}

interface LeftRow {
  readonly chat_id: string;
  readonly person_id: string;
  readonly person_kind: string;
  readonly role: string;
}

/**
 * Who was not on a whole list is not in the chat. They are added again once; who is missing again after that left by
 * themselves, or was taken out there, and that is respected. Whom a removal in doubt may have taken out did not leave.
 * The chat administrator is always brought back.
 * @returns those who have left
 */
async function writeMissing(transaction: Knex, organizationId: string, chatIds: string[]): Promise<readonly LeftRow[]> {
  const missing = await rows<LeftRow & { left: boolean | null }>(
    transaction,
    `update chat_member member set delivered_account = null, delivered_role = null,
       readded_at = case when ours.removal then member.readded_at else now() end,
       hand = case when ours.removal or member.readded_at is null or wanted_role is null
                     or 'chat-administrator' = any(member.reasons) then member.hand
                   else 'left' end,
       -- What failed was about somebody who was in the chat.
       failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0
     from chat, lateral (
       select exists (select 1 from delivery_doubt doubt
         where doubt.organization_id = chat.organization_id and doubt.subject_id = chat.chat_id
           and doubt.kind = 'member.remove') as removal) ours
     where member.organization_id = :organizationId and member.chat_id = any(:chatIds::uuid[])
       and chat.organization_id = member.organization_id and chat.chat_id = member.chat_id
       and member.delivered_account is not null and member.delivered_account is distinct from chat.owner_account
       and not member.delivered_account = any(chat.read_accounts)
     returning member.chat_id, member.person_id, member.person_kind, coalesce(rule_role, hand_role, 'member') as role,
       member.hand = 'left' as left`,
    { organizationId, chatIds },
  );
  return missing.filter((row) => row.left);
}

/** What a comparison believes to have happened by people's own will is a run: it can be taken back. */
async function logLeft(transaction: Knex, organizationId: string, left: readonly LeftRow[]): Promise<void> {
  if (left.length === 0) return;
  await rows(
    transaction,
    `with current as (
       select run_id from synchronization_run
       where organization_id = :organizationId and cause = 'comparison' and undone_at is null
         and at > now() - ${ONE_RUN}
       order by at desc limit 1
     ), begun as (
       insert into synchronization_run (organization_id, cause)
       select :organizationId, 'comparison' where not exists (select 1 from current)
       returning run_id
     ), run as (select run_id from current union all select run_id from begun)
     insert into membership_change (organization_id, run_id, chat_id, person_id, person_kind, before_role, after_role)
     select :organizationId, run.run_id, given.chat_id, given.person_id, given.person_kind, given.role, null
     from run, jsonb_to_recordset(:left::jsonb) as given(chat_id uuid, person_id text, person_kind text, role text)
     on conflict do nothing`,
    { organizationId, left: JSON.stringify(left) },
  );
  await rows(
    transaction,
    `update synchronization_run run set removed = (
       select count(*) from membership_change change
       where change.organization_id = run.organization_id and change.run_id = run.run_id and after_role is null)
     where organization_id = :organizationId and cause = 'comparison' and at > now() - ${ONE_RUN}`,
    { organizationId },
  );
}
