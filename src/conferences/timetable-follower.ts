import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import type { Lesson } from '../host/host-directory.js';
import { SettingsSource } from '../settings.js';
import { followLessons, isSameJoint } from './joint-lesson-plan.js';
import type { SeenLesson } from './joined-lesson.js';
import { graceOverAt, isSameLasting, lastingLessons, missingLessons } from './lesson-grace-plan.js';
import { LessonReader } from './lesson-reader.js';
import { TimetableStore, type FollowedLesson, type HeldTimetable, type LessonConference } from './timetable-store.js';

/** Brings what the timetable says into the online lessons. */
export interface TimetableFollower {
  /** Organisations in which there is something to look at. */
  organizations(): Promise<readonly string[]>;
  /** Other organisations that have online lessons of these lessons. */
  othersWith(organizationId: string, lessonIds: ReadonlySet<string>): Promise<readonly string[]>;
  /**
   * @param lessonIds undefined: every lesson that has an online lesson
   * @returns in how many milliseconds a lesson that is missing now counts as removed; undefined: none is missing
   * @throws when the timetable cannot be read; what was not looked at stays as it was
   */
  follow(organizationId: string, lessonIds: ReadonlySet<string> | undefined): Promise<number | undefined>;
}
export const TimetableFollower = Symbol('TimetableFollower') as ServiceIdentifier<TimetableFollower>;

const LESSONS_AT_ONCE = 200;
/** Longer than any lesson: one that overlaps another starts at most so much earlier. */
const LONGEST_LESSON_MS = 12 * 3_600_000;

export class DirectoryTimetableFollower implements TimetableFollower {
  constructor(
    @inject(TimetableStore) private readonly store: TimetableStore,
    @inject(LessonReader) private readonly reader: LessonReader,
    @inject(SettingsSource) private readonly source: SettingsSource,
  ) {}

  async organizations(): Promise<readonly string[]> {
    await this.store.purge();
    return this.store.organizations();
  }

  othersWith(organizationId: string, lessonIds: ReadonlySet<string>): Promise<readonly string[]> {
    return this.store.othersWith(organizationId, [...lessonIds]);
  }

  async follow(organizationId: string, lessonIds: ReadonlySet<string> | undefined): Promise<number | undefined> {
    const ids = lessonIds === undefined ? await this.store.lessonIds(organizationId) : [...lessonIds];
    let againInMs: number | undefined;
    let from = 0;
    // Also without an id: lessons that are missing are looked for.
    do {
      await this.store.follow(
        organizationId,
        ids.slice(from, from + LESSONS_AT_ONCE),
        async (conferences, timetable) => {
          const followed = await this.decide(organizationId, conferences, timetable);
          const overAt = graceOverAt(
            followed.map(({ conference }) => conference),
            this.graceMs,
          );
          if (overAt !== undefined) {
            againInMs = Math.min(againInMs ?? Infinity, Math.max(0, overAt.getTime() - timetable.now.getTime()));
          }
          return followed.filter(({ changed }) => changed);
        },
      );
      from += LESSONS_AT_ONCE;
    } while (from < ids.length);
    return againInMs;
  }

  private get graceMs(): number {
    return this.source.settings.lessonGraceSeconds * 1000;
  }

  private async decide(
    organizationId: string,
    conferences: readonly LessonConference[],
    timetable: HeldTimetable,
  ): Promise<readonly (FollowedLesson & { readonly changed: boolean })[]> {
    const ids = conferences.flatMap(({ lessonId, joined }) => [lessonId, ...joined.map((one) => one.lessonId)]);
    const lessons = byId(await this.reader.findAll(organizationId, ids));
    const missing = conferences.flatMap((conference) => missingLessons(conference, lessons));
    const candidates = await this.candidates(organizationId, missing, timetable);
    return conferences.map((conference) => {
      const lasting = lastingLessons(conference, lessons, [...candidates.values()], timetable.now, this.graceMs);
      const { conference: followed, event } = followLessons(lasting.conference, lasting.lessons, timetable.now);
      for (const { lessonId } of [followed, ...followed.joined]) candidates.delete(lessonId);
      const visible = !isSameJoint(conference, followed);
      const changed = visible || !isSameLasting(conference, followed);
      return { conference: followed, event, visible, changed };
    });
  }

  /** Lessons of the school that missing ones may have become. */
  private async candidates(
    organizationId: string,
    missing: readonly SeenLesson[],
    timetable: HeldTimetable,
  ): Promise<Map<string, Lesson>> {
    if (missing.length === 0) return new Map();
    const from = new Date(Math.min(...missing.map(({ startsAt }) => startsAt.getTime())) - LONGEST_LESSON_MS);
    const to = new Date(Math.max(...missing.map(({ endsAt }) => endsAt.getTime())));
    const sources = new Set(missing.map(({ sourceId }) => sourceId));
    const there = await this.reader.between(organizationId, from, to);
    const lessons = there.filter(({ classOrGroupId }) => sources.has(classOrGroupId));
    const free = await timetable.freeOf(lessons.map(({ id }) => id));
    return byId(lessons.filter(({ id }) => free.has(id)));
  }
}

function byId(lessons: readonly Lesson[]): Map<string, Lesson> {
  return new Map(lessons.map((lesson) => [lesson.id, lesson]));
}
