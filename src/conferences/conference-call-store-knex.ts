import { inject } from 'inversify';
import type { Knex } from 'knex';

import { failsAgain } from '../delivery/lane-failure.js';
import { holdLease } from '../delivery/lane-wake-store-knex.js';
import { LeaseLostError, type LaneLease } from '../delivery/work-source.js';
import { HostLogger } from '../host/host-services.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import type { CallResult, ConferenceCallStore } from './conference-call-store.js';
import { passTime } from './life/life-time.js';
import { settleLife } from './life/life-settlement.js';
import { KnexLifeStore, type LifeChange, type PlannedLife } from './life/life-store-knex.js';

/** So many due conferences are looked at in one go. */
const DUE_AT_ONCE = 200;
const STALLED_HOURS = 1;

export class KnexConferenceCallStore implements ConferenceCallStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(KnexLifeStore) private readonly lives: KnexLifeStore,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  async due(lease: LaneLease, account: boolean, limit: number): Promise<readonly PlannedLife[]> {
    const change: LifeChange = (life, now, lengths) => passTime(life, now, lengths, account);
    for (;;) {
      const moved = await this.moveOn(lease, account, change);
      const acting = moved.filter(({ actions }) => actions.length > 0);
      // Those without an action rest now, so that the next look finds others.
      if (moved.length < DUE_AT_ONCE || acting.length === moved.length) return acting;
      if (acting.reduce((sum, { actions }) => sum + actions.length, 0) >= limit) return acting;
    }
  }

  /** What cannot be written for one conference does not keep the others. */
  private async moveOn(lease: LaneLease, account: boolean, change: LifeChange): Promise<readonly PlannedLife[]> {
    try {
      return await this.inLane(lease, (transaction) =>
        this.lives.changeDue(transaction, lease.organizationId, { waiting: account, limit: DUE_AT_ONCE }, change),
      );
    } catch (error) {
      if (error instanceof LeaseLostError || !failsAgain(error)) throw error;
      this.logger.error('conferences cannot be moved on together, each is moved on alone', { error: String(error) });
    }
    const moved: PlannedLife[] = [];
    for (const conferenceId of await this.dueIds(lease, account)) {
      try {
        moved.push(
          ...(await this.inLane(lease, (transaction) =>
            this.lives.change(transaction, lease.organizationId, [conferenceId], change),
          )),
        );
      } catch (error) {
        if (error instanceof LeaseLostError || !failsAgain(error)) throw error;
        this.logger.error('a conference cannot be moved on, it rests', { conferenceId, error: String(error) });
        await this.stall(lease, [conferenceId], 'delivery.unbookable');
      }
    }
    return moved;
  }

  async settle(lease: LaneLease, results: readonly CallResult[]): Promise<void> {
    await this.inLane(lease, (transaction) =>
      this.lives.change(
        transaction,
        lease.organizationId,
        [...new Set(results.map(({ conferenceId }) => conferenceId))],
        (life, now) =>
          results
            .filter(({ conferenceId }) => conferenceId === life.conferenceId)
            .reduce((settled, result) => settleLife(settled, result, now, Math.random()), life),
      ),
    );
  }

  async stall(lease: LaneLease, conferenceIds: readonly string[], code: string): Promise<void> {
    await this.inLane(lease, async (transaction) => {
      await rows(
        transaction,
        `update conference set failure_code = :code, rest_until = now() + :hours * interval '1 hour',
           due_at = now() + :hours * interval '1 hour'
         where organization_id = :organizationId and conference_id = any(:conferenceIds::uuid[])`,
        { organizationId: lease.organizationId, conferenceIds: [...conferenceIds], code, hours: STALLED_HOURS },
      );
      await notify(transaction, { kind: 'change', organizationId: lease.organizationId, topic: 'conferences' });
    });
  }

  async nextDueAt(organizationId: string): Promise<Date | undefined> {
    const next = await rows<{ at: Date | null }>(
      this.database.knex,
      'select min(due_at) as at from conference where organization_id = :organizationId and due_at is not null',
      { organizationId },
    );
    return next[0]?.at ?? undefined;
  }

  private async dueIds({ organizationId }: LaneLease, account: boolean): Promise<readonly string[]> {
    const found = await rows<{ conference_id: string }>(
      this.database.knex,
      `select conference_id from conference
       where organization_id = :organizationId and (due_at <= now() or (:account::boolean and waits))
       order by due_at, conference_id limit :limit`,
      { organizationId, account, limit: DUE_AT_ONCE },
    );
    return found.map((row) => row.conference_id);
  }

  private inLane<T>(lease: LaneLease, work: (transaction: Knex) => Promise<T>): Promise<T> {
    return this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      return work(transaction);
    });
  }
}
