import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';

import { startEmbeddedPostgres } from '../../fixtures/host/embedded-postgres.js';
import type { HostClock } from '../../src/host/host-services.js';
import { PostgresNotifications, type Notification } from '../../src/storage/notifications.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { FakeLogger } from '../support/fake-logger.js';
import { emptyDatabase, type TestDatabase } from '../support/test-database.js';

/** So much faster than real time do limits and pauses pass. */
const FASTER = 20;
const CLOCK: HostClock = {
  now: () => new Date(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs / FASTER);
    return () => clearTimeout(timer);
  },
};
/** A minute of that clock. */
const MINUTE_MS = 60_000 / FASTER;

const LOST = 'the connection for notifications was lost, it is made again';
const BACK = 'the connection for notifications is back';

describe('PostgresNotifications', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let proxy: DatabaseProxy;
  let logger: FakeLogger;
  let notifications: PostgresNotifications;
  let heard: Notification[];

  before(async () => {
    database = await emptyDatabase();
  });
  after(() => database?.drop());

  beforeEach(async () => {
    proxy = await DatabaseProxy.start(database.connectionString);
    await listenThrough(proxy.connectionString);
  });
  afterEach(async () => {
    await notifications?.close();
    await proxy?.stop();
  });

  async function listenThrough(connectionString: string): Promise<void> {
    logger = new FakeLogger();
    notifications = new PostgresNotifications({ connectionString }, CLOCK, logger);
    heard = [];
    await notifications.open();
    notifications.received.subscribe((notification) => heard.push(notification));
  }

  async function say(organizationId: string): Promise<void> {
    const client = new pg.Client(database.connectionString);
    await client.connect();
    await client.query(`select pg_notify('sferum', $1)`, [JSON.stringify({ kind: 'lane', organizationId })]);
    await client.end();
  }

  /** Whether what is said is heard within a minute of the clock. */
  async function hears(): Promise<boolean> {
    const organizationId = randomBytes(4).toString('hex');
    const end = Date.now() + MINUTE_MS;
    while (Date.now() < end) {
      await say(organizationId);
      await delay(20);
      if (heard.some((one) => 'organizationId' in one && one.organizationId === organizationId)) return true;
    }
    return false;
  }

  it('hears what other connections say', async () => {
    expect(await hears()).to.equal(true);
    expect(proxy.open).to.equal(1);
  });

  const TROUBLES: Readonly<Record<string, () => void>> = {
    'is cut': () => proxy.cut(),
    'is frozen without being closed': () => {
      proxy.freeze();
      proxy.thaw();
    },
  };
  for (const [trouble, make] of Object.entries(TROUBLES)) {
    it(`hears again within a minute when the connection ${trouble}, with one line for each`, async () => {
      make();
      expect(await hears()).to.equal(true);
      expect(heard.filter(({ kind }) => kind === 'resumed')).to.have.length(1);
      expect(logger.of('warn')).to.deep.equal([LOST]);
      expect(logger.of('info')).to.deep.equal([BACK]);
      expect(proxy.open, 'connections').to.equal(1);
    });
  }

  it('hears again within a minute after a server that lets in and stays silent', async () => {
    proxy.freeze();
    await delay(MINUTE_MS * 2);
    expect(proxy.open, 'connections').to.be.at.most(2);
    proxy.thaw();
    expect(await hears()).to.equal(true);
    expect(logger.of('warn')).to.deep.equal([LOST]);
    expect(logger.of('info')).to.deep.equal([BACK]);
  });

  it('closes at once whatever the server does, and leaves nothing open', async () => {
    proxy.freeze();
    await delay(MINUTE_MS);
    const from = Date.now();
    await notifications.close();
    expect(Date.now() - from).to.be.below(1_000);
    const { made } = proxy;
    await delay(MINUTE_MS / 2);
    expect([proxy.open, proxy.made]).to.deep.equal([0, made]);
  });

  it('can be opened again after a server that stayed silent', async () => {
    await notifications.close();
    proxy.freeze();
    expect(await notifications.open().catch((error: unknown) => String(error))).to.include('no answer');
    proxy.thaw();
    await notifications.open();
    notifications.received.subscribe((notification) => heard.push(notification));
    expect(await hears()).to.equal(true);
  });

  it('keeps no connection to a server that lets in and refuses to listen: a standby', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'sferum-standby-'));
    const dataFolder = join(parent, 'data');
    const primary = await startEmbeddedPostgres({ dataFolder, durable: false });
    await primary.stop();
    await writeFile(join(dataFolder, 'cluster', 'standby.signal'), '');
    const standby = await startEmbeddedPostgres({ dataFolder, durable: false });
    const before = await DatabaseProxy.start(standby.connectionString);
    try {
      const deaf = new PostgresNotifications({ connectionString: before.connectionString }, CLOCK, new FakeLogger());
      const refusal = await deaf.open().catch((error: unknown) => error);
      expect(String(refusal)).to.include('recovery');
      await deaf.close();
      await delay(50);
      expect(before.open).to.equal(0);
    } finally {
      await before.stop();
      await standby.stop();
      await rm(parent, { recursive: true, force: true });
    }
  });
});
