import { expect } from 'chai';
import { Observable } from 'rxjs';

import { CoalescingEnrollmentFeed } from '../../../src/chats/enrollment-feed.js';
import { DirectoryRosterReader } from '../../../src/chats/roster-reader.js';
import { emptyScope, type RosterScope } from '../../../src/chats/roster-scope.js';
import type { RosterSynchronizer } from '../../../src/chats/roster-synchronizer.js';
import type { EnrollmentEvent } from '../../../src/host/host-streams.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeFeedPositions } from '../../support/fake-feed-positions.js';
import { FakeDirectory } from '../../support/fake-directory.js';
import { FakeLogger } from '../../support/fake-logger.js';
import { FakeStreams } from '../../support/fake-streams.js';

/** Writes down where it was told to look; ends a look when the test says so. */
class HeldSynchronizer implements RosterSynchronizer {
  readonly looks: string[] = [];
  readonly running: (() => void)[] = [];
  held = false;
  failures = 0;

  async synchronize(organizationId: string, scope: RosterScope): Promise<void> {
    this.looks.push(`${organizationId}: ${scopeText(scope)}`);
    if (this.held) await new Promise<void>((resolve) => this.running.push(resolve));
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the directory is away');
    }
  }

  async preview(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  letGo(): void {
    for (const resolve of this.running.splice(0)) resolve();
  }
}

function scopeText({ everything, staff, classIds, groupIds, studentIds }: RosterScope): string {
  if (everything) return 'everything';
  return [...(staff ? ['staff'] : []), ...classIds, ...groupIds, ...studentIds].join(' ');
}

