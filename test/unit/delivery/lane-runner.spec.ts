import { expect } from 'chai';

import { LeasedLaneRunner } from '../../../src/delivery/lane-runner.js';
import { LeaseLostError } from '../../../src/delivery/work-source.js';
import type { MessengerResult } from '../../../src/messenger/messenger.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeDoubtStore } from '../../support/fake-doubts.js';
import { FakeLaneStore } from '../../support/fake-lane.js';
import { FakeLogger } from '../../support/fake-logger.js';
import { FakeNotifications } from '../../support/fake-notifications.js';
import { FakeSettings } from '../../support/fake-settings.js';
import { FakeCredentials, FakeWorkSource } from '../../support/fake-work.js';
import { MemoryMessenger } from '../../support/memory-messenger.js';

/** A messenger that answers when the test lets it, or when it is cut off. */
class SlowMessenger extends MemoryMessenger {
  cutOff = 0;
  private answer: (() => void) | undefined;

  override async send(...parameters: Parameters<MemoryMessenger['send']>): Promise<readonly MessengerResult[]> {
    const [credential, calls, signal] = parameters;
    const results = await super.send(credential, calls);
    await new Promise<void>((resolve) => {
      this.answer = resolve;
      signal?.addEventListener('abort', () => {
        this.cutOff += 1;
        resolve();
      });
    });
    return results;
  }

  letGo(): void {
    this.answer?.();
  }
}

