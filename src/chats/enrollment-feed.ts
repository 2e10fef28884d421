import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';
import type { Subscription } from 'rxjs';

import { HostClock, HostLogger } from '../host/host-services.js';
import { HostStreams, type EnrollmentEvent } from '../host/host-streams.js';
import { RosterReader } from './roster-reader.js';
import { emptyScope, everythingScope, scopeOf, widen, type RosterScope } from './roster-scope.js';
import { RosterSynchronizer } from './roster-synchronizer.js';

/** Turns the enrolment stream into looks at the roster. */
export interface EnrollmentFeed {
  /** Subscribes, then looks at every organisation once; resolves when the looks have begun. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Looks at an organisation soon; equal waiting looks become one. */
  look(organizationId: string, scope: RosterScope): void;
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>;
}
export const EnrollmentFeed = Symbol('EnrollmentFeed') as ServiceIdentifier<EnrollmentFeed>;

/** Organisations looked at side by side. */
const CONCURRENCY = 4;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const RESUBSCRIBE_MS = 30_000;
const FULL_PASS_EVERY_MS = 24 * 3_600_000;

/**
 * An organisation without a running look is looked at once; what comes during a look waits as one wider look. So a
 * single event starts its look at once, and a storm becomes a few looks.
 */
export class CoalescingEnrollmentFeed implements EnrollmentFeed {
  private readonly waiting = new Map<string, RosterScope>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly failures = new Map<string, number>();
  private readonly timers = new Set<() => void>();
  private subscription: Subscription | undefined;
  private cancelDaily: (() => void) | undefined;
  private stopped = true;

  constructor(
    @inject(HostStreams) private readonly streams: HostStreams,
    @inject(RosterReader) private readonly reader: RosterReader,
    @inject(RosterSynchronizer) private readonly synchronizer: RosterSynchronizer,
    @inject(HostClock) private readonly clock: HostClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  async start(): Promise<void> {
    if (!this.stopped) return;
    this.stopped = false;
    this.subscribe();
    await this.lookEverywhere();
  }

  /** A stream that ends is subscribed again, and everything is looked at: events were missed meanwhile. */
  private subscribe(): void {
    const again = (reason: string): void => {
      if (this.stopped) return;
      this.logger.error('the enrollment stream ended, it is subscribed again', { reason });
      this.later(RESUBSCRIBE_MS, () => {
        this.subscribe();
        this.lookAgain();
      });
    };
    this.subscription = this.streams.enrollment.subscribe({
      next: (event) => this.take(event),
      error: (error: unknown) => again(String(error)),
      complete: () => again('completed'),
    });
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

  look(organizationId: string, scope: RosterScope): void {
    if (this.stopped) return;
    const waiting = this.waiting.get(organizationId) ?? emptyScope();
    widen(waiting, scope);
    this.waiting.set(organizationId, waiting);
    this.pump();
  }

  async idle(): Promise<void> {
    while (this.running.size > 0 || this.waiting.size > 0) await Promise.all(this.running.values());
  }

  /** A bad event is reported and never ends the subscription. */
  private take(event: EnrollmentEvent): void {
    try {
      this.look(event.organizationId, scopeOf(event));
    } catch (error) {
      this.logger.error('an enrollment event could not be taken', { eventId: event?.id, error: String(error) });
    }
  }

  private async lookEverywhere(): Promise<void> {
    for await (const organization of this.reader.organizations()) this.look(organization.id, everythingScope());
    this.cancelDaily?.();
    this.cancelDaily = this.later(FULL_PASS_EVERY_MS, () => this.lookAgain());
  }

  private lookAgain(): void {
    this.lookEverywhere().catch((error: unknown) => {
      this.logger.error('the daily pass could not begin, it is tried again', { error: String(error) });
      this.later(LONGEST_RETRY_MS, () => this.lookAgain());
    });
  }

  private pump(): void {
    for (const [organizationId, scope] of this.waiting) {
      if (this.running.size >= CONCURRENCY) return;
      if (this.running.has(organizationId)) continue;
      this.waiting.delete(organizationId);
      const run = this.run(organizationId, scope).finally(() => {
        this.running.delete(organizationId);
        if (!this.stopped) this.pump();
      });
      this.running.set(organizationId, run);
    }
  }

  private async run(organizationId: string, scope: RosterScope): Promise<void> {
    try {
      await this.synchronizer.synchronize(organizationId, scope);
      this.failures.delete(organizationId);
    } catch (error) {
      const failures = (this.failures.get(organizationId) ?? 0) + 1;
      this.failures.set(organizationId, failures);
      this.logger.error('the roster could not be brought into the chats, it is tried again', {
        organizationId,
        failures,
        error: String(error),
      });
      this.later(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)), () =>
        this.look(organizationId, scope),
      );
    }
  }

  /** @returns a function that cancels; undefined when the feed has stopped */
  private later(ms: number, callback: () => void): (() => void) | undefined {
    if (this.stopped) return undefined;
    const cancel = this.clock.after(ms, () => {
      this.timers.delete(cancel);
      callback();
    });
    this.timers.add(cancel);
    return () => {
      this.timers.delete(cancel);
      cancel();
    };
  }
}
