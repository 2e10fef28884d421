import type { LaneRelease, LaneRequest, LaneStore, LaneView } from '../../src/delivery/lane-store.js';
import { LeaseLostError, type LaneLease } from '../../src/delivery/work-source.js';
import type { FakeClock } from './fake-clock.js';

interface FakeLane {
  fence: number;
  owner: string | undefined;
  leasedUntil: number;
  dueAt: number | undefined;
  stop: { readonly code: string; readonly until: number | undefined } | undefined;
}

/** Lanes in memory, by the clock of the test. */
export class FakeLaneStore implements LaneStore {
  readonly releases: ({ readonly organizationId: string } & LaneRelease)[] = [];
  readonly requests: LaneRequest[] = [];
  prolonged = 0;
  /** Asked before a heartbeat is answered. */
  beforeProlong: () => Promise<void> = () => Promise.resolve();
  private readonly lanes = new Map<string, FakeLane>();

  constructor(private readonly clock: Pick<FakeClock, 'monotonicMs'>) {}

  /** Makes a lane due, as a feature does that has work. */
  wake(organizationId: string, dueAt?: Date): void {
    const lane = this.lane(organizationId);
    const at = dueAt?.getTime() ?? this.now;
    if (lane.stop !== undefined && lane.stop.until === undefined) return;
    lane.dueAt = Math.max(Math.min(lane.dueAt ?? Infinity, at), lane.stop?.until ?? 0);
  }

  async take(owner: string, leaseMs: number): Promise<LaneLease | undefined> {
    const free = [...this.lanes].filter(([, lane]) => this.isFree(lane));
    const [first] = free.sort(([, a], [, b]) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
    if (first === undefined) return Promise.resolve(undefined);
    const [organizationId, lane] = first;
    lane.fence += 1;
    lane.owner = owner;
    lane.leasedUntil = this.now + leaseMs;
    lane.dueAt = undefined;
    lane.stop = undefined;
    return Promise.resolve({ organizationId, owner, fence: String(lane.fence) });
  }

  async prolong(lease: LaneLease, leaseMs: number): Promise<boolean> {
    this.prolonged += 1;
    await this.beforeProlong();
    const lane = this.held(lease);
    if (lane !== undefined) lane.leasedUntil = this.now + leaseMs;
    return lane !== undefined;
  }

  async release(lease: LaneLease, release: LaneRelease): Promise<{ readonly dueAtOnce: boolean }> {
    const { dueAt, notBeforeMs = 0, stop } = release;
    const lane = this.held(lease);
    if (lane === undefined) return Promise.resolve({ dueAtOnce: false });
    this.releases.push({ organizationId: lease.organizationId, ...release });
    lane.owner = undefined;
    const woken = lane.dueAt !== undefined;
    const next = Math.min(lane.dueAt ?? Infinity, dueAt?.getTime() ?? Infinity);
    const restUntil = stop?.restMs === undefined ? undefined : this.now + stop.restMs;
    if (stop === undefined || stop.restMs === 0) {
      lane.dueAt = next === Infinity ? undefined : Math.max(next, this.now + notBeforeMs);
    } else lane.dueAt = restUntil;
    lane.stop = stop && { code: stop.code, until: restUntil };
    return Promise.resolve({ dueAtOnce: !woken && dueAt !== undefined && dueAt.getTime() <= this.now });
  }

  async recordRequest(_lease: LaneLease, request: LaneRequest): Promise<void> {
    this.requests.push(request);
    return Promise.resolve();
  }

  async nextDueAt(): Promise<Date | undefined> {
    const times = [...this.lanes.values()].map((lane) => (lane.owner === undefined ? lane.dueAt : lane.leasedUntil));
    const next = Math.min(...times.filter((time) => time !== undefined));
    return Promise.resolve(next === Infinity ? undefined : new Date(next));
  }

  async resume(organizationId: string): Promise<void> {
    const lane = this.lane(organizationId);
    lane.stop = undefined;
    lane.dueAt = this.now;
    return Promise.resolve();
  }

  async view(organizationId: string): Promise<LaneView | undefined> {
    const lane = this.lanes.get(organizationId);
    const dateOf = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));
    return Promise.resolve(
      lane && {
        running: lane.owner !== undefined,
        dueAt: dateOf(lane.dueAt),
        stopCode: lane.stop?.code,
        stopUntil: dateOf(lane.stop?.until),
        ratePerSecond: this.requests.at(-1)?.ratePerSecond,
      },
    );
  }

  /** @throws LeaseLostError */
  hold(lease: LaneLease): void {
    if (this.held(lease) === undefined) throw new LeaseLostError(lease.organizationId);
  }

  private get now(): number {
    return this.clock.monotonicMs();
  }

  private isFree(lane: FakeLane): boolean {
    const abandoned = lane.owner !== undefined && lane.leasedUntil < this.now;
    const due = lane.owner === undefined && lane.dueAt !== undefined && lane.dueAt <= this.now;
    return due || abandoned;
  }

  private held(lease: LaneLease): FakeLane | undefined {
    const lane = this.lanes.get(lease.organizationId);
    return lane?.owner === lease.owner && String(lane.fence) === lease.fence ? lane : undefined;
  }

  private lane(organizationId: string): FakeLane {
    const known = this.lanes.get(organizationId);
    if (known !== undefined) return known;
    const lane = { fence: 0, owner: undefined, leasedUntil: 0, dueAt: undefined, stop: undefined };
    this.lanes.set(organizationId, lane);
    return lane;
  }
}
