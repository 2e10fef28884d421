import type { Knex } from 'knex';

import type { LinkObserver } from '../account/account-link-store.js';
import { lockLanes, resumeLanes, wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { A_PERSON_WAITS, BULK, markChatsDue } from './chat-due-store-knex.js';

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
    await this.forgetFailures(transaction, personIds);
    const priority = personIds.length < BULK_FROM ? A_PERSON_WAITS : BULK;
    for (const row of chats) await markChatsDue(transaction, row.organization_id, row.chat_ids, priority);
    await wakeLanes(
      transaction,
      chats.map((row) => row.organization_id),
    );
    await this.resumeAdministrated(transaction, personIds);
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

  private async resumeAdministrated(transaction: Knex, personIds: readonly string[]): Promise<void> {
    const administrated = await rows<{ organization_id: string }>(
      transaction,
      `select organization_id from organization where chat_administrator_id = any(:personIds)`,
      { personIds: [...personIds] },
    );
    const organizationIds = administrated.map((row) => row.organization_id);
    await resumeLanes(transaction, organizationIds);
    for (const organizationId of organizationIds)
      await notify(transaction, { kind: 'change', organizationId, topic: 'link' });
  }
}
