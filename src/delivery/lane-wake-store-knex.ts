import type { Knex } from 'knex';

import type { LaneLease } from './work-source.js';
import { LeaseLostError } from './work-source.js';
import { rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';

/**
 * Makes lanes due and tells all processes, both when the transaction of `executor` commits. A lane that stands still
 * stays so until its time.
 * @param dueAt when; default now
 */
export async function wakeLanes(executor: Knex, organizationIds: readonly string[], dueAt?: Date): Promise<void> {
  if (organizationIds.length === 0) return;
  await rows(
    executor,
    `insert into delivery_lane as lane (organization_id, due_at)
     select id, coalesce(:dueAt::timestamptz, now()) from unnest(:ids::text[]) as id order by id
     on conflict (organization_id) do update
       set due_at = case when lane.stop_code is null then least(lane.due_at, excluded.due_at)
                         else greatest(lane.stop_until, least(lane.due_at, excluded.due_at)) end
     where lane.stop_code is null or lane.stop_until is not null`,
    { ids: [...organizationIds], dueAt: dueAt ?? null },
  );
  if (dueAt !== undefined) return;
  for (const organizationId of organizationIds) await notify(executor, { kind: 'lane', organizationId });
}

/** Makes lanes due now and lifts their stops: what they stood still for may have changed. */
export async function resumeLanes(executor: Knex, organizationIds: readonly string[]): Promise<void> {
  if (organizationIds.length === 0) return;
  await rows(
    executor,
    `insert into delivery_lane as lane (organization_id, due_at)
     select id, now() from unnest(:ids::text[]) as id order by id
     on conflict (organization_id) do update set due_at = now(), stop_code = null, stop_until = null`,
    { ids: [...organizationIds] },
  );
  for (const organizationId of organizationIds) await askAgain(executor, organizationId);
}

/** Tells all processes that a person asked for another try: also what rests for the whole lane is tried. */
export async function askAgain(executor: Knex, organizationId: string): Promise<void> {
  await notify(executor, { kind: 'lane', organizationId, asked: true });
}

/**
 * Holds the lease for the rest of the transaction: no other process can take the lane before it ends.
 * @throws LeaseLostError when another process took it already
 */
export async function holdLease(transaction: Knex, lease: LaneLease): Promise<void> {
  const held = await rows(
    transaction,
    `select 1 from delivery_lane
     where organization_id = :organizationId and fence = :fence and owner = :owner for share`,
    { ...lease },
  );
  if (held.length === 0) throw new LeaseLostError(lease.organizationId);
}

/**
 * Whoever writes to chats and then wakes their lanes takes the lanes first: a delivery that books its results holds its
 * lane and then waits for chats, so the other order would stand still for ever.
 */
export async function lockLanes(executor: Knex, organizationIds: readonly string[]): Promise<void> {
  await rows(
    executor,
    'select 1 from delivery_lane where organization_id = any(:ids::text[]) order by organization_id for update',
    { ids: [...organizationIds] },
  );
}
