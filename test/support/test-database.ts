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

/**
 * A database of its own with the plugin's schema and nothing in its tables. It is one that an earlier test is done with,
 * or a copy of a template that is migrated once per run: a new one costs ten times as much.
 */
export async function freshDatabase(): Promise<TestDatabase> {
  const server = await testServer();
  server.template ??= makeTemplate(server);
  const name = server.free.pop() ?? (await createDatabase(server, await server.template)).name;
  return { connectionString: addressOf(server, name), drop: once(() => giveBack(server, name)) };
}

/** A database of its own with nothing in it. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const server = await testServer();
  const { name } = await createDatabase(server);
  return { connectionString: addressOf(server, name), drop: () => dropDatabase(server, name) };
}

interface TestServer {
  readonly connectionString: string;
  readonly stop: () => Promise<void>;
  /** Names of databases like the template that nobody uses now. */
  readonly free: string[];
  template?: Promise<string>;
  /** Of the template's schema. */
  shape?: Promise<string>;
}

let started: Promise<TestServer> | undefined;

/** One server per process, started when first asked for; `DATABASE_URL` wins. */
function testServer(): Promise<TestServer> {
  return (started ??= startServer());
}

async function startServer(): Promise<TestServer> {
  const external = process.env['DATABASE_URL'];
  if (external) return { connectionString: external, stop: async () => undefined, free: [] };

  const parent = join(tmpdir(), `eschool-test-postgres-${process.getuid?.() ?? 'user'}`);
  await removeAbandonedDataFolders(parent);
  const dataFolder = await mkdtemp(join(parent, 'run-'));
  const postgres = await startEmbeddedPostgres({ dataFolder, durable: false });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    await rm(dataFolder, { recursive: true, force: true });
  };
  return { connectionString: postgres.connectionString, stop, free: [] };
}

/** A session per statement: the end of a pool does not wait for its sessions, and the server goes right after. */
async function administer(connectionString: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client(connectionString);
  await client.connect();
  try {
    return (await client.query(statement)).rows as unknown[];
  } finally {
    await client.end();
  }
}

function addressOf(server: TestServer, name: string): string {
  const url = new URL(server.connectionString);
  url.pathname = `/${name}`;
  return url.href;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

/** Whoever is still connected is sent away first. */
const SEND_AWAY = (name: string): string => `
  with gone as (select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}')
  select 1 from gone`;
const EMPTY_TABLES = `
  set session_replication_role = replica;
  do $$ declare found record; begin
    for found in select tablename from pg_tables where schemaname = 'sferum' and tablename not like 'migration%' loop
      execute format('delete from sferum.%I', found.tablename);
    end loop;
  end $$`;

/** Some tests break the schema on purpose: what is named in it, and how much of it there is. */
const SHAPE = `
  select md5(concat(
    (select string_agg(concat(relname, relkind, triggers), ',' order by relname)
     from (select relname, relkind, (select count(*) from pg_trigger where tgrelid = pg_class.oid) as triggers
           from pg_class where relnamespace = 'sferum'::regnamespace) classes),
    (select string_agg(concat(attrelid::regclass, attname, atttypid, attnotnull), ',' order by attrelid, attnum)
     from pg_attribute where attrelid in (select oid from pg_class where relnamespace = 'sferum'::regnamespace and relkind = 'r')),
    (select count(*) from pg_proc where pronamespace = 'sferum'::regnamespace),
    (select string_agg(concat(conname, pg_get_constraintdef(oid)), ',' order by conname, oid)
     from pg_constraint where connamespace = 'sferum'::regnamespace))) as shape`;

async function shapeOf(server: TestServer, name: string): Promise<string> {
  const [row] = (await administer(addressOf(server, name), SHAPE)) as { shape: string }[];
  return row?.shape ?? '';
}

async function giveBack(server: TestServer, name: string): Promise<void> {
  while ((await administer(server.connectionString, SEND_AWAY(name))).length > 0);
  server.shape ??= shapeOf(server, (await server.template) ?? '');
  if ((await shapeOf(server, name)) !== (await server.shape)) return dropDatabase(server, name);
  await administer(addressOf(server, name), EMPTY_TABLES);
  server.free.push(name);
}

async function dropDatabase(server: TestServer, name: string): Promise<void> {
  await administer(server.connectionString, `drop database if exists ${name} with (force)`);
}

async function makeTemplate(server: TestServer): Promise<string> {
  const { migrate } = await import('../../src/storage/migrate.js');
  const { name } = await createDatabase(server);
  await migrate(addressOf(server, name));
  return name;
}

async function createDatabase(server: TestServer, template?: string): Promise<{ readonly name: string }> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const from = template ? ` template ${template} strategy file_copy` : '';
  await administer(server.connectionString, `create database ${name}${from}`);
  return { name };
}

/** Called by mocha after the last test of the run. */
async function stopTestServer(): Promise<void> {
  if (!started) return;
  const server = await started;
  started = undefined;
  try {
    const left = server.template === undefined ? server.free : [...server.free, await server.template];
    for (const name of left) await dropDatabase(server, name);
  } finally {
    await server.stop();
  }
}

// Registered while the first spec that needs a database is loaded, so it belongs to the root suite.
if (typeof after === 'function') after(stopTestServer);
