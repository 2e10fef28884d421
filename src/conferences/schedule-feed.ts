import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { FeedPositionStore } from '../feed/feed-position-store.js';
import { OrganizationLooks } from '../feed/organization-looks.js';
import { HostClock, HostLogger } from '../host/host-services.js';
import { HostStreams, type ScheduleEvent } from '../host/host-streams.js';
import { TimetableFollower } from './timetable-follower.js';

/** Turns the schedule stream into looks at lessons that have online lessons. */
export interface ScheduleFeed {
  /** Subscribes, then looks once at every lesson that has an online lesson; resolves when the looks have begun. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>;
}
export const ScheduleFeed = Symbol('ScheduleFeed') as ServiceIdentifier<ScheduleFeed>;

/** Lessons of one organisation to look at; undefined: all. */
type Lessons = Set<string> | undefined;

const EVERYTHING_EVERY_MS = 3_600_000;

export class CoalescingScheduleFeed implements ScheduleFeed {
  private readonly looks: OrganizationLooks<ScheduleEvent, Lessons>;

  constructor(
    @inject(HostStreams) streams: HostStreams,
    @inject(TimetableFollower) follower: TimetableFollower,
    @inject(FeedPositionStore) positions: FeedPositionStore,
    @inject(HostClock) clock: HostClock,
    @inject(HostLogger) logger: HostLogger,
  ) {
    this.looks = new OrganizationLooks(
      {
        stream: 'schedule',
        events: streams.schedule,
        since: streams.scheduleSince?.bind(streams),
        scopeOf: (event) => (event.kind === 'gap' ? undefined : new Set([event.lessonId])),
        everything: () => undefined,
        wider,
        organizations: () => idsOf(follower),
        everythingEveryMs: EVERYTHING_EVERY_MS,
        look: (organizationId, lessons) => follower.follow(organizationId, lessons),
      },
      positions,
      clock,
      logger,
    );
  }

  start(): Promise<void> {
    return this.looks.start();
  }

  stop(): Promise<void> {
    return this.looks.stop();
  }

  idle(): Promise<void> {
    return this.looks.idle();
  }
}

function wider(waiting: Lessons, more: Lessons): Lessons {
  return waiting === undefined || more === undefined ? undefined : new Set([...waiting, ...more]);
}

async function* idsOf(follower: TimetableFollower): AsyncIterable<string> {
  yield* await follower.organizations();
}
