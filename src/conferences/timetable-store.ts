import type { ServiceIdentifier } from 'inversify';

import type { Followed } from './lesson-follow-plan.js';
import type { LastingConference } from './lesson-grace-plan.js';

export interface LessonConference extends LastingConference {
  readonly conferenceId: string;
}

/** How an online lesson follows its lesson. */
export interface FollowedLesson extends Followed<LessonConference> {
  /** People see the change: a form that was opened before is outdated. */
  readonly visible: boolean;
}

/** What a look at the timetable may ask while it holds the conferences. */
export interface HeldTimetable {
  /** By the database's clock. */
  readonly now: Date;
  /** Which of some lessons no online lesson has, those of cancelled ones included. */
  freeOf(lessonIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Online lessons, for following the timetable. */
export interface TimetableStore {
  /** Organisations that have online lessons which may still change. */
  organizations(): Promise<readonly string[]>;
  /** Their lessons. */
  lessonIds(organizationId: string): Promise<readonly string[]>;
  /** Other organisations that have online lessons of these lessons: ids change schools. */
  othersWith(organizationId: string, lessonIds: readonly string[]): Promise<readonly string[]>;
  /**
   * Locks the lessons' conferences, and those whose lesson is waited for, lets `decide` say what each becomes, and writes
   * that. The timetable is read inside `decide`: of two processes that look at once, the later one has read the newer
   * timetable.
   * @param lessonIds own lessons, or joined ones
   * @param decide gets one conference per own lesson, the living one, otherwise the one cancelled last; returns those that change
   */
  follow(
    organizationId: string,
    lessonIds: readonly string[],
    decide: (conferences: readonly LessonConference[], timetable: HeldTimetable) => Promise<readonly FollowedLesson[]>,
  ): Promise<void>;
  /** Forgets what was deleted a while ago. */
  purge(): Promise<void>;
}
export const TimetableStore = Symbol('TimetableStore') as ServiceIdentifier<TimetableStore>;
