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

/** Why a lane stands still, and until when; without a time it waits for {@link LaneStore.resume}. */
export interface LaneStop {
  readonly code: string;
  readonly until: Date | undefined;
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
  /** Gives back; a wake that came meanwhile keeps the lane due. */
  release(lease: LaneLease, dueAt: Date | undefined, stop?: LaneStop): Promise<void>;
  /** Books a request for showing. */
  recordRequest(lease: LaneLease, request: LaneRequest): Promise<void>;
  /** When the next lane that nobody holds is due. */
  nextDueAt(): Promise<Date | undefined>;
  /** Lifts a stop and makes the lane due: somebody did what the stop asked for. */
  resume(organizationId: string): Promise<void>;
  view(organizationId: string): Promise<LaneView | undefined>;
}
export const LaneStore = Symbol('LaneStore') as ServiceIdentifier<LaneStore>;
