import { inject } from 'inversify';
import type { Knex } from 'knex';

import { holdLease } from '../delivery/lane-wake-store-knex.js';
import type { LaneLease } from '../delivery/work-source.js';
import type { ExternalChatId, ExternalUserId, MemberRole } from '../messenger/messenger.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { recountChats } from './chat-counts-store-knex.js';
import type { ChatDeliveryStore, DueChat, SentMember } from './chat-delivery-store.js';
import {
  writeChatChanges,
  forgetSent,
  writeMemberChanges,
  writeMissing,
  writeSeen,
  writeSent,
} from './chat-settlement-store-knex.js';
import type { Settlement } from './chat-settlement.js';

interface ChatRow {
  readonly chat_id: string;
  readonly state: DueChat['state'];
  readonly title: string;
  readonly revision: string;
  readonly remote_id: string | null;
  readonly owner_account: string | null;
  readonly remote_title: string | null;
  readonly invite_link: string | null;
  readonly intent_at: Date | null;
  readonly read_offset: number | null;
  readonly read_seen: number;
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
  readonly as_of: Date;
}

interface MemberRow {
  readonly chat_id: string;
  readonly person_id: string;
  readonly wanted_role: MemberRole | null;
  readonly account: string | null;
  readonly delivered_role: MemberRole | null;
  readonly delivered_account: string | null;
  readonly sent_account: string | null;
  readonly invited_at: Date | null;
  readonly failure_class: string | null;
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
}

