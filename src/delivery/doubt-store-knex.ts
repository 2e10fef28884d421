import { inject } from 'inversify';
import type { Knex } from 'knex';

import { Database, rows } from '../storage/database.js';
import { doubtOf } from './doubt.js';
import type { DoubtStore, SentCall } from './doubt-store.js';
import { holdLease } from './lane-wake-store-knex.js';
import { LeaseLostError, type LaneLease } from './work-source.js';

export class KnexDoubtStore implements DoubtStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async book(lease: LaneLease, calls: readonly SentCall[], effectWithinMs: number): Promise<void> {
    if (calls.length === 0) return;
    const given = calls.map(({ call, ...sent }) => {
      const { kind, role, title, accounts } = doubtOf(call);
      return {
        doubt_id: sent.doubtId,
        subject_id: sent.subjectId,
        account: sent.account,
        ...{ kind, role, title, accounts },
        person_ids: accounts.map((account) => sent.people.get(account) ?? null),
      };
    });
    const booked = await rows(
      this.database.knex,
      `with lane as (
         select organization_id from delivery_lane
         where organization_id = :organizationId and fence = :fence and owner = :owner for share)
       insert into delivery_doubt (organization_id, doubt_id, subject_id, account, kind, role, title, accounts,
                                   person_ids, until)
       select lane.organization_id, doubt_id, subject_id, account, kind, role, title, accounts, person_ids,
              now() + :effectWithinMs * interval '1 millisecond'
       from lane, jsonb_to_recordset(:given::jsonb) as given(doubt_id uuid, subject_id uuid, account bigint, kind text,
         role text, title text, accounts bigint[], person_ids text[])
       returning 1`,
      { ...lease, effectWithinMs, given: JSON.stringify(given) },
    );
    if (booked.length === 0) throw new LeaseLostError(lease.organizationId);
  }

  async end(lease: LaneLease, doubtIds: readonly string[]): Promise<void> {
    if (doubtIds.length === 0) return;
    await this.database.knex.transaction(async (transaction) => {
      await holdLease(transaction, lease);
      await endDoubts(transaction, lease.organizationId, doubtIds);
    });
  }
}

/** It is known what became of these calls. Part of the transaction that books it. */
export async function endDoubts(transaction: Knex, organizationId: string, doubtIds: readonly string[]): Promise<void> {
  if (doubtIds.length === 0) return;
  await rows(
    transaction,
    'delete from delivery_doubt where organization_id = :organizationId and doubt_id = any(:doubtIds::uuid[])',
    { organizationId, doubtIds: [...doubtIds] },
  );
}
