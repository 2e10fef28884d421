import type { ServiceIdentifier } from 'inversify';

import type { ConferenceState } from './life/conference-state.js';

/** Whose calendar an address opens. */
export interface CalendarOwner {
  readonly organizationId: string;
  readonly personId: string;
}

/** A conference of a person's calendar. */
export interface CalendarEntry {
  readonly conferenceId: string;
  readonly title: string;
  readonly chatTitle: string | undefined;
  /** Of those that take place, its own first. */
  readonly lessonTitles: readonly string[];
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly state: ConferenceState;
  /** Grows with every change. */
  readonly revision: number;
  readonly createdAt: Date;
}

/** Addresses of personal calendars, and what stands in them. */
export interface CalendarStore {
  /** Replaces an older address of the person: that one opens nothing any more. @param secretHash SHA-256 */
  save(owner: CalendarOwner, secretHash: Uint8Array): Promise<void>;
  revoke(owner: CalendarOwner): Promise<void>;
  /** @returns when the address was made; undefined: there is none */
  createdAt(owner: CalendarOwner): Promise<Date | undefined>;
  /** @param secretHash SHA-256 */
  owner(secretHash: Uint8Array): Promise<CalendarOwner | undefined>;
  /** The person's own conferences that overlap a period, cancelled ones included, deleted ones not. */
  entries(owner: CalendarOwner, from: Date, to: Date): Promise<readonly CalendarEntry[]>;
}
export const CalendarStore = Symbol('CalendarStore') as ServiceIdentifier<CalendarStore>;
