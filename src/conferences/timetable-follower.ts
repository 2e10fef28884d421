import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { HostDirectory } from '../host/host-directory.js';
import { HostClock } from '../host/host-services.js';
import { followLessons, isSameJoint } from './joint-lesson-plan.js';
import { TimetableStore, type LessonConference } from './timetable-store.js';

/** Brings what the timetable says into the online lessons. */
export interface TimetableFollower {
  /** Organisations in which there is something to look at. */
  organizations(): Promise<readonly string[]>;
  /**
   * @param lessonIds undefined: every lesson that has an online lesson
   * @throws when the timetable cannot be read; what was not looked at stays as it was
   */
  follow(organizationId: string, lessonIds: ReadonlySet<string> | undefined): Promise<void>;
}
export const TimetableFollower = Symbol('TimetableFollower') as ServiceIdentifier<TimetableFollower>;

const LESSONS_AT_ONCE = 200;

export class DirectoryTimetableFollower implements TimetableFollower {
  constructor(
    @inject(TimetableStore) private readonly store: TimetableStore,
    @inject(HostDirectory) private readonly directory: HostDirectory,
    @inject(HostClock) private readonly clock: HostClock,
  ) {}

  async organizations(): Promise<readonly string[]> {
    await this.store.purge();
    return this.store.organizations();
  }

  async follow(organizationId: string, lessonIds: ReadonlySet<string> | undefined): Promise<void> {
    const ids = lessonIds === undefined ? await this.store.lessonIds(organizationId) : [...lessonIds];
    for (let from = 0; from < ids.length; from += LESSONS_AT_ONCE) {
      await this.store.follow(organizationId, ids.slice(from, from + LESSONS_AT_ONCE), (conferences) =>
        this.decide(organizationId, conferences),
      );
    }
  }

  private async decide(
    organizationId: string,
    conferences: readonly LessonConference[],
  ): Promise<readonly LessonConference[]> {
    const ids = conferences.flatMap(({ lessonId, joined }) => [lessonId, ...joined.map((one) => one.lessonId)]);
    const found = await this.directory.lessonsById(ids);
    const lessons = new Map(
      found.filter((lesson) => lesson.organizationId === organizationId).map((lesson) => [lesson.id, lesson]),
    );
    const now = this.clock.now();
    return conferences.flatMap((conference) => {
      const followed = followLessons(conference, lessons, now);
      return isSameJoint(conference, followed) ? [] : [{ ...conference, ...followed }];
    });
  }
}
