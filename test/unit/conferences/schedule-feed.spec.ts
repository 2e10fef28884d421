import { expect } from 'chai';

import { CoalescingScheduleFeed } from '../../../src/conferences/schedule-feed.js';
import type { TimetableFollower } from '../../../src/conferences/timetable-follower.js';
import type { ScheduleEvent } from '../../../src/host/host-streams.js';
import { FakeFeedPositions } from '../../support/fake-feed-positions.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeLogger } from '../../support/fake-logger.js';
import { FakeStreams } from '../../support/fake-streams.js';

/** Looks as `organisation: lessons`; a test holds them or lets them fail. */
class FakeFollower implements TimetableFollower {
  readonly looks: string[] = [];
  failures = 0;
  held: Promise<void> = Promise.resolve();
  known: readonly string[] = [];

  async organizations(): Promise<readonly string[]> {
    return Promise.resolve(this.known);
  }

  /** Organisations that have online lessons of another one's lessons. */
  others: readonly string[] = [];
  /** Until the grace of a missing lesson is over; asked once. */
  graceMs: number | undefined;

  async othersWith(): Promise<readonly string[]> {
    return Promise.resolve(this.others);
  }

  async follow(organizationId: string, lessonIds: ReadonlySet<string> | undefined): Promise<number | undefined> {
    this.looks.push(`${organizationId}: ${lessonIds === undefined ? 'all' : [...lessonIds].sort().join(' ')}`);
    await this.held;
    if (this.failures-- > 0) throw new Error('the timetable is away');
    const { graceMs } = this;
    this.graceMs = undefined;
    return graceMs;
  }
}

describe('ScheduleFeed', () => {
  let streams: FakeStreams;
  let follower: FakeFollower;
  let clock: FakeClock;
  let logger: FakeLogger;
  let feed: CoalescingScheduleFeed;

  beforeEach(() => {
    streams = new FakeStreams();
    follower = new FakeFollower();
    clock = new FakeClock();
    logger = new FakeLogger();
    feed = new CoalescingScheduleFeed(streams, follower, new FakeFeedPositions(), clock, logger);
  });
  afterEach(async () => {
    await feed.stop();
    expect(clock.waiting, 'timers left').to.equal(0);
    expect(streams.schedule.observed, 'a subscription left').to.equal(false);
  });

  const tell = (lessonId: string, organizationId = 'school'): void =>
    streams.schedule.next({ ...streams.next(organizationId), kind: 'lesson.moved', lessonId });

  it('looks at everything when it starts, at what events name, and at everything after a gap', async () => {
    follower.known = ['school', 'other'];
    await feed.start();
    await feed.idle();
    tell('a');
    await feed.idle();
    streams.schedule.next({ ...streams.next(), kind: 'gap' });
    await feed.idle();
    expect(follower.looks).to.deep.equal(['school: all', 'other: all', 'school: a', 'school: all']);
  });

  it('looks once more when the grace of a missing lesson is over', async () => {
    await feed.start();
    follower.graceMs = 60_000;
    tell('a');
    await feed.idle();
    await clock.advance(59_999);
    expect(follower.looks).to.deep.equal(['school: a']);
    await clock.advance(1);
    await feed.idle();
    expect(follower.looks).to.deep.equal(['school: a', 'school: ']);
  });

  it('looks also where a lesson came from: another school', async () => {
    await feed.start();
    follower.others = ['other'];
    tell('a');
    await feed.idle();
    expect(follower.looks).to.deep.equal(['school: a', 'other: a']);
  });

  it('makes one look of what comes during a look', async () => {
    await feed.start();
    let release = (): void => undefined;
    follower.held = new Promise((resolve) => {
      release = resolve;
    });
    for (const lessonId of ['a', 'b', 'c', 'b']) tell(lessonId);
    tell('x', 'other');
    release();
    await feed.idle();
    expect(follower.looks).to.have.members(['school: a', 'other: x', 'school: b c']);
  });

  it('never ends for a bad event', async () => {
    await feed.start();
    streams.schedule.next(null as unknown as ScheduleEvent);
    tell('a');
    await feed.idle();
    expect(follower.looks).to.deep.equal(['school: a']);
    expect(logger.of('error')).to.have.length(1);
  });

  it('repeats a look that failed, later each time', async () => {
    await feed.start();
    follower.failures = 2;
    tell('a');
    await clock.advance(999);
    expect(follower.looks).to.have.length(1);
    await clock.advance(1);
    await clock.advance(2_000);
    expect(follower.looks).to.deep.equal(['school: a', 'school: a', 'school: a']);
  });

  it('looks at everything again every hour, and does nothing after its end', async () => {
    await feed.start();
    follower.known = ['school'];
    await clock.advance(3_600_000);
    expect(follower.looks).to.deep.equal(['school: all']);
    await feed.stop();
    await feed.stop();
    tell('a');
    await clock.advance(3_600_000);
    expect(follower.looks).to.have.length(1);
  });
});
