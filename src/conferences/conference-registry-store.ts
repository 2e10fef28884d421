import type { ServiceIdentifier } from 'inversify';

import type { PersonKind } from '../host/host-directory.js';
import type { ChatKind } from '../protocol/protocol.js';
import type { ConferenceState } from './conference-state.js';
import type { Conference } from './conference-store.js';

/** A conference, and what keeps it from going on. */
export interface WatchedConference extends Conference {
  /** Its time has come, and the school's deliveries stand still for this reason. */
  readonly standstill: string | undefined;
}

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

/** An open chat, as a conference uses it. */
export interface ConferenceChat {
  readonly chatId: string;
  readonly kind: ChatKind;
  readonly title: string;
  /** Class or study group; empty where there is none. */
  readonly sourceId: string;
  readonly sourceName: string;
  readonly members: number;
}

export interface ChatQuery {
  readonly organizationId: string;
  /** Only chats this person is in; undefined: all. */
  readonly personId: string | undefined;
  readonly query: string;
  readonly kind: ChatKind | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** Conferences, and the chats they are made for, to be looked at. Deleted ones are not there. */
export interface ConferenceRegistryStore {
  list(query: ConferenceQuery): Promise<{ readonly total: number; readonly items: readonly RegistryConference[] }>;
  find(organizationId: string, conferenceId: string, personId: string): Promise<RegistryConference | undefined>;
  decisions(organizationId: string, conferenceId: string): Promise<readonly ParticipantDecision[]>;
  /** Conferences that a person leads, are not over and overlap a time. */
  overlapping(
    organizationId: string,
    leaderId: string,
    time: { readonly startsAt: Date; readonly endsAt: Date },
    exceptId: string | undefined,
  ): Promise<readonly Conference[]>;
  /** The online lesson of each lesson that has one, alone or with others; cancelled ones left out. */
  ofLessons(organizationId: string, lessonIds: readonly string[]): Promise<ReadonlyMap<string, WatchedConference>>;
  chats(query: ChatQuery): Promise<{ readonly total: number; readonly items: readonly ConferenceChat[] }>;
  /** @param personId only if this person is in it; undefined: whoever */
  chat(organizationId: string, chatId: string, personId: string | undefined): Promise<ConferenceChat | undefined>;
  /** The chat of a class or group that an online lesson is for: the subject's before the class's. */
  chatOfSource(organizationId: string, sourceId: string): Promise<ConferenceChat | undefined>;
  /** Who is in some chats; somebody may be in several. */
  chatMembers(
    organizationId: string,
    chatIds: readonly string[],
  ): Promise<readonly { readonly personId: string; readonly kind: PersonKind }[]>;
}
export const ConferenceRegistryStore = Symbol('ConferenceRegistryStore') as ServiceIdentifier<ConferenceRegistryStore>;
