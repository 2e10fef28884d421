import { randomUUID } from 'node:crypto';

import { inject, multiInject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';
import type { Subscription } from 'rxjs';

import { HostClock, HostLogger } from '../host/host-services.js';
import { Messenger } from '../messenger/messenger.js';
import { SettingsSource } from '../settings.js';
import { Notifications } from '../storage/notifications.js';
import { DoubtStore } from './doubt-store.js';
import { LaneRun, type LaneRunOutcome } from './lane-run.js';
import { LaneStore } from './lane-store.js';
import { PackRoom } from './pack-room.js';
import { RateLimiter } from './rate-limiter.js';
import { RestingKinds } from './resting-kinds.js';
import { CredentialSource, LeaseLostError, WorkSource, type LaneLease } from './work-source.js';

/** Takes due lanes and drives them side by side. */
export interface LaneRunner {
  start(): void;
  /** Takes no more lanes, lets running requests come back for a moment, gives the lanes back. */
  stop(): Promise<void>;
}
export const LaneRunner = Symbol('LaneRunner') as ServiceIdentifier<LaneRunner>;

const LEASE_MS = 8_000;
const HEARTBEAT_MS = 2_000;
/** Without a prolongation for so long nothing more is sent: shorter than the lease by more than a clock may differ. */
const LEASE_LIMIT_MS = 6_000;
/** Slow fallback for wakes that were missed, and for lanes whose holder died. */
const POLL_MS = 1_000;
/** How long a lane rests whose run failed; doubled each time it fails again. */
const FAILED_RUN_REST_MS = 5_000;
const LONGEST_FAILED_REST_MS = 5 * 60_000;
/** From so many failed runs in a row on the windows say so. */
const FAILURES_SHOWN = 3;
/** So many runs in a row that do nothing although something is due are a defect: the lane is slowed and it is said. */
const IDLE_RUNS = 3;
const IDLE_REST_MS = 1_000;
const LONGEST_IDLE_REST_MS = 60_000;
/** How long a stop waits for answers that are under way. */
const PATIENCE_MS = 2_000;
/** How long a stop waits in all, whatever hangs. */
const STOP_LIMIT_MS = 3_000;

/** What is remembered of a lane between its runs, in this process only. */
interface LaneRecord {
  readonly room: PackRoom;
  readonly resting: RestingKinds;
  /** Runs in a row that did nothing although something was due. */
  idle: number;
  /** Runs in a row that failed. */
  failed: number;
}

export class LeasedLaneRunner implements LaneRunner {
  private readonly owner = randomUUID();
  private readonly records = new Map<string, LaneRecord>();
  private readonly running = new Map<string, Promise<void>>();
  /** Each ends one. */
  private readonly heartbeats = new Set<() => void>();
  private limiter: RateLimiter | undefined;
  private subscription: Subscription | undefined;
  private cancelPoll: (() => void) | undefined;
  /** Halt: begin nothing new. Cut: end requests that are under way. */
  private halt = new AbortController();
  private cut = new AbortController();
  private taking = false;
  private again = false;

  constructor(
    @inject(LaneStore) private readonly store: LaneStore,
    @inject(DoubtStore) private readonly doubts: DoubtStore,
    @inject(Notifications) private readonly notifications: Notifications,
    @multiInject(WorkSource) private readonly sources: WorkSource[],
    @inject(CredentialSource) private readonly credentials: CredentialSource,
    @inject(Messenger) private readonly messenger: Messenger,
    @inject(HostClock) private readonly clock: HostClock,
    @inject(HostLogger) private readonly logger: HostLogger,
    @inject(SettingsSource) private readonly source: SettingsSource,
  ) {}

  start(): void {
    if (this.subscription !== undefined) return;
    this.halt = new AbortController();
    this.cut = new AbortController();
    this.limiter = new RateLimiter(this.clock, this.messenger.abilities.requestsPerSecond);
    this.subscription = this.notifications.received.subscribe((notification) => {
      if (notification.kind === 'lane' && notification.asked) {
        this.records.get(notification.organizationId)?.resting.clear();
      }
      if (notification.kind === 'lane' || notification.kind === 'resumed') this.takeDue();
    });
    this.poll();
  }

  async stop(): Promise<void> {
    this.subscription?.unsubscribe();
    this.subscription = undefined;
    this.cancelPoll?.();
    this.halt.abort();
    const cancelCut = this.clock.after(PATIENCE_MS, () => this.cut.abort());
    await this.allEnded();
    cancelCut();
  }

  /** What hangs beyond the limit can begin nothing more, and its lease ends by itself. */
  private async allEnded(): Promise<void> {
    let cancelLimit = (): void => undefined;
    const limit = new Promise<'late'>((resolve) => {
      cancelLimit = this.clock.after(STOP_LIMIT_MS, () => resolve('late'));
    });
    while (this.running.size > 0) {
      if ((await Promise.race([Promise.all(this.running.values()), limit])) !== 'late') continue;
      this.logger.warn('runs of deliveries did not end in time, they are left behind', { runs: this.running.size });
      for (const end of this.heartbeats) end();
      break;
    }
    cancelLimit();
  }

  private poll(): void {
    this.takeDue();
    this.limiter?.prune();
    this.cancelPoll = this.clock.after(POLL_MS, () => this.poll());
  }

  /** One taking at a time; a wake during it makes it look once more. */
  private takeDue(): void {
    this.again = true;
    if (this.taking) return;
    this.taking = true;
    this.takeWhileDue()
      .catch((error: unknown) => this.logger.error('lanes cannot be taken', { error: String(error) }))
      .finally(() => {
        this.taking = false;
        // A wake between the last look and here would otherwise wait for the poll.
        if (this.again && !this.halt.signal.aborted) this.takeDue();
      });
  }

  private async takeWhileDue(): Promise<void> {
    while (this.again && !this.halt.signal.aborted) {
      this.again = false;
      while (!this.halt.signal.aborted && this.running.size < this.source.settings.laneConcurrency) {
        const lease = await this.store.take(this.owner, LEASE_MS);
        if (lease === undefined) break;
        this.drive(lease);
      }
    }
  }

  private drive(lease: LaneLease): void {
    const key = `${lease.organizationId}#${lease.fence}`;
    const run = this.hold(lease).finally(() => {
      this.running.delete(key);
      if (!this.halt.signal.aborted) this.takeDue();
    });
    this.running.set(key, run);
  }

  private async hold(lease: LaneLease): Promise<void> {
    const lost = new AbortController();
    const cancelHeartbeat = this.heartbeat(lease, lost);
    const record = this.records.get(lease.organizationId) ?? this.newRecord();
    this.records.set(lease.organizationId, record);
    try {
      const outcome = await new LaneRun(
        {
          sources: [...this.sources].sort((a, b) => a.priority - b.priority),
          credentials: this.credentials,
          messenger: this.messenger,
          limiter: this.limiter ?? new RateLimiter(this.clock, this.messenger.abilities.requestsPerSecond),
          store: this.store,
          doubts: this.doubts,
          logger: this.logger,
          monotonicMs: () => performance.now(),
        },
        lease,
        {
          halt: AbortSignal.any([this.halt.signal, lost.signal]),
          cut: AbortSignal.any([this.cut.signal, lost.signal]),
        },
        { room: record.room, resting: record.resting, notBeforeMs: idleRestMs(record.idle) },
      ).run();
      this.remember(lease.organizationId, record, outcome);
    } catch (error) {
      await this.failed(lease, record, error);
    } finally {
      cancelHeartbeat();
    }
  }

  private newRecord(): LaneRecord {
    const room = new PackRoom(this.messenger.abilities.callsPerRequest);
    return { room, resting: new RestingKinds(), idle: 0, failed: 0 };
  }

  private remember(organizationId: string, record: LaneRecord, { contradictory }: LaneRunOutcome): void {
    const idle = contradictory ? record.idle + 1 : 0;
    if (idle === IDLE_RUNS) {
      this.logger.error('a lane is taken again and again without doing anything, it is slowed down', {
        organizationId,
      });
    }
    if (record.room.isFull && record.resting.isEmpty && idle === 0) this.records.delete(organizationId);
    else this.records.set(organizationId, { ...record, idle, failed: 0 });
  }

  private async failed(lease: LaneLease, record: LaneRecord, error: unknown): Promise<void> {
    const { organizationId } = lease;
    if (error instanceof LeaseLostError) {
      this.logger.warn('a lane was lost to another process', { organizationId });
      return;
    }
    const failed = record.failed + 1;
    this.records.set(organizationId, { ...record, failed });
    this.logger.error('a run of deliveries failed, it is tried again', {
      organizationId,
      failed,
      error: String(error),
    });
    const restMs = Math.min(LONGEST_FAILED_REST_MS, FAILED_RUN_REST_MS * 2 ** Math.min(failed - 1, 10));
    try {
      await this.store.release(lease, {
        dueAt: new Date(0),
        notBeforeMs: restMs,
        ...(failed < FAILURES_SHOWN ? {} : { stop: { code: 'delivery.run-failed', restMs } }),
      });
    } catch (cause) {
      // The lease ends by itself then, and the lane is taken again.
      this.logger.warn('a lane could not be given back', { error: String(cause) });
    }
  }

  /**
   * Prolongs the lease while the run lasts. A lease that could not be prolonged for nearly its length counts as lost,
   * whether the database refuses, hangs or is away: somebody else may hold it by then.
   * @returns a function that ends it
   */
  private heartbeat(lease: LaneLease, lost: AbortController): () => void {
    let ended = false;
    let cancelBeat: (() => void) | undefined;
    let cancelLimit = this.clock.after(LEASE_LIMIT_MS, () => lost.abort());
    const prolonged = (): void => {
      cancelLimit();
      if (!ended) cancelLimit = this.clock.after(LEASE_LIMIT_MS, () => lost.abort());
    };
    const beat = (): void => {
      if (ended) return;
      cancelBeat = this.clock.after(HEARTBEAT_MS, () => {
        this.store.prolong(lease, LEASE_MS).then(
          (held) => {
            if (!held) return lost.abort();
            prolonged();
            beat();
          },
          (error: unknown) => {
            this.logger.warn('a lease could not be prolonged', { error: String(error) });
            beat();
          },
        );
      });
    };
    const end = (): void => {
      ended = true;
      cancelBeat?.();
      cancelLimit();
      this.heartbeats.delete(end);
    };
    this.heartbeats.add(end);
    beat();
    return end;
  }
}

function idleRestMs(idle: number): number {
  return idle < IDLE_RUNS ? 0 : Math.min(LONGEST_IDLE_REST_MS, IDLE_REST_MS * 2 ** Math.min(idle - IDLE_RUNS, 10));
}
