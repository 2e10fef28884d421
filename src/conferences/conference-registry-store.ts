import type { ServiceIdentifier } from 'inversify';

import type { PersonKind } from '../host/host-directory.js';
import type { ChatKind } from '../protocol/protocol.js';
import type { ConferenceState } from './life/conference-state.js';
import type { Conference, WatchedConference } from './conference-store.js';

/** A conference as the registry shows it to one person. */
export interface RegistryConference extends WatchedConference {
  readonly chatKind: ChatKind | undefined;
  /** The person who looks takes part or leads. */
  readonly own: boolean;
  readonly revision: number;
  readonly timesByHand: boolean;
  /** Its lesson's times, as the timetable had them last. */
  readonly timetable: { readonly startsAt: Date; readonly endsAt: Date } | undefined;
}

export interface ConferenceQuery {
  readonly organizationId: string;
  /** Who looks. */
  readonly personId: string;
  /** Only those the person belongs to. */
  readonly onlyOwn: boolean;
  readonly query: string;
  readonly status: ConferenceState | undefined;
  readonly kind: 'lesson' | 'call' | undefined;
  readonly sort: 'state' | 'title' | 'kind' | 'chat' | 'lesson' | 'start' | 'end';
  readonly direction: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
}

/** What was decided by hand about who takes part. */
export interface ParticipantDecision {
  readonly personId: string;
  readonly kind: PersonKind;
  readonly hand: 'added' | 'removed';
}

/** Conferences, to be looked at. Deleted ones are not there. */
export interface ConferenceRegistryStore {
  list(query: ConferenceQuery): Promise<{ readonly total: number; readonly items: readonly RegistryConference[] }>;
  find(organizationId: string, conferenceId: string, personId: string): Promise<RegistryConference | undefined>;
  decisions(organizationId: string, conferenceId: string): Promise<readonly ParticipantDecision[]>;
  /** Conferences that any of some people leads, are not over and overlap a time; the first fifty. */
  overlapping(
    organizationId: string,
    leaderIds: readonly string[],
    time: { readonly startsAt: Date; readonly endsAt: Date },
    exceptId: string | undefined,
  ): Promise<readonly Conference[]>;
  /** The online lesson of each lesson that has one, alone or with others; cancelled ones left out. */
  ofLessons(organizationId: string, lessonIds: readonly string[]): Promise<ReadonlyMap<string, WatchedConference>>;
}
export const ConferenceRegistryStore = Symbol('ConferenceRegistryStore') as ServiceIdentifier<ConferenceRegistryStore>;
