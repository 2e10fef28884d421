import { inject } from 'inversify';

import { Database, rows } from '../storage/database.js';
import type { GoneOwnerStore } from './gone-owner-store.js';

interface PersonRow {
  readonly person_id: string;
}

export class KnexGoneOwnerStore implements GoneOwnerStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async linked(after: string | undefined, limit: number): Promise<readonly string[]> {
    const found = await rows<PersonRow>(
      this.database.knex,
      `select person_id from account_link
       where state <> 'unlinked' and (:after::text is null or person_id > :after::text)
       order by person_id limit :limit`,
      { after: after ?? null, limit },
    );
    return found.map((row) => row.person_id);
  }

  async mark(gone: readonly string[]): Promise<void> {
    await rows(
      this.database.knex,
      `update account_link
       set gone_since = case when person_id = any(:gone::text[]) then now() end
       where (gone_since is null) = (person_id = any(:gone::text[])) and state <> 'unlinked'`,
      { gone: [...gone] },
    );
  }

  async goneFor(graceMs: number): Promise<readonly string[]> {
    const found = await rows<PersonRow>(
      this.database.knex,
      `select person_id from account_link
       where gone_since <= now() - :graceMs * interval '1 millisecond' and state <> 'unlinked' order by person_id`,
      { graceMs },
    );
    return found.map((row) => row.person_id);
  }
}
