import type { ServiceIdentifier } from 'inversify';

import type { ConferenceState, EndReason } from './life/conference-state.js';
import type { JoinedLesson } from './joined-lesson.js';

export interface Conference {
  readonly organizationId: string;
  readonly conferenceId: string;
  readonly kind: 'lesson' | 'call';
  readonly title: string;
  readonly chatId: string | undefined;
  readonly chatTitle: string | undefined;
  readonly lessonId: string | undefined;
  readonly lessonTitle: string | undefined;
  /** False while its own lesson is cancelled and it goes on for joined ones. */
  readonly takesPlace: boolean;
  /** Lessons of other classes that it is held for, too. */
  readonly joined: readonly JoinedLesson[];
  readonly hostId: string | undefined;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly state: ConferenceState;
  /** Why it ends or ended. */
  readonly endedBy: EndReason | undefined;
  /** A person may start it: for the first time, after a start that failed, or again after an end by hand. */
  readonly startable: boolean;
  readonly joinLink: string | undefined;
  readonly failureCode: string | undefined;
  /** When this was read, by the database's clock. */
  readonly asOf: Date;
}

/** A conference, and what keeps it from going on. */
export interface WatchedConference extends Conference {
  /** Its time has come, and the school's deliveries stand still for this reason. */
  readonly standstill: string | undefined;
  /** The school's deliveries stand still, wholly or in part, and it wants something of them now or later. */
  readonly stopped: boolean;
  /** When the start or end that is wanted is tried next; undefined: not by itself, or at a time that is not known. */
  readonly nextAttemptAt: Date | undefined;
  /** Since when something is due for it that was not done; undefined: nothing is. */
  readonly dueSince: Date | undefined;
}

export interface NewLessonConference {
  readonly organizationId: string;
  readonly lessonId: string;
  readonly lessonTitle: string;
  readonly title: string;
  readonly subject: string;
  /** Class or study group: its chat gets the link. */
  readonly classOrGroupId: string;
  readonly hostId: string | undefined;
  /** As the timetable has it. One that begins late ends with its lesson all the same. */
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly createdBy: string;
}

/** Conferences as people begin, find and end them. */
export interface ConferenceStore {
  /**
   * Creates the lesson's conference and starts it; of several callers, each gets the one there is. One that is over begins
   * again with a new call while the lesson's end lies ahead.
   */
  startLesson(lesson: NewLessonConference): Promise<Conference>;
  /** The one that is not cancelled, held for this lesson alone or with others; also one that is deleted and still ends. */
  ofLesson(organizationId: string, lessonId: string): Promise<WatchedConference | undefined>;
  /** The person takes part or leads: through the chat, by hand, as host or as chat administrator. */
  belongs(organizationId: string, conferenceId: string, personId: string): Promise<boolean>;
  /**
   * Starts a planned one now, repeats a start that failed, or begins one that was ended by hand again; harmless where that
   * is not possible.
   */
  start(organizationId: string, conferenceId: string): Promise<void>;
  /** Asks for the end; harmless when it is over. */
  end(organizationId: string, conferenceId: string): Promise<void>;
}
export const ConferenceStore = Symbol('ConferenceStore') as ServiceIdentifier<ConferenceStore>;
