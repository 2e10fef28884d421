import { inject } from 'inversify';

import { lockLanes, wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { forgetPropertyFailures } from './chat-due-store-knex.js';
import { HISTORY_IS_WHOLE } from './chat-search-store-knex.js';
import type { MemberComparisonStore } from './member-comparison-store.js';

/** Behind everything else. */
const COMPARISON = 3;

/** Whoever left longer ago and comes back is a stranger, as anybody whom people let in there. */
const LEAVERS_KEPT = "interval '1 year'";

const OLD = `chat.state = 'open' and remote_id is not null and read_offset is null
  and coalesce(compared_at, created_at) < now() - :olderThanMs * interval '1 millisecond'`;

export class KnexMemberComparisonStore implements MemberComparisonStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async timeZones(): Promise<readonly string[]> {
    const found = await rows<{ time_zone: string }>(this.database.knex, 'select distinct time_zone from organization');
    return found.map((row) => row.time_zone);
  }

  async begin(timeZones: readonly string[], olderThanMs: number, organizations: number): Promise<number> {
    const due = await rows<{ organization_id: string }>(
      this.database.knex,
      `select organization_id
       from organization
       left join delivery_lane lane using (organization_id)
       where time_zone = any(:timeZones::text[]) and (lane.stop_code is null or lane.stop_until <= now())
         and exists (select 1 from chat where chat.organization_id = organization.organization_id and ${OLD})
       order by organization_id
       limit :organizations`,
      { timeZones: [...timeZones], olderThanMs, organizations },
    );
    let chats = 0;
    for (const row of due) chats += await this.beginOrganization(row.organization_id, olderThanMs);
    return chats;
  }

  async beginRestored(): Promise<number> {
    const restored = await rows<{ organization_id: string }>(
      this.database.knex,
      `select organization_id from chat_survey where account is not null and not (${HISTORY_IS_WHOLE})
       order by organization_id`,
    );
    let chats = 0;
    for (const row of restored) chats += await this.beginOrganization(row.organization_id, 0);
    return chats;
  }

  beginAll(organizationId: string): Promise<number> {
    return this.beginOrganization(organizationId, 0);
  }

  private beginOrganization(organizationId: string, olderThanMs: number): Promise<number> {
    return this.database.knex.transaction(async (transaction) => {
      await lockLanes(transaction, [organizationId]);
      const begun = await rows(
        transaction,
        `update chat set read_offset = 0, read_accounts = '{}', read_total = null, read_started_at = now(),
           priority = case when due_at is null then :priority else priority end,
           due_at = least(due_at, now())
         where organization_id = :organizationId and ${OLD}
         returning 1`,
        { organizationId, olderThanMs, priority: COMPARISON },
      );
      if (begun.length > 0) {
        await rows(
          transaction,
          `delete from chat_leaver where organization_id = :organizationId and left_at < now() - ${LEAVERS_KEPT}`,
          { organizationId },
        );
        // Twins are looked for at the same time.
        await rows(
          transaction,
          'update chat_survey set due_at = now() where organization_id = :organizationId and account is not null',
          { organizationId },
        );
        await wakeLanes(transaction, [organizationId]);
      }
      return begun.length;
    });
  }

  beginOne(organizationId: string, chatId: string, coolDownMs: number): Promise<Date | undefined> {
    return this.database.knex.transaction(async (transaction) => {
      await lockLanes(transaction, [organizationId]);
      const begun = await rows(
        transaction,
        `update chat set checked_at = now(), priority = 0, due_at = now(), revision = revision + 1,
           read_offset = case when remote_id is null then read_offset else 0 end, read_accounts = '{}', read_total = null,
           reading_missing = null, read_started_at = now(), next_attempt_at = null, attempts = 0,
           -- A question stays until it is answered.
           failure_code = case when asks then failure_code end, failure_class = case when asks then failure_class end
         where organization_id = :organizationId and chat_id = :chatId::uuid and state = 'open'
           and (checked_at is null or checked_at <= now() - :coolDownMs * interval '1 millisecond')
         returning 1`,
        { organizationId, chatId, coolDownMs },
      );
      if (begun.length > 0) {
        await forgetPropertyFailures(transaction, organizationId, [chatId]);
        await wakeLanes(transaction, [organizationId]);
        await notify(transaction, { kind: 'change', organizationId, topic: 'chats' });
        return undefined;
      }
      const found = await rows<{ again: Date | null }>(
        transaction,
        `select checked_at + :coolDownMs * interval '1 millisecond' as again from chat
         where organization_id = :organizationId and chat_id = :chatId::uuid`,
        { organizationId, chatId, coolDownMs },
      );
      return found[0]?.again ?? new Date();
    });
  }
}
