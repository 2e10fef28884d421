import { inject } from 'inversify';

import { must } from '../must.js';
import { Database, rows } from '../storage/database.js';
import type { AccountTraceStore, AttemptTrace } from './account-trace-store.js';

export class KnexAccountTraceStore implements AccountTraceStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async attempts(personId: string): Promise<readonly AttemptTrace[]> {
    const found = await rows<{ state_hash: Buffer; created_at: Date }>(
      this.database.knex,
      'select state_hash, created_at from link_attempt where person_id = :personId order by created_at',
      { personId },
    );
    return found.map((row) => ({ stateHash: row.state_hash, begunAt: row.created_at }));
  }

  async revocations(personId: string): Promise<number> {
    const found = await rows<{ count: number }>(
      this.database.knex,
      'select count(*)::integer as count from token_revocation where person_id = :personId',
      { personId },
    );
    return must(found[0], 'the count').count;
  }
}
