import { expect } from 'chai';

import type { MemberComparisonStore } from '../../../src/chats/member-comparison-store.js';
import { isNight, NightlyMemberComparison } from '../../../src/chats/member-comparison.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeLogger } from '../../support/fake-logger.js';
import { MemoryMessenger } from '../../support/memory-messenger.js';

class FakeComparisonStore implements MemberComparisonStore {
  readonly begun: { readonly zones: readonly string[]; readonly hours: number }[] = [];
  zones: readonly string[] = ['Europe/Moscow', 'Asia/Vladivostok'];
  broken = false;
  restored = 0;
  restoredLooks = 0;

  async timeZones(): Promise<readonly string[]> {
    if (this.broken) throw new Error('the database is away');
    return Promise.resolve(this.zones);
  }

  async begin(zones: readonly string[], olderThanMs: number): Promise<number> {
    this.begun.push({ zones, hours: olderThanMs / 3_600_000 });
    return Promise.resolve(1);
  }

  async beginRestored(): Promise<number> {
    this.restoredLooks += 1;
    return Promise.resolve(this.restored);
  }

  async beginAll(): Promise<number> {
    return Promise.resolve(0);
  }

  async beginOne(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

describe('NightlyMemberComparison', () => {
  function comparison(store: FakeComparisonStore, clock: FakeClock, messenger = new MemoryMessenger()) {
    const logger = new FakeLogger();
    return { logger, comparison: new NightlyMemberComparison(store, messenger, clock, clock, logger) };
  }

  it('begins in the zones where it is night, and by day only where nights were missed', async () => {
    const store = new FakeComparisonStore();
    const clock = new FakeClock('2026-11-23T23:30:00Z');
    const { comparison: nightly } = comparison(store, clock);
    nightly.start();
    await clock.settle();
    expect(store.begun).to.deep.equal([
      { zones: ['Europe/Moscow'], hours: 20 },
      { zones: ['Europe/Moscow', 'Asia/Vladivostok'], hours: 44 },
    ]);
    await nightly.stop();
    expect(clock.waiting).to.equal(0);
  });

  it('has everything compared once a start where the database was restored, and says so', async () => {
    const store = new FakeComparisonStore();
    store.restored = 4;
    const clock = new FakeClock('2026-11-23T12:00:00Z');
    const { comparison: nightly, logger } = comparison(store, clock);
    nightly.start();
    await clock.settle();
    await clock.advance(20 * 60_000);
    expect(store.restoredLooks).to.equal(1);
    expect(logger.of('warn')).to.have.length(1);
    await nightly.stop();
  });

  it('goes on after a failure, which is reported', async () => {
    const store = new FakeComparisonStore();
    store.broken = true;
    const clock = new FakeClock('2026-11-23T23:30:00Z');
    const { comparison: nightly, logger } = comparison(store, clock);
    nightly.start();
    await clock.settle();
    store.broken = false;
    await clock.advance(10 * 60_000);
    expect(store.begun).to.have.length(2);
    expect(logger.of('error')).to.deep.equal(['the nightly comparison cannot begin']);
    await nightly.stop();
  });

  it('does nothing for a messenger that lists no members', async () => {
    const store = new FakeComparisonStore();
    const clock = new FakeClock('2026-11-23T23:30:00Z');
    const { comparison: nightly } = comparison(store, clock, new MemoryMessenger({ listMembers: false }));
    nightly.start();
    await clock.settle();
    expect([store.begun, clock.waiting]).to.deep.equal([[], 0]);
  });
});

describe('isNight', () => {
  it('goes by the school’s clock', () => {
    const at = new Date('2026-11-23T23:30:00Z');
    expect([isNight(at, 'Europe/Moscow'), isNight(at, 'Asia/Vladivostok')]).to.deep.equal([true, false]);
  });

  it('takes a zone that nobody knows for UTC', () => {
    expect(isNight(new Date('2026-11-23T02:00:00Z'), 'Mars/Olympus')).to.equal(true);
  });
});
