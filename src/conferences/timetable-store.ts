import type { ServiceIdentifier } from 'inversify';

import type { FollowingJointConference } from './joint-lesson-plan.js';

export interface LessonConference extends FollowingJointConference {
  readonly conferenceId: string;
}

/** Online lessons, for following the timetable. */
export interface TimetableStore {
  /** Organisations that have online lessons which may still change. */
  organizations(): Promise<readonly string[]>;
  /** Their lessons. */
  lessonIds(organizationId: string): Promise<readonly string[]>;
  /**
   * Locks the lessons' conferences, lets `decide` say what each becomes, and writes that. The timetable is read inside
   * `decide`: of two processes that look at once, the later one has read the newer timetable.
   * @param lessonIds own lessons, or joined ones
   * @param decide gets one conference per own lesson, the living one, otherwise the one cancelled last; returns those that change
   */
  follow(
    organizationId: string,
    lessonIds: readonly string[],
    decide: (conferences: readonly LessonConference[]) => Promise<readonly LessonConference[]>,
  ): Promise<number>;
  /** Forgets what was deleted a while ago. */
  purge(): Promise<void>;
}
export const TimetableStore = Symbol('TimetableStore') as ServiceIdentifier<TimetableStore>;
