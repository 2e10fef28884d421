import type { Knex } from 'knex';

import { rows } from '../storage/database.js';
import type { RuleWrite } from './chat-rule-store.js';

/** How long runs can be looked at and taken back. */
const KEPT_DAYS = 30;

/**
 * Opens the log of a run. What single events change is not logged: they are undone where they came from.
 * @returns undefined when nothing is logged
 */
export async function beginRun(
  transaction: Knex,
  write: RuleWrite,
  archived: readonly string[],
): Promise<string | undefined> {
  if (write.cause.kind === 'events') return undefined;
  const begun = await rows<{ run_id: string }>(
    transaction,
    `insert into synchronization_run (organization_id, cause, by, archived)
     values (:organizationId, :cause, :by, :archived::uuid[]) returning run_id`,
    {
      organizationId: write.organization.id,
      cause: write.cause.kind,
      by: write.cause.kind === 'check' ? write.cause.by : null,
      archived: [...archived],
    },
  );
  return begun[0]?.run_id;
}

/** Counts what was logged; a run that changed nothing leaves no trace, and old ones go. */
export async function endRun(transaction: Knex, organizationId: string, runId: string | undefined): Promise<void> {
  if (runId === undefined) return;
  await rows(
    transaction,
    `update synchronization_run set added = counted.added, removed = counted.removed
     from (select count(*) filter (where before_role is null) as added,
                  count(*) filter (where after_role is null) as removed
           from membership_change where organization_id = :organizationId and run_id = :runId::uuid) counted
     where organization_id = :organizationId and run_id = :runId::uuid`,
    { organizationId, runId },
  );
  await rows(
    transaction,
    `delete from synchronization_run
     where organization_id = :organizationId
       and (at < now() - :days * interval '1 day'
            or (run_id = :runId::uuid and archived = '{}'
                and not exists (select 1 from membership_change change
                                where change.organization_id = :organizationId and change.run_id = :runId::uuid)))`,
    { organizationId, runId, days: KEPT_DAYS },
  );
}