describe('LaneRunner', () => {
  let clock: FakeClock;
  let store: FakeLaneStore;
  let notifications: FakeNotifications;
  let messenger: MemoryMessenger;
  let logger: FakeLogger;
  let source: FakeWorkSource;
  let runner: LeasedLaneRunner;

  beforeEach(() => {
    clock = new FakeClock();
    store = new FakeLaneStore(clock);
    notifications = new FakeNotifications();
    logger = new FakeLogger();
    source = new FakeWorkSource(0);
    use(new MemoryMessenger());
  });

  afterEach(async () => {
    const stopped = runner.stop();
    await clock.advance(10_000);
    await stopped;
    expect(clock.waiting, 'timers left').to.equal(0);
    expect(notifications.received.observed, 'a subscription left').to.equal(false);
  });

  function use(next: MemoryMessenger, settings: Record<string, unknown> = {}): void {
    messenger = next;
    runner = new LeasedLaneRunner(
      store,
      new FakeDoubtStore(clock),
      notifications,
      [source],
      new FakeCredentials(),
      messenger,
      clock,
      logger,
      new FakeSettings(settings),
    );
  }

  it('drives every lane that is due, and gives each back', async () => {
    store.wake('one');
    store.wake('other');
    runner.start();
    await clock.settle();
    expect(store.releases.map(({ organizationId }) => organizationId)).to.deep.equal(['one', 'other']);
  });

  it('wakes up at once for a lane', async () => {
    runner.start();
    await clock.settle();
    store.wake('one');
    notifications.received.next({ kind: 'lane', organizationId: 'one' });
    await clock.settle();
    expect(store.releases).to.have.length(1);
  });

  it('looks again when notifications were away', async () => {
    runner.start();
    await clock.settle();
    store.wake('one');
    notifications.received.next({ kind: 'resumed' });
    await clock.settle();
    expect(store.releases).to.have.length(1);
  });

  it('finds a lane within a second whose wake was missed', async () => {
    runner.start();
    await clock.settle();
    store.wake('one');
    await clock.advance(1_000);
    expect(store.releases).to.have.length(1);
  });

  it('tries what rests for the whole lane when a person asks for it, and not before', async () => {
    messenger.fault = () => ({ class: 'flood', code: 'vk.9', scope: 'ability' });
    source.want('100', 'a');
    store.wake('one');
    runner.start();
    await clock.settle();
    expect(messenger.requests).to.have.length(1);
    messenger.fault = () => undefined;
    source.want('100', 'b');
    store.wake('one');
    notifications.received.next({ kind: 'lane', organizationId: 'one' });
    await clock.settle();
    expect(messenger.requests).to.have.length(1);
    source.want('100', 'c');
    store.wake('one');
    notifications.received.next({ kind: 'lane', organizationId: 'one', asked: true });
    await clock.settle();
    expect(messenger.requests).to.have.length(2);
  });

  it('drives no more lanes side by side than it may', async () => {
    use(new SlowMessenger(), { laneConcurrency: 2 });
    for (const lane of ['one', 'two', 'three']) store.wake(lane);
    source.want('100', 'a');
    runner.start();
    await clock.settle();
    expect(messenger.requests).to.have.length(2);
    expect(await store.view('three')).to.include({ running: false });
  });

  it('prolongs its lease while it works', async () => {
    use(new SlowMessenger());
    store.wake('one');
    source.want('100', 'a');
    runner.start();
    await clock.advance(6_500);
    expect(store.prolonged).to.equal(3);
  });

  it('ends the request that is under way when the lease is lost', async () => {
    const slow = new SlowMessenger();
    use(slow);
    store.wake('one');
    store.prolong = () => {
      store.prolonged += 1;
      return Promise.resolve(false);
    };
    source.want('100', 'a');
    runner.start();
    await clock.advance(1_900);
    expect(slow.cutOff).to.equal(0);
    await clock.advance(200);
    expect(slow.cutOff).to.equal(1);
    expect(store.prolonged).to.equal(1);
  });

  it('goes on when one heartbeat fails', async () => {
    const slow = new SlowMessenger();
    use(slow);
    store.wake('one');
    store.beforeProlong = () =>
      store.prolonged === 1 ? Promise.reject(new Error('the database is away')) : Promise.resolve();
    source.want('100', 'a');
    runner.start();
    await clock.advance(4_500);
    expect(store.prolonged).to.equal(2);
    expect(slow.cutOff).to.equal(0);
    expect(logger.of('warn')).to.deep.equal(['a lease could not be prolonged']);
  });

  it('gives the lane back for later when a run fails', async () => {
    store.wake('one');
    source.next = () => Promise.reject(new Error('the database is away'));
    runner.start();
    await clock.settle();
    expect(await store.nextDueAt()).to.deep.equal(new Date('2026-11-23T09:00:05Z'));
    expect(logger.of('error')).to.deep.equal(['a run of deliveries failed, it is tried again']);
  });

  it('writes nothing for a lane that another process holds now', async () => {
    store.wake('one');
    source.next = () => Promise.reject(new LeaseLostError('one'));
    runner.start();
    await clock.settle();
    expect(store.releases).to.deep.equal([]);
    expect(logger.of('warn')).to.deep.equal(['a lane was lost to another process']);
  });

  it('survives a store that is away, and takes lanes when it is back', async () => {
    const take = store.take.bind(store);
    store.take = () => Promise.reject(new Error('the database is away'));
    runner.start();
    await clock.settle();
    store.take = take;
    store.wake('one');
    await clock.advance(1_000);
    expect(store.releases).to.have.length(1);
    expect(logger.of('error')).to.deep.equal(['lanes cannot be taken']);
  });

  it('waits at its stop for the answer that is under way, and books it', async () => {
    const slow = new SlowMessenger();
    use(slow);
    store.wake('one');
    source.want('100', 'a');
    runner.start();
    await clock.settle();
    const stopped = runner.stop();
    await clock.advance(1_000);
    expect(source.settled).to.have.length(0);
    slow.letGo();
    await stopped;
    expect(source.settled).to.have.length(1);
    expect(store.releases).to.have.length(1);
    expect(slow.cutOff).to.equal(0);
  });

  it('ends at its stop a request that does not come back in two seconds', async () => {
    const slow = new SlowMessenger();
    use(slow);
    store.wake('one');
    source.want('100', 'a');
    runner.start();
    await clock.settle();
    const stopped = runner.stop();
    await clock.advance(2_000);
    await stopped;
    expect(slow.cutOff).to.equal(1);
  });

  it('starts again after a stop', async () => {
    runner.start();
    await runner.stop();
    store.wake('one');
    runner.start();
    await clock.settle();
    expect(store.releases).to.have.length(1);
  });

  it('is started and stopped twice without harm', async () => {
    runner.start();
    runner.start();
    await clock.settle();
    await runner.stop();
    await runner.stop();
    expect(clock.waiting).to.equal(0);
  });

  for (const [trouble, prolongs] of [
    ['is refused by the database', () => Promise.reject(new Error('away'))],
    ['never answers', () => new Promise<void>(() => undefined)],
  ] as const) {
    it(`sends nothing more when prolonging the lease ${trouble}`, async () => {
      const slow = new SlowMessenger();
      use(slow);
      store.wake('one');
      store.beforeProlong = prolongs;
      source.want('100', 'a');
      runner.start();
      await clock.advance(7_900);
      expect(slow.cutOff).to.equal(1);
    });
  }

  it('slows down a lane that is taken again and again without doing anything, and says so once', async () => {
    source.dueAt = new Date(0);
    let asked = 0;
    source.asked = () => {
      asked += 1;
    };
    store.wake('one');
    runner.start();
    await clock.advance(600_000);
    expect(asked).to.be.within(10, 25);
    expect(logger.of('error')).to.deep.equal([
      'a lane is taken again and again without doing anything, it is slowed down',
    ]);
    source.want('100', 'a');
    store.wake('one');
    await clock.advance(1_000);
    expect(messenger.requests).to.have.length(1);
  });

  it('waits longer and longer for a run that fails, and shows it from the third time on', async () => {
    let asked = 0;
    source.next = () => {
      asked += 1;
      return Promise.reject(new Error('the database is away'));
    };
    store.wake('one');
    runner.start();
    await clock.advance(600_000);
    expect(asked).to.be.within(6, 9);
    expect(store.releases.map(({ notBeforeMs }) => notBeforeMs).slice(0, 7)).to.deep.equal([
      ...[5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000],
    ]);
    expect(store.releases.map(({ stop }) => stop?.code).slice(1, 3)).to.deep.equal([undefined, 'delivery.run-failed']);
  });

  it('ends within three seconds while a request waits an hour for its turn', async () => {
    messenger.fault = (_call, index) =>
      index === 0 ? { class: 'rate', code: 'vk.6', retryAfterMs: 3_600_000 } : undefined;
    source.want('100', 'a');
    store.wake('one');
    runner.start();
    await clock.settle();
    expect(messenger.requests).to.have.length(1);
    let ended = false;
    const stopped = runner.stop().then(() => (ended = true));
    await clock.settle();
    expect(ended).to.equal(true);
    await stopped;
    expect(messenger.requests).to.have.length(1);
  });

  it('ends within three seconds whatever hangs, and says what it leaves behind', async () => {
    source.want('100', 'a');
    source.next = () => new Promise(() => undefined);
    store.wake('one');
    runner.start();
    await clock.settle();
    let ended = false;
    const stopped = runner.stop().then(() => (ended = true));
    await clock.advance(2_900);
    expect(ended).to.equal(false);
    await clock.advance(200);
    expect(ended).to.equal(true);
    await stopped;
    expect(logger.of('warn')).to.deep.equal(['runs of deliveries did not end in time, they are left behind']);
  });
});
