import { inject } from 'inversify';
import type { Knex } from 'knex';

import { endDoubts } from '../delivery/doubt-store-knex.js';
import { holdLease } from '../delivery/lane-wake-store-knex.js';
import type { LaneLease } from '../delivery/work-source.js';
import type { ExternalUserId } from '../messenger/messenger.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { recountChats } from './chat-counts-store-knex.js';
import type { BookedSettlement, ChatDeliveryStore, DueChat, OrganizationDelivery } from './chat-delivery-store.js';
import { dueChats } from './due-chat-store-knex.js';
import { writeFindings } from './chat-finding-store-knex.js';
import { SURVEY_COUNTS, writeInspected, writeListed, writeSurvey } from './chat-search-store-knex.js';
import { endReadings, writeSeen } from './chat-reading-store-knex.js';
import { isOfChat, writeChatChanges, writeChatFailures, writeMemberChanges } from './chat-settlement-store-knex.js';
import type { ChatFinding } from './chat-snapshot.js';

/** How long a list of the own chats waits for somebody who runs them. */
const SURVEY_POSTPONED = "interval '1 hour'";
/** How long a chat rests whose results cannot be booked. */
const STALLED_REST = "interval '1 hour'";

/**
 * SQL: the member may be in the chat although nobody knows: invited, named by a call in doubt, or the one in whose name a
 * creation in doubt was sent.
 */
const MAY_BE_THERE = `(
  (invited_at is not null and exists (select 1 from account_link link
                                      where link.person_id = member.person_id and link.state <> 'unlinked'))
  or exists (select 1 from delivery_doubt doubt
             left join account_link link on link.external_user_id = doubt.account and link.person_id = member.person_id
               and link.state <> 'unlinked' and doubt.kind = 'chat.create'
             where doubt.organization_id = member.organization_id and doubt.subject_id = member.chat_id
               and (member.person_id = any(doubt.person_ids) or link.person_id is not null)))`;

