import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import knex from 'knex';
import pg from 'pg';
import {
  EmbeddedPostgresError,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../fixtures/host/embedded-postgres.js';
import { readPostmasterFile } from '../../fixtures/host/postgres-process.js';
import { emptyDatabase, freshDatabase } from '../support/test-database.js';

const launcher = new URL('../../fixtures/host/embedded-postgres.ts', import.meta.url).href;
const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

describe('startEmbeddedPostgres', function () {
  this.timeout(60_000);
  let dataFolder: string;
  const running: EmbeddedPostgres[] = [];

  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  });

  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });

  const start = async (options: { durable?: boolean } = {}): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ dataFolder, durable: false, ...options });
    running.push(server);
    return server;
  };

  it('answers queries in UTF-8 and in UTC on 127.0.0.1', async () => {
    const server = await start();
    expect(await ask(server, `select lower('ЁЖИК') as word`)).to.deep.equal([{ word: 'ёжик' }]);
    expect(await ask(server, `select current_setting('TimeZone') as zone`)).to.deep.equal([{ zone: 'UTC' }]);
    expect(new URL(server.connectionString).host).to.equal(`127.0.0.1:${server.port}`);
  });

  it('refuses a wrong password and keeps the right one from other users', async function () {
    const server = await start();
    const wrong = server.connectionString.replace(/:[0-9a-f]+@/, ':wrong@');
    const error = await rejection(ask({ ...server, connectionString: wrong }, 'select 1'));
    expect(error).to.have.property('code', '28P01');
    if (process.platform === 'win32') this.skip();
    expect((await stat(join(dataFolder, 'password'))).mode & 0o777).to.equal(0o600);
  });

  it('keeps the data over a stop and a start, and frees its process', async () => {
    const first = await start();
    await ask(first, 'create table kept (id int)');
    await first.stop();
    await first.stop();
    expect(() => process.kill(first.pid, 0)).to.throw('ESRCH');
    expect(await ask(await start(), 'select count(*)::int as rows from kept')).to.deep.equal([{ rows: 0 }]);
  });

  it('stops although sessions are open', async () => {
    const server = await start();
    const session = knex({ client: 'pg', connection: server.connectionString });
    await session.raw('select 1');
    await server.stop();
    await session.destroy();
    expect(() => process.kill(server.pid, 0)).to.throw('ESRCH');
  });

  it('starts again after its node process was killed with -9', async () => {
    const orphan = await startInChildAndKill(dataFolder);
    expect(() => process.kill(orphan.pid, 0), 'the server outlives node').not.to.throw();
    const messages: string[] = [];
    const server = await startEmbeddedPostgres({ dataFolder, durable: false, log: (line) => messages.push(line) });
    running.push(server);
    expect(server.pid).not.to.equal(orphan.pid);
    expect(await ask(server, 'select id from written')).to.deep.equal([{ id: 7 }]);
    expect(messages.join()).to.contain(String(orphan.pid));
  });

  it('starts again after the server itself was killed with -9, with what was committed', async () => {
    const first = await start({ durable: true });
    await ask(first, 'create table kept (id int)');
    process.kill(first.pid, 'SIGKILL');
    await first.stop();
    expect(await ask(await start(), 'select count(*)::int as rows from kept')).to.deep.equal([{ rows: 0 }]);
  });

  it('does not mistake another program with the number in postmaster.pid for the server', async () => {
    await (await start()).stop();
    await writeFile(
      join(dataFolder, 'cluster', 'postmaster.pid'),
      `${process.ppid}\n${dataFolder}\n0\n1\n\n\n\nready\n`,
    );
    const server = await start();
    expect((await readPostmasterFile(join(dataFolder, 'cluster')))?.pid).to.equal(server.pid);
  });

  it('refuses a data folder that a living process uses, and leaves that server alone', async () => {
    const server = await start();
    const error = await rejection(startEmbeddedPostgres({ dataFolder, durable: false }));
    expect(error).to.be.instanceOf(EmbeddedPostgresError).with.property('code', 'POSTGRES_FOLDER_IN_USE');
    expect(await ask(server, 'select 1 as one')).to.deep.equal([{ one: 1 }]);
  });

  it('begins again with an empty database after an interrupted first start', async () => {
    await mkdir(join(dataFolder, 'cluster.new', 'base'), { recursive: true });
    await writeFile(join(dataFolder, 'password'), 'half');
    const server = await start();
    expect(await ask(server, 'select 1 as one')).to.deep.equal([{ one: 1 }]);
  });

  it('says so when the cluster is of another version or its password is gone', async () => {
    await (await start()).stop();
    await rename(join(dataFolder, 'password'), join(dataFolder, 'away'));
    expect(await rejection(start())).to.have.property('code', 'POSTGRES_PASSWORD_MISSING');
    await rename(join(dataFolder, 'away'), join(dataFolder, 'password'));
    await writeFile(join(dataFolder, 'cluster', 'PG_VERSION'), '9\n');
    expect(await rejection(start())).to.have.property('code', 'POSTGRES_VERSION_MISMATCH');
  });

  it('says so when the port is taken', async () => {
    const other = await start();
    const second = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
    try {
      const error = await rejection(startEmbeddedPostgres({ dataFolder: second, port: other.port, durable: false }));
      expect(error).to.be.instanceOf(EmbeddedPostgresError).with.property('code', 'POSTGRES_PORT_TAKEN');
      expect(String(error)).to.match(/address/i);
    } finally {
      await rm(second, { recursive: true, force: true });
    }
  });
});

describe('freshDatabase', () => {
  it('gives the plugin’s schema, each time its own', async () => {
    const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
    expect(one.connectionString).not.to.equal(two.connectionString);
    const tables = `select count(*)::int as tables from pg_tables where schemaname = 'sferum'`;
    expect((await ask(two, tables))[0])
      .to.have.property('tables')
      .greaterThan(0);
    await Promise.all([one.drop(), two.drop()]);
  });
});

describe('emptyDatabase', () => {
  it('gives databases that do not see each other and can be dropped while connected', async () => {
    const [one, two] = await Promise.all([emptyDatabase(), emptyDatabase()]);
    expect(one.connectionString).not.to.equal(two.connectionString);
    await ask(one, 'create table mine (id int)');
    expect(await ask(two, `select to_regclass('mine') as found`)).to.deep.equal([{ found: null }]);
    await Promise.all([one.drop(), two.drop()]);
    await one.drop();
    expect(await rejection(ask(one, 'select 1'))).to.have.property('code', '3D000');
  });
});

async function ask(server: { readonly connectionString: string }, sql: string): Promise<unknown[]> {
  const client = new pg.Client(server.connectionString);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('was not refused'),
    (error: unknown) => error,
  );
}

/** Starts the server from another node process, writes a row, and kills that process. */
async function startInChildAndKill(dataFolder: string): Promise<{ pid: number }> {
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(launcher)});
    const { default: pg } = await import('pg');
    const server = await startEmbeddedPostgres({ dataFolder: ${JSON.stringify(dataFolder)} });
    const client = new pg.Client(server.connectionString);
    await client.connect();
    await client.query('create table written (id int)');
    await client.query('insert into written values (7)');
    console.log('pid=' + server.pid + ';');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const pid = await new Promise<number>((settle, fail) => {
    child.once('exit', (code) => fail(new Error(`ended with ${code}: ${said}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /pid=(\d+);/.exec(said);
      if (found) settle(Number(found[1]));
    });
  });
  const ended = new Promise((settle) => child.once('exit', settle));
  child.kill('SIGKILL');
  await ended;
  return { pid };
}