describe('EnrollmentFeed', () => {
  let clock: FakeClock;
  let streams: FakeStreams;
  let directory: FakeDirectory;
  let synchronizer: HeldSynchronizer;
  let logger: FakeLogger;
  let positions: FakeFeedPositions;
  let feed: CoalescingEnrollmentFeed;

  beforeEach(() => {
    clock = new FakeClock();
    streams = new FakeStreams();
    directory = new FakeDirectory();
    synchronizer = new HeldSynchronizer();
    logger = new FakeLogger();
    positions = new FakeFeedPositions();
    const reader = new DirectoryRosterReader(directory);
    feed = new CoalescingEnrollmentFeed(streams, reader, synchronizer, positions, clock, logger);
  });

  afterEach(async () => {
    const stopped = feed.stop();
    synchronizer.letGo();
    await stopped;
    expect(clock.waiting, 'timers left').to.equal(0);
    expect(streams.enrollment.observed, 'a subscription left').to.equal(false);
  });

  function opened(classId: string, organizationId = 'school'): void {
    streams.enrollment.next({ ...streams.next(organizationId), kind: 'class.opened', classId });
  }

  it('stores how far the stream was followed, once everything up to there was looked at', async () => {
    await feed.start();
    synchronizer.held = true;
    opened('5a');
    opened('6b');
    await clock.advance(2_000);
    expect(positions.saved, 'while a look runs').to.deep.equal([]);
    synchronizer.held = false;
    synchronizer.letGo();
    await feed.idle();
    await clock.advance(2_000);
    expect(positions.saved).to.deep.equal(['enrollment 2']);
  });

  it('stores no position behind which a look failed, until it was made good', async () => {
    await feed.start();
    synchronizer.failures = 1;
    opened('5a');
    await clock.advance(900);
    expect(positions.saved).to.deep.equal([]);
    await clock.advance(5_000);
    expect(positions.saved).to.deep.equal(['enrollment 1']);
  });

  it('looks first where events were missed while it was not running', async () => {
    await positions.save('enrollment', 7);
    const asked: number[] = [];
    const missed = { ...streams.next(), position: 8, kind: 'class.opened' as const, classId: '9z' };
    streams.enrollmentSince = async function* (position: number) {
      asked.push(position);
      yield await Promise.resolve(missed);
    };
    const reader = new DirectoryRosterReader(directory);
    feed = new CoalescingEnrollmentFeed(streams, reader, synchronizer, positions, clock, logger);
    await feed.start();
    await feed.idle();
    expect(asked).to.deep.equal([7]);
    expect(synchronizer.looks[0]).to.equal('school: 9z');
  });

  it('looks at everything all the same when missed events cannot be read', async () => {
    directory.addOrganization('school');
    await positions.save('enrollment', 7);
    streams.enrollmentSince = () => {
      throw new Error('the events are gone');
    };
    const reader = new DirectoryRosterReader(directory);
    feed = new CoalescingEnrollmentFeed(streams, reader, synchronizer, positions, clock, logger);
    await feed.start();
    await feed.idle();
    expect(synchronizer.looks).to.deep.equal(['school: everything']);
    expect(logger.of('warn')).to.have.length(1);
  });

  it('looks at every organization once at its start', async () => {
    directory.addOrganization('one').addOrganization('two');
    await feed.start();
    await feed.idle();
    expect(synchronizer.looks).to.deep.equal(['one: everything', 'two: everything']);
  });

  it('looks at once where an event says to', async () => {
    await feed.start();
    opened('5a');
    expect(synchronizer.looks).to.deep.equal(['school: 5a']);
  });

  it('hears events that come while it looks everywhere', async () => {
    directory.organizationList.push({ id: 'school', name: 'Школа', timeZone: 'Europe/Moscow', settings: {} });
    synchronizer.held = true;
    const started = feed.start();
    opened('5a');
    await started;
    synchronizer.letGo();
    await clock.settle();
    expect(synchronizer.looks).to.deep.equal(['school: 5a', 'school: everything']);
  });

  it('makes one wider look of a thousand events that come during a look', async () => {
    await feed.start();
    synchronizer.held = true;
    opened('5a');
    for (let count = 0; count < 1_000; count += 1) opened(count % 2 === 0 ? '5a' : '6b');
    synchronizer.held = false;
    synchronizer.letGo();
    await feed.idle();
    expect(synchronizer.looks).to.deep.equal(['school: 5a', 'school: 5a 6b']);
  });

  it('looks at four organizations side by side, at each only once', async () => {
    await feed.start();
    synchronizer.held = true;
    for (const organizationId of ['1', '2', '3', '4', '5', '1']) opened('5a', organizationId);
    expect(synchronizer.looks).to.deep.equal(['1: 5a', '2: 5a', '3: 5a', '4: 5a']);
    synchronizer.held = false;
    synchronizer.letGo();
    await feed.idle();
    expect(synchronizer.looks.slice(4).sort()).to.deep.equal(['1: 5a', '5: 5a']);
  });

  it('survives bad events and goes on with the next', async () => {
    await feed.start();
    for (const bad of [undefined, null, {}, { kind: 'of-tomorrow', organizationId: 'school' }, 'text']) {
      streams.enrollment.next(bad as unknown as EnrollmentEvent);
    }
    opened('5a');
    expect(synchronizer.looks).to.deep.equal(['school: 5a']);
    expect(logger.of('error')).to.have.length(5);
  });

  it('reports a stream that ends with an error, and still looks when told', async () => {
    await feed.start();
    streams.enrollment.error(new Error('the host went away'));
    expect(logger.of('error')).to.have.length(1);
    feed.look('school', { ...emptyScope(), staff: true });
    expect(synchronizer.looks).to.deep.equal(['school: staff']);
  });

  it('subscribes again to a stream that ended, and looks at everything', async () => {
    let subscriptions = 0;
    const broken = new Observable<EnrollmentEvent>((subscriber) => {
      subscriptions += 1;
      if (subscriptions === 1) subscriber.error(new Error('the host went away'));
    });
    directory.organizationList.push({ id: 'school', name: 'Школа', timeZone: 'Europe/Moscow', settings: {} });
    const reader = new DirectoryRosterReader(directory);
    feed = new CoalescingEnrollmentFeed(
      { enrollment: broken, schedule: streams.schedule },
      reader,
      synchronizer,
      positions,
      clock,
      logger,
    );
    await feed.start();
    await clock.advance(60_000);
    expect(subscriptions).to.equal(2);
    expect(synchronizer.looks).to.deep.equal(['school: everything', 'school: everything']);
  });

  it('tries a look that failed again, later each time, a minute at most', async () => {
    await feed.start();
    synchronizer.failures = 8;
    opened('5a');
    const times: number[] = [];
    const startedAt = clock.now().getTime();
    for (let seconds = 0; seconds < 250; seconds += 1) {
      const before = synchronizer.looks.length;
      await clock.advance(1_000);
      if (synchronizer.looks.length > before) times.push((clock.now().getTime() - startedAt) / 1_000);
    }
    expect(times).to.deep.equal([1, 3, 7, 15, 31, 63, 123, 183]);
    expect(new Set(synchronizer.looks)).to.deep.equal(new Set(['school: 5a']));
    expect(logger.of('error')).to.have.length(8);
  });

  it('begins with a short wait again after a success', async () => {
    await feed.start();
    synchronizer.failures = 3;
    opened('5a');
    await clock.advance(10_000);
    synchronizer.failures = 1;
    opened('6b');
    await clock.advance(1_000);
    expect(synchronizer.looks.slice(-2)).to.deep.equal(['school: 6b', 'school: 6b']);
  });

  it('tries what failed again beside what came meanwhile', async () => {
    await feed.start();
    synchronizer.failures = 1;
    synchronizer.held = true;
    opened('5a');
    synchronizer.letGo();
    await clock.settle();
    opened('6b');
    await clock.advance(1_000);
    synchronizer.held = false;
    synchronizer.letGo();
    await feed.idle();
    expect(synchronizer.looks).to.deep.equal(['school: 5a', 'school: 6b', 'school: 5a']);
  });

  it('does not let one organization that fails hold up another', async () => {
    await feed.start();
    synchronizer.failures = 1;
    opened('5a', 'bad');
    opened('5a', 'good');
    await clock.settle();
    expect(synchronizer.looks).to.deep.equal(['bad: 5a', 'good: 5a']);
  });

  it('looks at everything again a day later', async () => {
    directory.organizationList.push({ id: 'school', name: 'Школа', timeZone: 'Europe/Moscow', settings: {} });
    await feed.start();
    await clock.advance(24 * 3_600_000);
    expect(synchronizer.looks).to.deep.equal(['school: everything', 'school: everything']);
  });

  it('begins the daily pass a minute later when the directory was away', async () => {
    directory.organizationList.push({ id: 'school', name: 'Школа', timeZone: 'Europe/Moscow', settings: {} });
    await feed.start();
    const organizations = directory.organizations.bind(directory);
    directory.organizations = () => Promise.reject(new Error('the directory is away'));
    await clock.advance(24 * 3_600_000);
    directory.organizations = organizations;
    await clock.advance(60_000);
    expect(synchronizer.looks).to.have.length(2);
    expect(logger.of('error')).to.have.length(1);
  });

  it('does not wait for ever for a look whose answer does not come, and gives it more time when it tries again', async () => {
    await feed.start();
    synchronizer.held = true;
    opened('5a');
    opened('6b');
    await clock.advance(59_000);
    expect(synchronizer.looks).to.deep.equal(['school: 5a']);
    synchronizer.held = false;
    await clock.advance(1_000);
    expect(synchronizer.looks).to.deep.equal(['school: 5a', 'school: 6b']);
    expect(logger.of('error')).to.have.length(1);
    await clock.advance(1_000);
    expect(synchronizer.looks).to.deep.equal(['school: 5a', 'school: 6b', 'school: 5a']);
    synchronizer.letGo();
    await clock.advance(600_000);
    expect(synchronizer.looks).to.have.length(3);
  });

  it('leaves slow looks of some organizations aside, so that those of others begin', async () => {
    await feed.start();
    synchronizer.held = true;
    for (const id of ['a', 'b', 'c', 'd', 'e']) opened('5a', id);
    await clock.advance(59_000);
    expect(synchronizer.looks).to.have.length(4);
    await clock.advance(1_000);
    expect(synchronizer.looks).to.include('e: 5a');
  });

  it('stops in time, whatever hangs', async () => {
    await feed.start();
    synchronizer.held = true;
    opened('5a');
    const stopping = feed.stop();
    await clock.advance(3_000);
    await stopping;
  });

  it('looks at nothing after its stop, and waits for the look that runs', async () => {
    await feed.start();
    synchronizer.held = true;
    opened('5a');
    opened('6b');
    let stopped = false;
    const stopping = feed.stop().then(() => (stopped = true));
    await clock.settle();
    expect(stopped).to.equal(false);
    synchronizer.letGo();
    await stopping;
    opened('7c');
    feed.look('school', emptyScope());
    expect(synchronizer.looks).to.deep.equal(['school: 5a']);
  });

  it('leaves no retry behind when it is stopped during a look that fails', async () => {
    await feed.start();
    synchronizer.held = true;
    synchronizer.failures = 1;
    opened('5a');
    const stopping = feed.stop();
    synchronizer.letGo();
    await stopping;
    await clock.advance(120_000);
    expect(synchronizer.looks).to.deep.equal(['school: 5a']);
  });

  it('is started twice without harm, and starts again after a stop', async () => {
    await feed.start();
    await feed.start();
    await feed.stop();
    await feed.start();
    opened('5a');
    expect(synchronizer.looks).to.deep.equal(['school: 5a']);
  });
});
