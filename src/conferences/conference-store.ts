import type { ServiceIdentifier } from 'inversify';

import type { LaneLease } from '../delivery/work-source.js';
import type { ExternalChatId, ExternalUserId } from '../messenger/messenger.js';
import type { ConferenceState } from './conference-state.js';

export interface Conference {
  readonly organizationId: string;
  readonly conferenceId: string;
  readonly kind: 'lesson' | 'call';
  readonly title: string;
  readonly chatId: string | undefined;
  readonly chatTitle: string | undefined;
  readonly lessonId: string | undefined;
  readonly lessonTitle: string | undefined;
  readonly hostId: string | undefined;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly state: ConferenceState;
  readonly joinLink: string | undefined;
  readonly failureCode: string | undefined;
}

export interface NewLessonConference {
  readonly organizationId: string;
  readonly lessonId: string;
  readonly lessonTitle: string;
  readonly title: string;
  /** Class or study group: its chat gets the link. */
  readonly classOrGroupId: string;
  readonly hostId: string | undefined;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** The lesson's end in the timetable. */
  readonly timetableEndsAt: Date;
  readonly createdBy: string;
}

/** What a call on the messenger's side needs. */
export interface ConferenceCall {
  readonly conferenceId: string;
  readonly title: string;
  readonly state: ConferenceState;
  readonly callId: string | undefined;
  readonly joinLink: string | undefined;
  /** A start was sent whose answer is not booked. */
  readonly intentAt: Date | undefined;
  /** The account that started the call. */
  readonly ownerAccount: ExternalUserId | undefined;
  /** Where the link still has to be posted. */
  readonly postTo:
    { readonly chatId: ExternalChatId; readonly account: ExternalUserId; readonly key: number } | undefined;
  readonly attempts: number;
}

export type ConferenceBooking =
  | {
      readonly kind: 'started';
      readonly callId: string | undefined;
      readonly joinLink: string;
      readonly account: ExternalUserId;
    }
  | { readonly kind: 'not-started'; readonly code: string; readonly dueAt: Date | undefined }
  /** The answer was lost: whether there is a call is not known. */
  | { readonly kind: 'start-unknown'; readonly code: string }
  /** `code`: it is not sure that there is no call left on the messenger's side. */
  | { readonly kind: 'ended'; readonly code?: string }
  | { readonly kind: 'posted' }
  /** The link cannot be posted; the conference goes on without. */
  | { readonly kind: 'post-refused'; readonly code: string }
  | { readonly kind: 'failed'; readonly code: string; readonly dueAt: Date }
  /** The messenger asked to wait: the same once more, not counted. */
  | { readonly kind: 'again' };

export interface ConferenceStore {
  /** Creates the lesson's conference and starts it; of several callers, each gets the one there is. */
  startLesson(lesson: NewLessonConference): Promise<Conference>;
  /** The one that is not cancelled; also one that is deleted and still ends. */
  ofLesson(organizationId: string, lessonId: string): Promise<Conference | undefined>;
  /** The person takes part or leads: through the chat, by hand, as host or as chat administrator. */
  belongs(organizationId: string, conferenceId: string, personId: string): Promise<boolean>;
  /** Starts a planned one now, or repeats a start that failed; harmless while it starts, runs or is over. */
  start(organizationId: string, conferenceId: string): Promise<void>;
  /** Asks for the end; harmless when it is over. */
  end(organizationId: string, conferenceId: string): Promise<void>;

  /** Moves on what its time has come for, then gives what has to be done remotely now. */
  due(lease: LaneLease, graceMs: number, limit: number): Promise<readonly ConferenceCall[]>;
  markIntent(lease: LaneLease, conferenceIds: readonly string[]): Promise<void>;
  book(lease: LaneLease, bookings: readonly (ConferenceBooking & { readonly conferenceId: string })[]): Promise<void>;
  nextDueAt(organizationId: string): Promise<Date | undefined>;
}
export const ConferenceStore = Symbol('ConferenceStore') as ServiceIdentifier<ConferenceStore>;
