import type { Observable, Subscription } from 'rxjs';

import type { FeedPositionStore } from './feed-position-store.js';
import type { HostClock, HostLogger } from '../host/host-services.js';

/** How a feature turns a stream of the host into looks at organisations. */
export interface LookPlan<Event, Scope> {
  /** Of the stream, for the log. */
  readonly stream: string;
  readonly events: Observable<Event>;
  /** What was missed since a position; undefined where the host does not offer it. */
  readonly since: ((position: number) => AsyncIterable<Event>) | undefined;
  /** Where an event says to look; what happened is read from the directory. */
  scopeOf(event: Event): Scope;
  /** Everything of an organisation. */
  everything(): Scope;
  /** One scope that covers both. */
  wider(waiting: Scope, more: Scope): Scope;
  /** Organisations for a look at everything: at the start, after a stream that ended, and from time to time. */
  organizations(): AsyncIterable<string>;
  readonly everythingEveryMs: number;
  /** Brings one organisation up to date. Safe to repeat, and beside an earlier one that still waits for an answer. */
  look(organizationId: string, scope: Scope): Promise<void>;
}

/** Organisations looked at side by side. */
const CONCURRENCY = 4;
/**
 * A look that takes longer counts as failed and is left behind: what came since must not wait for a directory that never
 * answers. Doubled with each failure, so that a slow directory gets the time it needs.
 */
const LOOK_LIMIT_MS = 60_000;
const LONGEST_LOOK_LIMIT_MS = 3_600_000;
/** How long a stop waits for running looks. */
const STOP_LIMIT_MS = 3_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const RESUBSCRIBE_MS = 30_000;
const SAVE_AFTER_MS = 1_000;

/**
 * One look per organisation at a time. An organisation without a running look is looked at once; what comes during a
 * look waits as one wider look. So a single event starts its look at once, and a storm becomes a few looks.
 */
export class OrganizationLooks<
  Event extends { readonly id: string; readonly position: number; readonly organizationId: string },
  Scope,
