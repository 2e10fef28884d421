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
  /** Later looks at lessons that are missing, one an organisation. */
  private readonly laterLooks = new Map<string, () => void>();
  private stopped = true;

  constructor(
    @inject(HostStreams) streams: HostStreams,
    @inject(TimetableFollower) private readonly follower: TimetableFollower,
    @inject(FeedPositionStore) positions: FeedPositionStore,
    @inject(HostClock) private readonly clock: HostClock,
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
        look: (organizationId, lessons) => this.look(organizationId, lessons),
      },
      positions,
      clock,
      logger,
    );
  }

  start(): Promise<void> {
    this.stopped = false;
    return this.looks.start();
  }

  stop(): Promise<void> {
    this.stopped = true;
    for (const cancel of this.laterLooks.values()) cancel();
    this.laterLooks.clear();
    return this.looks.stop();
  }

  idle(): Promise<void> {
    return this.looks.idle();
  }

  private async look(organizationId: string, lessons: Lessons): Promise<void> {
    await this.followNow(organizationId, lessons);
    if (lessons === undefined) return;
    // A lesson that came from another school is missing there, and nobody says so.
    for (const other of await this.follower.othersWith(organizationId, lessons)) await this.followNow(other, lessons);
  }

  private async followNow(organizationId: string, lessons: Lessons): Promise<void> {
    const againInMs = await this.follower.follow(organizationId, lessons);
    this.laterLooks.get(organizationId)?.();
    this.laterLooks.delete(organizationId);
    if (againInMs !== undefined) this.lookLater(organizationId, againInMs);
  }

  /** A lesson that is missing is looked for once more when its grace is over. */
  private lookLater(organizationId: string, inMs: number): void {
    if (this.stopped) return;
    const cancel = this.clock.after(inMs, () => {
      this.laterLooks.delete(organizationId);
      this.looks.look(organizationId, new Set());
    });
    this.laterLooks.set(organizationId, cancel);
  }
}

function wider(waiting: Lessons, more: Lessons): Lessons {
  return waiting === undefined || more === undefined ? undefined : new Set([...waiting, ...more]);
}

async function* idsOf(follower: TimetableFollower): AsyncIterable<string> {
  yield* await follower.organizations();
}
