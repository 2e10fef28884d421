import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../fixtures/host/embedded-postgres.js';
import { removeAbandonedDataFolders } from '../../fixtures/host/postgres-abandoned.js';

export interface TestDatabase {
  readonly connectionString: string;
  /** Ends whatever is still connected, too. Harmless twice. */
  drop(): Promise<void>;
}

/** A database of its own with the plugin's schema, cloned from a template that is migrated once per run. */
export async function freshDatabase(): Promise<TestDatabase> {
  const server = await testServer();
  server.template ??= makeTemplate(server);
  return createDatabase(server, await server.template);
}

/** A database of its own with nothing in it. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase(await testServer());
}

interface TestServer {
  readonly connectionString: string;
  readonly stop: () => Promise<void>;
  template?: Promise<string>;
}

let started: Promise<TestServer> | undefined;

/** One server per process, started when first asked for; `DATABASE_URL` wins. */
function testServer(): Promise<TestServer> {
  return (started ??= startServer());
}

async function startServer(): Promise<TestServer> {
  const external = process.env['DATABASE_URL'];
  if (external) return { connectionString: external, stop: async () => undefined };

  const parent = join(tmpdir(), `eschool-test-postgres-${process.getuid?.() ?? 'user'}`);
  await removeAbandonedDataFolders(parent);
  const dataFolder = await mkdtemp(join(parent, 'run-'));
  const postgres = await startEmbeddedPostgres({ dataFolder, durable: false });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    await rm(dataFolder, { recursive: true, force: true });
  };
  return { connectionString: postgres.connectionString, stop };
}

/** A session per statement: the end of a pool does not wait for its sessions, and the server goes right after. */
async function administer(server: TestServer, statement: string): Promise<void> {
  const client = new pg.Client(server.connectionString);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function makeTemplate(server: TestServer): Promise<string> {
  const { migrate } = await import('../../src/storage/migrate.js');
  const template = await createDatabase(server);
  await migrate(template.connectionString);
  return new URL(template.connectionString).pathname.slice(1);
}

async function createDatabase(server: TestServer, template?: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(server, `create database ${name}${template ? ` template ${template} strategy file_copy` : ''}`);
  const url = new URL(server.connectionString);
  url.pathname = `/${name}`;
  return { connectionString: url.href, drop: () => administer(server, `drop database if exists ${name} with (force)`) };
}

/** Called by mocha after the last test of the run. */
async function stopTestServer(): Promise<void> {
  if (!started) return;
  const server = await started;
  started = undefined;
  try {
    if (server.template) await administer(server, `drop database if exists ${await server.template} with (force)`);
  } finally {
    await server.stop();
  }
}

// Registered while the first spec that needs a database is loaded, so it belongs to the root suite.
if (typeof after === 'function') after(stopTestServer);
