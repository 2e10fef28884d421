import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';
import knex, { type Knex } from 'knex';

import { HostDatabase } from '../host/host-services.js';
import { SCHEMA } from './migrate.js';

/** The plugin's own pool. Opened by the lifecycle after the migrations, closed by it last. */
export interface Database {
  /** @throws Error before `open` and after `close` */
  readonly knex: Knex;
  open(): void;
  close(): Promise<void>;
}
export const Database = Symbol('Database') as ServiceIdentifier<Database>;

const POOL_SIZE = 12;

export class KnexDatabase implements Database {
  private pool: Knex | undefined;

  constructor(@inject(HostDatabase) private readonly host: HostDatabase) {}

  get knex(): Knex {
    if (this.pool === undefined) throw new Error('the database is not open: start() has not run or stop() has');
    return this.pool;
  }

  open(): void {
    this.pool ??= knex({
      client: 'pg',
      connection: { connectionString: this.host.connectionString, application_name: 'sferum' },
      searchPath: [SCHEMA],
      pool: { min: 0, max: POOL_SIZE },
      acquireConnectionTimeout: 20_000,
    });
  }

  async close(): Promise<void> {
    const pool = this.pool;
    this.pool = undefined;
    await pool?.destroy();
  }
}

/** What statements are run with: the pool, or one transaction. */
export type Executor = Knex;

/** Named values of a statement, written `:name` in it. */
export type Bindings = Readonly<Record<string, unknown>>;

/** `:name`, but not the type of a cast (`::text`). */
const NAME = /(?<!:):([a-zA-Z]\w*)/g;

/**
 * Runs one statement and gives its rows. Own names rather than knex's, which takes the `:name:` of `:name::text` for an identifier.
 * @throws Error for a name without a value
 */
export async function rows<T = unknown>(executor: Knex, sql: string, bindings: Bindings = {}): Promise<T[]> {
  const values: unknown[] = [];
  const positional = sql.replaceAll(NAME, (_, name: string) => {
    if (!(name in bindings)) throw new Error(`the statement has no value for :${name}`);
    values.push(bindings[name]);
    return '?';
  });
  const answer = await executor.raw<{ rows: T[] }>(positional, values as Knex.RawBinding[]);
  return answer.rows;
}
