import { inject } from 'inversify';
import type { Knex } from 'knex';

import type { LinkedChats } from '../account/linked-chats.js';
import type { PersonalDataPart } from '../account/personal-data-part.js';
import { lockLanes, wakeLanes } from '../delivery/lane-wake-store-knex.js';
import type { PersonalDataRemains } from '../host/personal-data.js';
import { must } from '../must.js';
import { CHAT_PRIVACY_TEXT, chatSentText, CHAT_KIND_TITLE } from '../protocol/texts.js';
import { Database, rows } from '../storage/database.js';
import { AN_EVENT, markChatsDue } from './chat-due-store-knex.js';

interface MembershipRow {
  readonly organization_id: string;
  readonly kind: keyof typeof CHAT_KIND_TITLE;
  readonly title: string;
  readonly reasons: string[];
  readonly wanted_role: string | null;
  readonly hand: string | null;
  readonly delivered_role: string | null;
}

interface LeftRow {
  readonly organization_id: string;
  readonly kind: keyof typeof CHAT_KIND_TITLE;
  readonly title: string;
  readonly left_at: Date;
}

/** What chats keep about a person, and how many an unlinking takes them out of. */
export class ChatPersonalData implements PersonalDataPart, LinkedChats {
  readonly id = 'chats';

  constructor(@inject(Database) private readonly database: Database) {}

  async count(personId: string): Promise<number> {
    const [found] = await rows<{ chats: string }>(
      this.database.knex,
      `select count(*) as chats from chat_member where person_id = :personId and delivered_account is not null`,
      { personId },
    );
    return Number(must(found, 'the count').chats);
  }

  async export(personId: string): Promise<unknown> {
    const memberships = await this.memberships(personId);
    const left = await this.left(personId);
    if (memberships.length + left.length === 0) return undefined;
    return [
      ...memberships.map((row) => ({
        organizationId: row.organization_id,
        chat: row.title,
        kind: CHAT_KIND_TITLE[row.kind],
        reasons: row.reasons,
        role: row.wanted_role,
        byHand: row.hand,
        inMessengerAs: row.delivered_role,
      })),
      ...left.map((row) => ({
        organizationId: row.organization_id,
        chat: row.title,
        kind: CHAT_KIND_TITLE[row.kind],
        leftAt: row.left_at.toISOString(),
      })),
    ];
  }

  async sent(personId: string): Promise<readonly string[]> {
    const memberships = await this.memberships(personId);
    return memberships.filter((row) => row.delivered_role !== null).map((row) => chatSentText(row.title));
  }

  /** Hand-made decisions go at once; a row goes when the person is out on the messenger's side. */
  async erase(personId: string): Promise<readonly Omit<PersonalDataRemains, 'part'>[]> {
    await this.database.knex.transaction(async (transaction) => {
      const chats = await rows<{ organization_id: string; chat_ids: string[] }>(
        transaction,
        `select organization_id, array_agg(chat_id) as chat_ids from chat_member where person_id = :personId
         group by organization_id order by organization_id`,
        { personId },
      );
      const organizationIds = chats.map((row) => row.organization_id);
      await lockLanes(transaction, organizationIds);
      await rows(
        transaction,
        `update chat_member set erased = true, reasons = '{}', rule_role = null, removal_held = false, hand = null, hand_role = null,
           removal_suspended = false, failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0, invited_at = null
         where person_id = :personId`,
        { personId },
      );
      await forgetInRuns(transaction, personId);
      await rows(transaction, 'delete from chat_leaver where person_id = :personId', { personId });
      await rows(
        transaction,
        `delete from chat_member member
         where person_id = :personId and delivered_account is null
           and not exists (select 1 from delivery_doubt doubt
                           where doubt.organization_id = member.organization_id and doubt.subject_id = member.chat_id
                             and member.person_id = any(doubt.person_ids))`,
        { personId },
      );
      for (const row of chats) await markChatsDue(transaction, row.organization_id, row.chat_ids, AN_EVENT);
      await wakeLanes(transaction, organizationIds);
    });
    const left = await this.count(personId);
    return left === 0 ? [] : [{ reason: CHAT_PRIVACY_TEXT.leaving }];
  }

  /** Chats in which the person was, and is not any more. */
  private left(personId: string): Promise<LeftRow[]> {
    return rows<LeftRow>(
      this.database.knex,
      `select leaver.organization_id, chat.kind, chat.title, left_at
       from chat_leaver leaver join chat using (organization_id, chat_id)
       where leaver.person_id = :personId
         and not exists (select 1 from chat_member member
                         where member.organization_id = leaver.organization_id and member.chat_id = leaver.chat_id
                           and member.person_id = leaver.person_id)
       order by leaver.organization_id, left_at, chat.title`,
      { personId },
    );
  }

  private memberships(personId: string): Promise<MembershipRow[]> {
    return rows<MembershipRow>(
      this.database.knex,
      `select member.organization_id, chat.kind, chat.title, reasons, wanted_role, hand, delivered_role
       from chat_member member join chat using (organization_id, chat_id)
       where member.person_id = :personId order by member.organization_id, chat.title`,
      { personId },
    );
  }
}

async function forgetInRuns(transaction: Knex, personId: string): Promise<void> {
  await rows(transaction, 'delete from membership_change where person_id = :personId', { personId });
  await rows(
    transaction,
    `update synchronization_run set by = case when by = :personId then '' else by end,
       undone_by = case when undone_by = :personId then '' else undone_by end
     where by = :personId or undone_by = :personId`,
    { personId },
  );
}