> {
  private readonly waiting = new Map<string, Scope>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly failures = new Map<string, number>();
  private readonly timers = new Set<() => void>();
  private subscription: Subscription | undefined;
  private cancelEverything: (() => void) | undefined;
  private stopped = true;
  /** Looks that failed and wait to be tried again. */
  private retrying = 0;
  /** Newest event that was taken, and up to where that is stored. */
  private position = -Infinity;
  private savedPosition = -Infinity;
  private cancelSave: (() => void) | undefined;

  constructor(
    private readonly plan: LookPlan<Event, Scope>,
    private readonly positions: FeedPositionStore,
    private readonly clock: HostClock,
    private readonly logger: HostLogger,
  ) {}

  /**
   * Subscribes first, then looks where events were missed, then at everything; resolves when the looks have begun.
   * Harmless twice.
   */
  async start(): Promise<void> {
    if (!this.stopped) return;
    this.stopped = false;
    this.subscribe();
    await this.resume();
    await this.lookEverywhere();
  }

  /** Resolves when the running looks have ended, or have been waited for long enough. Harmless twice. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.subscription?.unsubscribe();
    this.subscription = undefined;
    for (const cancel of this.timers) cancel();
    this.timers.clear();
    this.cancelSave = undefined;
    this.retrying = 0;
    this.waiting.clear();
    let cancel = (): void => undefined;
    const limit = new Promise<void>((resolve) => {
      cancel = this.clock.after(STOP_LIMIT_MS, resolve);
    });
    await Promise.race([Promise.all(this.running.values()), limit]);
    cancel();
  }

  look(organizationId: string, scope: Scope): void {
    if (this.stopped) return;
    const waiting = this.waiting.get(organizationId);
    const waits = this.waiting.has(organizationId);
    this.waiting.set(organizationId, waits ? this.plan.wider(waiting as Scope, scope) : scope);
    this.pump();
  }

  /** Resolves when nothing waits and nothing runs. */
  async idle(): Promise<void> {
    while (this.running.size > 0 || this.waiting.size > 0) await Promise.all(this.running.values());
  }

  /** What was missed goes first: a look at everything takes its time. A failure only costs that. */
  private async resume(): Promise<void> {
    const { since, stream } = this.plan;
    if (since === undefined) return;
    try {
      const position = await this.positions.read(stream);
      if (position === undefined) return;
      for await (const event of since(position)) this.take(event);
    } catch (error) {
      this.logger.warn('missed events cannot be read, everything is looked at', { stream, error: String(error) });
    }
  }

  /** A stream that ends is subscribed again, and everything is looked at: events were missed meanwhile. */
  private subscribe(): void {
    const again = (reason: string): void => {
      if (this.stopped) return;
      this.logger.error('a stream of the host ended, it is subscribed again', { stream: this.plan.stream, reason });
      this.later(RESUBSCRIBE_MS, () => {
        this.subscribe();
        this.lookAgain();
      });
    };
    this.subscription = this.plan.events.subscribe({
      next: (event) => this.take(event),
      error: (error: unknown) => again(String(error)),
      complete: () => again('completed'),
    });
  }

  /** A bad event is reported and never ends the subscription. */
  private take(event: Event): void {
    try {
      this.look(event.organizationId, this.plan.scopeOf(event));
      if (Number.isFinite(event.position)) this.position = Math.max(this.position, event.position);
    } catch (error) {
      const { stream } = this.plan;
      this.logger.error('an event could not be taken', { stream, eventId: event?.id, error: String(error) });
    }
  }

  private async lookEverywhere(): Promise<void> {
    for await (const organizationId of this.plan.organizations()) this.look(organizationId, this.plan.everything());
    this.cancelEverything?.();
    this.cancelEverything = this.later(this.plan.everythingEveryMs, () => this.lookAgain());
  }

  private lookAgain(): void {
    this.lookEverywhere().catch((error: unknown) => {
      const { stream } = this.plan;
      this.logger.error('a look at everything could not begin, it is tried again', { stream, error: String(error) });
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
        if (this.stopped) return;
        this.pump();
        this.saveSoon();
      });
      this.running.set(organizationId, run);
    }
  }

  private async run(organizationId: string, scope: Scope): Promise<void> {
    try {
      await this.withinLimit(organizationId, this.plan.look(organizationId, scope));
      this.failures.delete(organizationId);
    } catch (error) {
      const failures = (this.failures.get(organizationId) ?? 0) + 1;
      this.failures.set(organizationId, failures);
      const { stream } = this.plan;
      this.logger.error('a look failed, it is tried again', { stream, organizationId, failures, error: String(error) });
      this.retrying += 1;
      this.later(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)), () => {
        this.retrying -= 1;
        this.look(organizationId, scope);
      });
    }
  }

  /** @throws an error when the look takes too long; what becomes of it after that is of no account */
  private async withinLimit(organizationId: string, look: Promise<void>): Promise<void> {
    const limitMs = Math.min(LONGEST_LOOK_LIMIT_MS, LOOK_LIMIT_MS * 2 ** (this.failures.get(organizationId) ?? 0));
    let cancel: (() => void) | undefined;
    const limit = new Promise<never>((_, reject) => {
      cancel = this.later(limitMs, () => reject(new Error(`no end of the look after ${limitMs} ms`)));
    });
    try {
      await Promise.race([look, limit]);
    } finally {
      cancel?.();
    }
  }

  /** Once nothing waits, everything up to the newest event has been looked at. */
  private saveSoon(): void {
    if (this.position <= this.savedPosition || this.cancelSave !== undefined) return;
    this.cancelSave = this.later(SAVE_AFTER_MS, () => {
      this.cancelSave = undefined;
      if (this.waiting.size + this.running.size + this.retrying > 0) return;
      const { position } = this;
      this.positions.save(this.plan.stream, position).then(
        () => (this.savedPosition = Math.max(this.savedPosition, position)),
        (error: unknown) =>
          this.logger.warn('a position cannot be stored', { stream: this.plan.stream, error: String(error) }),
      );
    });
  }

  /** @returns a function that cancels; undefined after a stop */
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
