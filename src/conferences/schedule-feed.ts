import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';
import type { Subscription } from 'rxjs';

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
type Look = Set<string> | undefined;

/** Organisations looked at side by side. */
const CONCURRENCY = 4;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const FULL_LOOK_EVERY_MS = 3_600_000;

/** One look per organisation at a time; what comes during it waits as one wider look. */
export class CoalescingScheduleFeed implements ScheduleFeed {
  private readonly waiting = new Map<string, Look>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly failures = new Map<string, number>();
  private readonly timers = new Set<() => void>();
  private subscription: Subscription | undefined;
  private stopped = true;

  constructor(
    @inject(HostStreams) private readonly streams: HostStreams,
    @inject(TimetableFollower) private readonly follower: TimetableFollower,
    @inject(HostClock) private readonly clock: HostClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  async start(): Promise<void> {
    if (!this.stopped) return;
    this.stopped = false;
    this.subscription = this.streams.schedule.subscribe({
      next: (event) => this.take(event),
      error: (error: unknown) => this.logger.error('the schedule stream ended with an error', { error: String(error) }),
    });
    await this.lookEverywhere();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.subscription?.unsubscribe();
    this.subscription = undefined;
    for (const cancel of this.timers) cancel();
    this.timers.clear();
    this.waiting.clear();
    await Promise.all(this.running.values());
  }

  async idle(): Promise<void> {
    while (this.running.size > 0 || this.waiting.size > 0) await Promise.all(this.running.values());
  }

  /** A bad event is reported and never ends the subscription. */
  private take(event: ScheduleEvent): void {
    try {
      this.look(event.organizationId, event.kind === 'gap' ? undefined : new Set([event.lessonId]));
    } catch (error) {
      this.logger.error('a schedule event could not be taken', { eventId: event?.id, error: String(error) });
    }
  }

  private look(organizationId: string, look: Look): void {
    if (this.stopped) return;
    const waiting = this.waiting.get(organizationId);
    const wider = this.waiting.has(organizationId) && waiting === undefined ? undefined : union(waiting, look);
    this.waiting.set(organizationId, wider);
    this.pump();
  }

  private async lookEverywhere(): Promise<void> {
    for (const organizationId of await this.follower.organizations()) this.look(organizationId, undefined);
    this.later(FULL_LOOK_EVERY_MS, () => this.lookAgain());
  }

  private lookAgain(): void {
    this.lookEverywhere().catch((error: unknown) => {
      this.logger.error('the look at all online lessons could not begin, it is tried again', { error: String(error) });
      this.later(LONGEST_RETRY_MS, () => this.lookAgain());
    });
  }

  private pump(): void {
    for (const [organizationId, look] of this.waiting) {
      if (this.running.size >= CONCURRENCY) return;
      if (this.running.has(organizationId)) continue;
      this.waiting.delete(organizationId);
      const run = this.run(organizationId, look).finally(() => {
        this.running.delete(organizationId);
        if (!this.stopped) this.pump();
      });
      this.running.set(organizationId, run);
    }
  }

  private async run(organizationId: string, look: Look): Promise<void> {
    try {
      await this.follower.follow(organizationId, look);
      this.failures.delete(organizationId);
    } catch (error) {
      const failures = (this.failures.get(organizationId) ?? 0) + 1;
      this.failures.set(organizationId, failures);
      this.logger.error('the timetable could not be brought into the online lessons, it is tried again', {
        organizationId,
        failures,
        error: String(error),
      });
      this.later(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)), () =>
        this.look(organizationId, look),
      );
    }
  }

  private later(ms: number, callback: () => void): void {
    if (this.stopped) return;
    const cancel = this.clock.after(ms, () => {
      this.timers.delete(cancel);
      callback();
    });
    this.timers.add(cancel);
  }
}

function union(one: Look, other: Look): Look {
  return other === undefined ? undefined : new Set([...(one ?? []), ...other]);
}
