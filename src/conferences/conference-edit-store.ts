import type { ServiceIdentifier } from 'inversify';

import type { ParticipantDecision } from './conference-registry-store.js';
import type { JoinedLesson, SeenLesson } from './joined-lesson.js';

/** What a person decides about a conference. Checked already. */
export interface ConferenceDraft {
  readonly kind: 'lesson' | 'call';
  readonly title: string;
  readonly chatId: string | undefined;
  readonly lesson:
    | { readonly id: string; readonly title: string; readonly takesPlace: boolean; readonly seen: SeenLesson }
    | undefined;
  /** Times of the lesson whose times it has; undefined without a lesson. */
  readonly timetable: { readonly startsAt: Date; readonly endsAt: Date } | undefined;
  readonly joined: readonly JoinedLesson[];
  readonly hostId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** The times are not the lesson's. */
  readonly timesByHand: boolean;
  readonly decisions: readonly ParticipantDecision[];
}

export type ConferenceCreation = { readonly kind: 'created' | 'repeated'; readonly conferenceId: string } | LessonTaken;

export type ConferenceChange = { readonly kind: 'done' | 'missing' | 'conflict' | 'over' } | LessonTaken;

/** One of the lessons has this online lesson. */
export interface LessonTaken {
  readonly kind: 'lesson-taken';
  readonly conferenceId: string;
  readonly lessonId: string;
}

/** Changes of conferences by hand. */
export interface ConferenceEditStore {
  create(organizationId: string, by: string, requestId: string, draft: ConferenceDraft): Promise<ConferenceCreation>;
  /** @param revision as the form opened with; an older one is a conflict */
  change(
    organizationId: string,
    conferenceId: string,
    revision: number,
    draft: ConferenceDraft,
  ): Promise<ConferenceChange>;
  /** Nobody sees it any more; its call is ended. Harmless twice. */
  remove(organizationId: string, conferenceId: string): Promise<void>;
}
export const ConferenceEditStore = Symbol('ConferenceEditStore') as ServiceIdentifier<ConferenceEditStore>;
