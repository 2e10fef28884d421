import type { Knex } from 'knex';

import type { LinkObserver } from '../account/account-link-store.js';
import { lockLanes, resumeLanes, wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { A_PERSON_WAITS, BULK, markChatsDue, markUnmadeDue } from './chat-due-store-knex.js';
import { surveyAtOnce } from './chat-search-store-knex.js';

/** From this many people at once (links handed over by the host) nobody waits for a single one. */
const BULK_FROM = 20;

/** Somebody linked or unlinked: their chats are looked at again, and a school whose administrator it is goes on. */
export class ChatLinkObserver implements LinkObserver {
  async linksChanged(transaction: Knex, personIds: readonly string[]): Promise<void> {
    const chats = await rows<{ organization_id: string; chat_ids: string[] }>(
      transaction,
      `select organization_id, array_agg(distinct chat_id) as chat_ids from chat_member
       where person_id = any(:personIds) group by organization_id order by organization_id`,
      { personIds: [...personIds] },
    );
    await lockLanes(
      transaction,
      chats.map((row) => row.organization_id),
    );
    await this.keepInvited(transaction, personIds);
    await this.forgetFailures(transaction, personIds);
    await this.handOver(transaction, personIds);
    await this.followOwners(transaction, personIds);
    const priority = personIds.length < BULK_FROM ? A_PERSON_WAITS : BULK;
    for (const row of chats) await markChatsDue(transaction, row.organization_id, row.chat_ids, priority);
    await wakeLanes(
      transaction,
      chats.map((row) => row.organization_id),
    );
    await this.resumeAdministrated(transaction, personIds);
  }

  /** Who was invited with an account that is let go may have come in with it, or may still: it is taken out. */
  private async keepInvited(transaction: Knex, personIds: readonly string[]): Promise<void> {
    await rows(
      transaction,
      `insert into chat_stray (organization_id, chat_id, account, person_id)
       select member.organization_id, member.chat_id, link.external_user_id, member.person_id
       from chat_member member
       join account_link link on link.person_id = member.person_id and link.state = 'unlinked'
       join chat on chat.organization_id = member.organization_id and chat.chat_id = member.chat_id
       where member.person_id = any(:personIds) and member.invited_at is not null and member.delivered_account is null
         and chat.remote_id is not null and chat.state <> 'closed'
       on conflict do nothing`,
      { personIds: [...personIds] },
    );
  }

  /** An account that another person has linked now is there already: it is not taken out for the one before. */
  private async handOver(transaction: Knex, personIds: readonly string[]): Promise<void> {
    await rows(
      transaction,
      `with taken as (
         select heir.organization_id, heir.chat_id, heir.person_id, former.person_id as former_id,
                former.delivered_account as account, former.delivered_role as role
         from account_link link
         join chat_member heir on heir.person_id = link.person_id and heir.wanted_role is not null
           and heir.delivered_account is null
         join chat_member former on former.organization_id = heir.organization_id and former.chat_id = heir.chat_id
           and former.delivered_account = link.external_user_id and former.person_id <> heir.person_id
         where link.person_id = any(:personIds) and link.state <> 'unlinked'
       ), let_go as (
         update chat_member member set delivered_account = null, delivered_role = null
         from taken
         where member.organization_id = taken.organization_id and member.chat_id = taken.chat_id
           and member.person_id = taken.former_id)
       update chat_member member set delivered_account = taken.account, delivered_role = taken.role
       from taken
       where member.organization_id = taken.organization_id and member.chat_id = taken.chat_id
         and member.person_id = taken.person_id`,
      { personIds: [...personIds] },
    );
  }

  /** A refusal was about the account that was linked before. */
  private async forgetFailures(transaction: Knex, personIds: readonly string[]): Promise<void> {
    await rows(
      transaction,
      `update chat_member set failure_code = null, failure_class = null, next_attempt_at = null, attempts = 0,
         invited_at = null
       where person_id = any(:personIds) and (failure_code is not null or invited_at is not null)`,
      { personIds: [...personIds] },
    );
  }

  /**
   * Chats whose account is linked again go on. Those whose account was let go say who can help, whether something waits
   * for them or not.
   */
  private async followOwners(transaction: Knex, personIds: readonly string[]): Promise<void> {
    await rows(
      transaction,
      `with linked as (
         select external_user_id as account from account_link
         where person_id = any(:personIds) and state <> 'unlinked'
       ), asked as (
         update chat set asks = false, failure_code = null, failure_class = null, attempts = 0, due_at = now()
         where failure_code = 'chat.creation-unknown'
           and exists (select 1 from delivery_doubt doubt, linked
                       where doubt.organization_id = chat.organization_id and doubt.subject_id = chat.chat_id
                         and doubt.account = linked.account))
       delete from chat_failure failure using chat, linked
       where failure.property in ('owner', 'take-over') and chat.organization_id = failure.organization_id
         and chat.chat_id = failure.chat_id and chat.owner_account = linked.account`,
      { personIds: [...personIds] },
    );
    await rows(
      transaction,
      `insert into chat_failure (organization_id, chat_id, property, code, class)
       select chat.organization_id, chat.chat_id, 'owner', 'chat.owner-gone', 'refused'
       from chat
       join account_link link on link.external_user_id = chat.owner_account
       where link.person_id = any(:personIds) and link.state = 'unlinked' and chat.state in ('open', 'closing')
       on conflict do nothing`,
      { personIds: [...personIds] },
    );
  }

  private async resumeAdministrated(transaction: Knex, personIds: readonly string[]): Promise<void> {
    const administrated = await rows<{ organization_id: string }>(
      transaction,
      `select organization_id from organization where chat_administrator_id = any(:personIds)`,
      { personIds: [...personIds] },
    );
    const organizationIds = administrated.map((row) => row.organization_id);
    await resumeLanes(transaction, organizationIds);
    await markUnmadeDue(transaction, organizationIds);
    await surveyAtOnce(transaction, organizationIds);
    for (const organizationId of organizationIds)
      await notify(transaction, { kind: 'change', organizationId, topic: 'link' });
  }
}
