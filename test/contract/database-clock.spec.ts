import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';

import { PolledDatabaseClock } from '../../src/storage/database-clock.js';
import { KnexDatabase } from '../../src/storage/database.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeLogger } from '../support/fake-logger.js';
import { freshDatabase, type TestDatabase } from '../support/test-database.js';

/** The database runs on this machine, so this process's clock is the database's. */
const wrongBy = (now: Date): number => Math.abs(now.getTime() - Date.now());

describe('the database’s time', () => {
  let fresh: TestDatabase;
  let database: KnexDatabase;
  let logger: FakeLogger;
  /** The host's, years away. */
  let hostClock: FakeClock;
  let clock: PolledDatabaseClock;
  beforeEach(async () => {
    fresh = await freshDatabase();
    database = new KnexDatabase(fresh);
    database.open();
    logger = new FakeLogger();
    hostClock = new FakeClock('2031-01-01T00:00:00Z');
    clock = new PolledDatabaseClock(database, hostClock, logger);
  });
  afterEach(async () => {
    clock.stop();
    expect(hostClock.waiting, 'timers left').to.equal(0);
    await database.close();
    await fresh.drop();
  });

  it('is told whatever the process’s clock says, and goes on', async () => {
    await clock.start();
    const before = clock.now();
    expect(wrongBy(before)).to.be.below(1_000);
    hostClock.jump(-86_400_000);
    await wait(20);
    expect(wrongBy(clock.now())).to.be.below(1_000);
    expect(clock.now().getTime()).to.be.above(before.getTime());
  });

  it('is read again now and then, and goes on while the database is away', async () => {
    await clock.start();
    const reads = (): number => logger.of('debug').length;
    await database.close();
    await hostClock.advance(61_000);
    await wait(20);
    await hostClock.settle();
    expect(reads()).to.be.above(0);
    expect(wrongBy(clock.now())).to.be.below(1_000);
    database.open();
    const missed = reads();
    await hostClock.advance(30_000);
    await wait(100);
    expect(reads()).to.equal(missed);
  });
});
