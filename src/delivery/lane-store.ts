import type { ServiceIdentifier } from 'inversify';

import type { LaneLease } from './work-source.js';

/** State of one organisation's lane, for showing. */
export interface LaneView {
  /** A process drives it right now. */
  readonly running: boolean;
  readonly dueAt: Date | undefined;
  readonly stopCode: string | undefined;
  readonly stopUntil: Date | undefined;
  /** Results booked per second lately; undefined while nothing was delivered for a while. */
  readonly ratePerSecond: number | undefined;
}

/** What one request came to. */
export interface LaneRequest {
  /** Results booked per second lately. */
  readonly ratePerSecond: number;
  readonly calls: number;
  readonly failed: number;
  /** The messenger refused it because of its rate. */
  readonly refused: boolean;
  /** Changes that wait; undefined: not counted this time. */
  readonly backlog: number | undefined;
}

/** Why a lane stands still, wholly or in part. */
export interface LaneStop {
  readonly code: string;
  /**
   * For so long nothing is tried; undefined: until {@link LaneStore.resume}. 0: the reason is shown, and what it does not
   * concern goes on.
   */
  readonly restMs: number | undefined;
}

export interface LaneRelease {
  /** When the sources have something to do next. */
  readonly dueAt: Date | undefined;
  /** The lane is not taken before so much time has passed, whatever is due. */
  readonly notBeforeMs?: number;
  readonly stop?: LaneStop | undefined;
}

/** Lanes as rows: taken with skip-locked, held by a lease, fenced by its number. */
export interface LaneStore {
  /**
   * Takes the lane that has been due longest and that nobody holds; also one whose holder is gone.
   * @param owner id of this process
   */
  take(owner: string, leaseMs: number): Promise<LaneLease | undefined>;
  /** Prolongs. @returns false when the lease is lost */
  prolong(lease: LaneLease, leaseMs: number): Promise<boolean>;
  /**
   * Gives back; a wake that came meanwhile keeps the lane due.
   * @returns whether `dueAt` has come already, and no wake came: what is due could have been done in this run
   */
  release(lease: LaneLease, release: LaneRelease): Promise<{ readonly dueAtOnce: boolean }>;
  /** Books a request for showing. */
  recordRequest(lease: LaneLease, request: LaneRequest): Promise<void>;
  /** When the next lane that nobody holds is due. */
  nextDueAt(): Promise<Date | undefined>;
  /** Lifts a stop and makes the lane due: somebody did what the stop asked for. */
  resume(organizationId: string): Promise<void>;
  view(organizationId: string): Promise<LaneView | undefined>;
}
export const LaneStore = Symbol('LaneStore') as ServiceIdentifier<LaneStore>;
