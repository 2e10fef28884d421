import { inject } from 'inversify';

import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { resumeLanes } from './lane-wake-store-knex.js';
import type { LaneRelease, LaneRequest, LaneStore, LaneView } from './lane-store.js';
import type { LaneLease } from './work-source.js';

/** A rate older than this says nothing about now. */
const RATE_FRESH_SECONDS = 15;

/** How long minutes of deliveries are kept. */
const MINUTES_KEPT_DAYS = 2;

interface LaneRow {
  readonly running: boolean;
  readonly due_at: Date | null;
  readonly stop_code: string | null;
  readonly stop_until: Date | null;
  readonly rate: number | null;
}

export class KnexLaneStore implements LaneStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async take(owner: string, leaseMs: number): Promise<LaneLease | undefined> {
    const taken = await rows<{ organization_id: string; fence: string }>(
      this.database.knex,
      `update delivery_lane
       set owner = :owner, fence = fence + 1, due_at = null,
           stop_code = null, stop_until = null,
           leased_until = now() + :leaseMs * interval '1 millisecond'
       where organization_id = (
         select organization_id from delivery_lane
         where (due_at <= now() and (owner is null or leased_until < now()))
            or (owner is not null and leased_until < now())
         order by due_at nulls first
         for update skip locked
         limit 1)
       returning organization_id, fence`,
      { owner, leaseMs },
    );
    const row = taken[0];
    return row && { organizationId: row.organization_id, owner, fence: row.fence };
  }

  async prolong(lease: LaneLease, leaseMs: number): Promise<boolean> {
    const prolonged = await rows(
      this.database.knex,
      `update delivery_lane set leased_until = now() + :leaseMs * interval '1 millisecond'
       where organization_id = :organizationId and owner = :owner and fence = :fence
       returning 1`,
      { ...lease, leaseMs },
    );
    return prolonged.length === 1;
  }

  async release(
    lease: LaneLease,
    { dueAt, notBeforeMs = 0, stop }: LaneRelease,
  ): Promise<{ readonly dueAtOnce: boolean }> {
    return this.database.knex.transaction(async (transaction) => {
      const released = await rows<{ due: boolean | null; due_at_once: boolean | null }>(
        transaction,
        `with held as (
           select organization_id, due_at as woken_at from delivery_lane
           where organization_id = :organizationId and owner = :owner and fence = :fence for update)
         update delivery_lane lane
         set owner = null, leased_until = null,
             due_at = case when :stopCode::text is null or :restMs::float8 = 0
                           then case when least(woken_at, :dueAt::timestamptz) is not null
                                then greatest(least(woken_at, :dueAt::timestamptz),
                                              now() + :notBeforeMs::float8 * interval '1 millisecond') end
                           else now() + :restMs::float8 * interval '1 millisecond' end,
             stop_code = :stopCode,
             stop_until = case when :stopCode::text is not null
                               then now() + :restMs::float8 * interval '1 millisecond' end
         from held where lane.organization_id = held.organization_id
         returning lane.due_at <= now() as due, woken_at is null and :dueAt::timestamptz <= now() as due_at_once`,
        {
          ...{ ...lease, notBeforeMs },
          dueAt: dueAt ?? null,
          stopCode: stop?.code ?? null,
          restMs: stop?.restMs ?? null,
        },
      );
      await rows(
        transaction,
        `delete from delivery_minute
         where organization_id = :organizationId and minute < now() - :days * interval '1 day'`,
        { organizationId: lease.organizationId, days: MINUTES_KEPT_DAYS },
      );
      if (released[0]?.due) await notify(transaction, { kind: 'lane', organizationId: lease.organizationId });
      await notify(transaction, { kind: 'change', organizationId: lease.organizationId, topic: 'progress' });
      return { dueAtOnce: released[0]?.due_at_once ?? false };
    });
  }

  async recordRequest(lease: LaneLease, request: LaneRequest): Promise<void> {
    await rows(
      this.database.knex,
      `with lane as (
         update delivery_lane set rate_per_second = :ratePerSecond, rate_at = now()
         where organization_id = :organizationId and owner = :owner and fence = :fence
         returning organization_id)
       insert into delivery_minute as counted (organization_id, minute, requests, calls, failed, refused, backlog)
       select organization_id, date_trunc('minute', now()), 1, :calls, :failed, :refused, :backlog::integer from lane
       on conflict (organization_id, minute) do update set
         requests = counted.requests + 1, calls = counted.calls + excluded.calls,
         failed = counted.failed + excluded.failed, refused = counted.refused + excluded.refused,
         backlog = coalesce(excluded.backlog, counted.backlog)`,
      { ...lease, ...request, refused: request.refused ? 1 : 0, backlog: request.backlog ?? null },
    );
  }

  async nextDueAt(): Promise<Date | undefined> {
    const next = await rows<{ at: Date | null }>(
      this.database.knex,
      `select min(case when owner is null then due_at else leased_until end) as at from delivery_lane
       where due_at is not null or owner is not null`,
    );
    return next[0]?.at ?? undefined;
  }

  async resume(organizationId: string): Promise<void> {
    await this.database.knex.transaction((transaction) => resumeLanes(transaction, [organizationId]));
  }

  async view(organizationId: string): Promise<LaneView | undefined> {
    const found = await rows<LaneRow>(
      this.database.knex,
      `select owner is not null as running, due_at, stop_code, stop_until,
              case when rate_at > now() - :fresh * interval '1 second' then rate_per_second end as rate
       from delivery_lane where organization_id = :organizationId`,
      { organizationId, fresh: RATE_FRESH_SECONDS },
    );
    const row = found[0];
    return (
      row && {
        running: row.running,
        dueAt: row.due_at ?? undefined,
        stopCode: row.stop_code ?? undefined,
        stopUntil: row.stop_until ?? undefined,
        ratePerSecond: row.rate ?? undefined,
      }
    );
  }
}