export class KnexChatDeliveryStore implements ChatDeliveryStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async due(
    organizationId: string,
    account: ExternalUserId,
    limit: number,
    except: readonly string[],
  ): Promise<readonly DueChat[]> {
    const chats = await rows<ChatRow>(
      this.database.knex,
      `select chat_id, state, title, revision, remote_id, owner_account, remote_title, invite_link, intent_at,
              read_offset, read_seen, attempts, next_attempt_at, now() as as_of
       from chat
       where organization_id = :organizationId and due_at <= now() and chat_id <> all(:except::uuid[])
       order by priority, due_at, chat_id
       limit :limit`,
      { organizationId, limit, except: [...except] },
    );
    if (chats.length === 0) return [];
    const members = await rows<MemberRow>(
      this.database.knex,
      `select member.chat_id, member.person_id, wanted_role, link.external_user_id as account, delivered_role,
              delivered_account, sent_account, invited_at, member.failure_class, member.attempts,
              member.next_attempt_at
       from chat_member member
       join chat using (organization_id, chat_id)
       left join account_link link on link.person_id = member.person_id and link.state <> 'unlinked'
       where member.organization_id = :organizationId and member.chat_id = any(:chatIds::uuid[])
         and (wanted_role is distinct from delivered_role
              or delivered_account is distinct from link.external_user_id
              or delivered_account = :account
              or sent_account is not null
              or (chat.state = 'closing' and delivered_account is not null))
       order by member.chat_id, member.person_id`,
      { organizationId, account, chatIds: chats.map((chat) => chat.chat_id) },
    );
    const byChat = new Map<string, MemberRow[]>(chats.map((chat) => [chat.chat_id, []]));
    for (const member of members) byChat.get(member.chat_id)?.push(member);
    return chats.map((chat) => dueChat(chat, byChat.get(chat.chat_id) ?? []));
  }

  async markClean(lease: LaneLease, chats: readonly DueChat[]): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      await rows(
        transaction,
        `update chat set
           due_at = (
             select min(greatest(time, now())) from (
               select member.next_attempt_at as time from chat_member member
               where member.organization_id = chat.organization_id and member.chat_id = chat.chat_id
                 and member.failure_class = 'retry'
               union all select chat.next_attempt_at
               union all select chat.intent_at + interval '3 seconds') as times where time is not null),
           priority = 2, delivered_at = now(),
           state = case when state in ('archived', 'closing') and remote_id is null and intent_at is null then 'closed' else state end
         from unnest(:chatIds::uuid[], :revisions::bigint[]) as given(chat_id, revision)
         where chat.organization_id = :organizationId and chat.chat_id = given.chat_id
           and chat.revision = given.revision`,
        {
          organizationId: lease.organizationId,
          chatIds: chats.map((chat) => chat.chatId),
          revisions: chats.map((chat) => chat.revision),
        },
      );
      await rows(
        transaction,
        `delete from chat_member
         where organization_id = :organizationId and chat_id = any(:chatIds::uuid[])
           and rule_role is null and hand is null and delivered_account is null and sent_account is null`,
        { organizationId: lease.organizationId, chatIds: chats.map((chat) => chat.chatId) },
      );
      await notify(transaction, { kind: 'change', organizationId: lease.organizationId, topic: 'chats' });
    });
  }

  async markIntent(lease: LaneLease, creations: readonly string[], sent: readonly SentMember[]): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      if (creations.length > 0) {
        await rows(
          transaction,
          `update chat set intent_at = now()
           where organization_id = :organizationId and chat_id = any(:chatIds::uuid[])`,
          { organizationId: lease.organizationId, chatIds: [...creations] },
        );
      }
      if (sent.length > 0) await writeSent(transaction, lease.organizationId, sent);
    });
  }

  async knownRemoteIds(account: ExternalUserId): Promise<ReadonlySet<ExternalChatId>> {
    const known = await rows<{ remote_id: string }>(
      this.database.knex,
      'select remote_id from chat where owner_account = :account and remote_id is not null',
      { account },
    );
    return new Set(known.map((row) => row.remote_id));
  }

  async settle(lease: LaneLease, settlements: readonly (Settlement & { readonly chatId: string })[]): Promise<void> {
    const { organizationId } = lease;
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      await this.write(transaction, organizationId, settlements);
      await notify(transaction, { kind: 'change', organizationId, topic: 'chats' });
      await notify(transaction, { kind: 'change', organizationId, topic: 'progress' });
    });
  }

  private async write(
    transaction: Knex,
    organizationId: string,
    settlements: readonly (Settlement & { readonly chatId: string })[],
  ): Promise<void> {
    await writeChatChanges(transaction, organizationId, settlements);
    await writeSeen(transaction, organizationId, settlements);
    await writeMissing(transaction, organizationId, settlements);
    await writeMemberChanges(transaction, organizationId, settlements);
    await forgetSent(transaction, organizationId, settlements);
    const chatIds = [...new Set(settlements.map((settlement) => settlement.chatId))];
    await recountChats(transaction, organizationId, chatIds);
  }

  async nextDueAt(organizationId: string): Promise<Date | undefined> {
    const next = await rows<{ at: Date | null }>(
      this.database.knex,
      'select min(due_at) as at from chat where organization_id = :organizationId and due_at is not null',
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

function dueChat(chat: ChatRow, members: readonly MemberRow[]): DueChat {
  return {
    chatId: chat.chat_id,
    asOf: chat.as_of,
    state: chat.state,
    title: chat.title,
    revision: chat.revision,
    remoteId: chat.remote_id ?? undefined,
    ownerAccount: chat.owner_account ?? undefined,
    remoteTitle: chat.remote_title ?? undefined,
    inviteLink: chat.invite_link ?? undefined,
    intentAt: chat.intent_at ?? undefined,
    readOffset: chat.read_offset ?? undefined,
    readSeen: chat.read_seen,
    attempts: chat.attempts,
    nextAttemptAt: chat.next_attempt_at ?? undefined,
    memberAttempts: new Map(members.map((member) => [member.person_id, member.attempts])),
    members: members.map((member) => ({
      personId: member.person_id,
      wantedRole: member.wanted_role ?? undefined,
      account: member.account ?? undefined,
      deliveredRole: member.delivered_role ?? undefined,
      deliveredAccount: member.delivered_account ?? undefined,
      sentAccount: member.sent_account ?? undefined,
      invited: member.invited_at !== null,
      refused: member.failure_class === 'refused',
      nextAttemptAt: member.next_attempt_at ?? undefined,
    })),
  };
}
