import { expect } from 'chai';

import { LeasedLaneRunner } from '../../../src/delivery/lane-runner.js';
import { LeaseLostError } from '../../../src/delivery/work-source.js';
import type { MessengerResult } from '../../../src/messenger/messenger.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeCredentials, FakeLaneStore, FakeWorkSource } from '../../support/fake-lane.js';
import { FakeLogger } from '../../support/fake-logger.js';
import { FakeNotifications } from '../../support/fake-notifications.js';
import { FakeSettings } from '../../support/fake-settings.js';
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
    store = new FakeLaneStore();
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
    store.waiting.push('one', 'other');
    runner.start();
    await clock.settle();
    expect(store.releases.map(({ organizationId }) => organizationId)).to.deep.equal(['one', 'other']);
  });

  it('wakes up at once for a lane', async () => {
    runner.start();
    await clock.settle();
    store.waiting.push('one');
    notifications.received.next({ kind: 'lane', organizationId: 'one' });
    await clock.settle();
    expect(store.releases).to.have.length(1);
  });

  it('looks again when notifications were away', async () => {
    runner.start();
    await clock.settle();
    store.waiting.push('one');
    notifications.received.next({ kind: 'resumed' });
    await clock.settle();
    expect(store.releases).to.have.length(1);
  });

  it('finds a lane within a second whose wake was missed', async () => {
    runner.start();
    await clock.settle();
    store.waiting.push('one');
    await clock.advance(1_000);
    expect(store.releases).to.have.length(1);
  });

  it('drives no more lanes side by side than it may', async () => {
    use(new SlowMessenger(), { laneConcurrency: 2 });
    store.waiting.push('one', 'two', 'three');
    source.want('100', 'a');
    runner.start();
    await clock.settle();
    expect(store.waiting).to.deep.equal(['three']);
  });

  it('prolongs its lease while it works', async () => {
    use(new SlowMessenger());
    store.waiting.push('one');
    source.want('100', 'a');
    runner.start();
    await clock.advance(6_500);
    expect(store.prolonged).to.equal(3);
  });

  it('ends the request that is under way when the lease is lost', async () => {
    const slow = new SlowMessenger();
    use(slow);
    store.waiting.push('one');
    store.prolongs = () => Promise.resolve(false);
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
    store.waiting.push('one');
    store.prolongs = () =>
      store.prolonged === 1 ? Promise.reject(new Error('the database is away')) : Promise.resolve(true);
    source.want('100', 'a');
    runner.start();
    await clock.advance(4_500);
    expect(store.prolonged).to.equal(2);
    expect(slow.cutOff).to.equal(0);
    expect(logger.of('warn')).to.deep.equal(['a lease could not be prolonged']);
  });

  it('gives the lane back for later when a run fails', async () => {
    store.waiting.push('one');
    source.next = () => Promise.reject(new Error('the database is away'));
    runner.start();
    await clock.settle();
    expect(store.releases).to.deep.equal([{ organizationId: 'one', dueAt: new Date('2026-11-23T09:00:05Z') }]);
    expect(logger.of('error')).to.deep.equal(['a run of deliveries failed, it is tried again']);
  });

  it('writes nothing for a lane that another process holds now', async () => {
    store.waiting.push('one');
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
    store.waiting.push('one');
    await clock.advance(1_000);
    expect(store.releases).to.have.length(1);
    expect(logger.of('error')).to.deep.equal(['lanes cannot be taken']);
  });

  it('waits at its stop for the answer that is under way, and books it', async () => {
    const slow = new SlowMessenger();
    use(slow);
    store.waiting.push('one');
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
    store.waiting.push('one');
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
    store.waiting.push('one');
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
    ['never answers', () => new Promise<boolean>(() => undefined)],
  ] as const) {
    it(`sends nothing more when prolonging the lease ${trouble}`, async () => {
      const slow = new SlowMessenger();
      use(slow);
      store.waiting.push('one');
      store.prolongs = prolongs;
      source.want('100', 'a');
      runner.start();
      await clock.advance(7_900);
      expect(slow.cutOff).to.equal(1);
    });
  }
});
