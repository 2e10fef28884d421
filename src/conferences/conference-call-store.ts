import type { ServiceIdentifier } from 'inversify';

import type { LaneLease } from '../delivery/work-source.js';
import type { PlannedLife } from './life/life-store-knex.js';
import type { ActionResult } from './life/life-settlement.js';

/** What came of a call of a conference. */
export interface CallResult extends ActionResult {
  readonly conferenceId: string;
}

/** Calls of conferences on the messenger's side, as the lane of a school drives them. */
export interface ConferenceCallStore {
  /**
   * Moves on what its time has come for, and gives what calls are to be made for now, the longest due first.
   * @param account somebody runs the school's chats
   * @param limit no more calls than this are needed
   */
  due(lease: LaneLease, account: boolean, limit: number): Promise<readonly PlannedLife[]>;
  settle(lease: LaneLease, results: readonly CallResult[]): Promise<void>;
  stall(lease: LaneLease, conferenceIds: readonly string[], code: string): Promise<void>;
  nextDueAt(organizationId: string): Promise<Date | undefined>;
}
export const ConferenceCallStore = Symbol('ConferenceCallStore') as ServiceIdentifier<ConferenceCallStore>;
