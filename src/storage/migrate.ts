import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

import knex, { type Knex } from 'knex';

import { SferumError } from '../errors.js';

/** Schema of PostgreSQL that holds everything the plugin keeps. */
export const SCHEMA = 'sferum';

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));
const LOCK_KEY = 727_368_717;
const OLDEST_SERVER_VERSION = 150_000;

/** Names without extension, so that the bookkeeping does not depend on how the files are loaded. */
class FolderMigrationSource implements Knex.MigrationSource<string> {
  async getMigrations(): Promise<string[]> {
    const files = await readdir(MIGRATIONS_FOLDER);
    return files
      .filter((file) => file.endsWith('.js'))
      .map((file) => file.slice(0, -'.js'.length))
      .sort();
  }

  getMigrationName(name: string): string {
    return name;
  }

  async getMigration(name: string): Promise<Knex.Migration> {
    return (await import(pathToFileURL(`${MIGRATIONS_FOLDER}${name}.js`).href)) as Knex.Migration;
  }
}

/**
 * Brings the schema `sferum` up to date. Many processes may call it at once: one migrates, the others wait and find
 * everything done.
 *
 * @param connectionString `postgres://…`
 * @throws SferumError `SFERUM_DATABASE_UNREACHABLE`, `SFERUM_DATABASE_TOO_OLD`
 */
export async function migrate(connectionString: string): Promise<void> {
  const database = knex({
    client: 'pg',
    connection: connectionString,
    searchPath: [SCHEMA],
    pool: { min: 0, max: 2 },
    acquireConnectionTimeout: 15_000,
  });
  try {
    await checkServer(database);
    await withLock(database, async () => {
      await database.raw(`create schema if not exists ${SCHEMA}`);
      await database.migrate.latest({
        migrationSource: new FolderMigrationSource(),
        schemaName: SCHEMA,
        tableName: 'migration',
      });
    });
  } finally {
    await database.destroy();
  }
}

async function checkServer(database: Knex): Promise<void> {
  let version: number;
  try {
    const answer = await database.raw<{ rows: { version: string }[] }>(
      `select current_setting('server_version_num') as version`,
    );
    version = Number(answer.rows[0]?.version);
  } catch (cause) {
    throw new SferumError(
      'SFERUM_DATABASE_UNREACHABLE',
      'База данных недоступна. Проверьте адрес, имя, пароль и что PostgreSQL запущен.',
      { cause },
    );
  }
  if (version < OLDEST_SERVER_VERSION) {
    throw new SferumError('SFERUM_DATABASE_TOO_OLD', 'Нужен PostgreSQL 15 или новее.', { fields: { version } });
  }
}

/** The lock is the session's, so the connection is held apart from the one that migrates. */
async function withLock(database: Knex, work: () => Promise<void>): Promise<void> {
  const client = database.client as Knex.Client;
  const connection: unknown = await client.acquireConnection();
  try {
    await database.raw('select pg_advisory_lock(?)', [LOCK_KEY]).connection(connection);
    await work();
  } finally {
    await database.raw('select pg_advisory_unlock(?)', [LOCK_KEY]).connection(connection);
    await client.releaseConnection(connection);
  }
}
