import { inject } from 'inversify';

import { Database, rows } from '../storage/database.js';
import type { LinkReminder, LinkReminderStore } from './link-reminder-store.js';

/** Namespace of the locks that keep two people from reminding one person at once. */
const LOCK_SPACE = 727_368_718;

export class KnexLinkReminderStore implements LinkReminderStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async remind(
    organizationId: string,
    personIds: readonly string[],
    remindedBy: string,
    pauseDays: number,
  ): Promise<readonly string[]> {
    return this.database.knex.transaction(async (transaction) => {
      await rows(
        transaction,
        `select pg_advisory_xact_lock(${LOCK_SPACE}, key)
         from (select distinct hashtext(id) as key from unnest(:personIds::text[]) as id order by 1) keys`,
        { personIds: [...personIds] },
      );
      const reminded = await rows<{ person_id: string }>(
        transaction,
        `insert into link_reminder (organization_id, person_id, reminded_by)
         select distinct :organizationId::text, id, :remindedBy::text from unnest(:personIds::text[]) as id
         where not exists (select from link_reminder earlier
                           where earlier.person_id = id
                             and earlier.reminded_at > now() - :pauseDays * interval '1 day')
           and not exists (select from account_link link where link.person_id = id and link.state = 'linked')
         returning person_id`,
        { organizationId, personIds: [...personIds], remindedBy, pauseDays },
      );
      return reminded.map((row) => row.person_id);
    });
  }

  async lastOf(personIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    const found = await rows<{ person_id: string; reminded_at: Date }>(
      this.database.knex,
      `select person_id, max(reminded_at) as reminded_at from link_reminder
       where person_id = any(:personIds) group by person_id`,
      { personIds: [...personIds] },
    );
    return new Map(found.map((row) => [row.person_id, row.reminded_at]));
  }

  async unseen(personId: string): Promise<Date | undefined> {
    const found = await rows<{ reminded_at: Date }>(
      this.database.knex,
      `select reminded_at from link_reminder where person_id = :personId and seen_at is null
       order by reminded_at desc limit 1`,
      { personId },
    );
    return found[0]?.reminded_at;
  }

  async seen(personId: string): Promise<void> {
    await rows(
      this.database.knex,
      'update link_reminder set seen_at = now() where person_id = :personId and seen_at is null',
      { personId },
    );
  }

  async all(personId: string): Promise<readonly LinkReminder[]> {
    const found = await rows<{ organization_id: string; reminded_at: Date; seen_at: Date | null }>(
      this.database.knex,
      `select organization_id, reminded_at, seen_at from link_reminder
       where person_id = :personId order by reminded_at desc`,
      { personId },
    );
    return found.map((row) => ({
      organizationId: row.organization_id,
      remindedAt: row.reminded_at,
      seenAt: row.seen_at ?? undefined,
    }));
  }

  /** Their reminders go; those they gave to others stay without their name. */
  async erase(personId: string): Promise<void> {
    await rows(this.database.knex, 'delete from link_reminder where person_id = :personId', { personId });
    await rows(this.database.knex, `update link_reminder set reminded_by = '' where reminded_by = :personId`, {
      personId,
    });
  }
}