export class KnexChatDeliveryStore implements ChatDeliveryStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async organization(organizationId: string, account: ExternalUserId | undefined): Promise<OrganizationDelivery> {
    const found = await rows<{ surveyed: boolean | null; due_at: Date | null; due: boolean }>(
      this.database.knex,
      `select account = :account::bigint and ${SURVEY_COUNTS} as surveyed, due_at, due_at <= now() as due
       from chat_survey where organization_id = :organizationId`,
      { organizationId, account: account ?? null },
    );
    return {
      surveyed: found[0]?.surveyed ?? false,
      surveyDue: found[0]?.due ?? false,
      surveyAt: found[0]?.due_at ?? undefined,
    };
  }

  due(
    organizationId: string,
    account: ExternalUserId | undefined,
    limit: number,
    except: readonly string[],
  ): Promise<readonly DueChat[]> {
    return dueChats(this.database.knex, organizationId, account, limit, except);
  }

  async rest(
    lease: LaneLease,
    account: ExternalUserId | undefined,
    chats: readonly { readonly chat: DueChat; readonly nextAt: Date | undefined }[],
  ): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      const chatIds = chats.map(({ chat }) => chat.chatId);
      await rows(
        transaction,
        `update chat set
           due_at = case when given.next_at is not null then greatest(given.next_at, now()) end, priority = 2, delivered_at = now(),
           state = case when state in ('archived', 'closing') and remote_id is null and not exists (
                          select 1 from delivery_doubt doubt
                          where doubt.organization_id = chat.organization_id and doubt.subject_id = chat.chat_id)
                        then 'closed' else state end
         from unnest(:chatIds::uuid[], :revisions::bigint[], :nextAts::timestamptz[]) as given(chat_id, revision, next_at)
         where chat.organization_id = :organizationId and chat.chat_id = given.chat_id
           and chat.revision = given.revision
           and not exists (
             select 1 from delivery_lane lane
             join organization using (organization_id)
             left join account_link link on link.person_id = organization.chat_administrator_id
               and link.state <> 'unlinked'
             where lane.organization_id = :organizationId and lane.due_at is not null
               and link.external_user_id is distinct from :account::bigint)`,
        {
          organizationId: lease.organizationId,
          account: account ?? null,
          chatIds,
          revisions: chats.map(({ chat }) => chat.revision),
          nextAts: chats.map(({ nextAt }) => nextAt?.toISOString() ?? null),
        },
      );
      await rows(
        transaction,
        `with gone as (
           delete from chat_member member
           where organization_id = :organizationId and chat_id = any(:chatIds::uuid[])
             and rule_role is null and hand is null and delivered_account is null and not ${MAY_BE_THERE}
           returning organization_id, chat_id, person_id, person_kind, erased)
         insert into chat_leaver (organization_id, chat_id, person_id, person_kind)
         select organization_id, chat_id, person_id, person_kind from gone where not erased
         on conflict (organization_id, chat_id, person_id) do update
           set left_at = now(), person_kind = excluded.person_kind`,
        { organizationId: lease.organizationId, chatIds },
      );
      await notify(transaction, { kind: 'change', organizationId: lease.organizationId, topic: 'chats' });
    });
  }

  async find(
    lease: LaneLease,
    findings: readonly { readonly chat: DueChat; readonly finding: ChatFinding }[],
  ): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      await writeFindings(transaction, lease.organizationId, findings);
      await notify(transaction, { kind: 'change', organizationId: lease.organizationId, topic: 'chats' });
    });
  }

  async postponeSurvey(lease: LaneLease): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      await rows(
        transaction,
        `update chat_survey set due_at = now() + ${SURVEY_POSTPONED} where organization_id = :organizationId`,
        { organizationId: lease.organizationId },
      );
    });
  }

  async settle(
    lease: LaneLease,
    settlements: readonly BookedSettlement[],
    endedDoubts: readonly string[],
  ): Promise<void> {
    const { organizationId } = lease;
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      await this.write(transaction, organizationId, settlements);
      await endDoubts(transaction, organizationId, endedDoubts);
      const chatIds = [...new Set(settlements.flatMap(({ chatId }) => chatId ?? []))];
      await recountChats(transaction, organizationId, chatIds);
      await notify(transaction, { kind: 'change', organizationId, topic: 'chats' });
      await notify(transaction, { kind: 'change', organizationId, topic: 'progress' });
    });
  }

  private async write(
    transaction: Knex,
    organizationId: string,
    settlements: readonly BookedSettlement[],
  ): Promise<void> {
    const ofChats = settlements.filter(isOfChat);
    await writeChatChanges(transaction, organizationId, ofChats);
    await writeChatFailures(transaction, organizationId, ofChats);
    await writeSeen(transaction, organizationId, ofChats);
    await endReadings(transaction, organizationId, ofChats);
    await writeMemberChanges(transaction, organizationId, ofChats);
    await writeListed(transaction, organizationId, ofChats);
    await writeInspected(transaction, organizationId, ofChats);
    await writeSurvey(
      transaction,
      organizationId,
      settlements.filter(({ chatId }) => chatId === undefined),
    );
  }

  async stall(lease: LaneLease, chatIds: readonly string[], code: string): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      await rows(
        transaction,
        `update chat set failure_code = :code, failure_class = 'refused', attempts = attempts + 1,
           next_attempt_at = now() + ${STALLED_REST}
         where organization_id = :organizationId and chat_id = any(:chatIds::uuid[])`,
        { organizationId: lease.organizationId, chatIds: [...chatIds], code },
      );
      await notify(transaction, { kind: 'change', organizationId: lease.organizationId, topic: 'chats' });
    });
  }

  async nextDueAt(organizationId: string): Promise<Date | undefined> {
    const next = await rows<{ at: Date | null }>(
      this.database.knex,
      `select least(
         (select min(due_at) from chat where organization_id = :organizationId and due_at is not null),
         (select due_at from chat_survey where organization_id = :organizationId and account is not null)) as at`,
      { organizationId },
    );
    return next[0]?.at ?? undefined;
  }

  async backlog(organizationId: string): Promise<number> {
    const counted = await rows<{ waiting: string }>(
      this.database.knex,
      `with due as (
         select chat_id, remote_id from chat where organization_id = :organizationId and due_at <= now()
       ), people as (
         select count(*) as waiting from due
         join chat_member member on member.organization_id = :organizationId and member.chat_id = due.chat_id
         left join account_link link on link.person_id = member.person_id and link.state <> 'unlinked'
         where failure_class is distinct from 'refused' and invited_at is null
           and ((wanted_role is not null and delivered_account is null and link.person_id is not null)
                or (wanted_role is null and delivered_account is not null)
                or wanted_role <> delivered_role))
       select people.waiting + (select count(*) from due where remote_id is null) as waiting from people`,
      { organizationId },
    );
    return Number(counted[0]?.waiting ?? 0);
  }
}
