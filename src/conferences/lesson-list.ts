import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import type { Lesson } from '../host/host-directory.js';
import type { ConferenceLessonChoice, LessonCounts, LessonFilter } from '../protocol/conference-protocol.js';
import { must } from '../must.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { ConferencePeople } from './conference-people.js';
import { problemCode } from './conference-problem.js';
import { ConferenceRegistryStore } from './conference-registry-store.js';
import type { Conference, WatchedConference } from './conference-store.js';
import { CONFERENCE_TEXT } from './conference-text.js';
import { LessonReader, type NamedLesson } from './lesson-reader.js';
import { lessonCounts, standingOf } from './lesson-standing.js';
import { clockOf, dayOf } from './school-time.js';

export interface LessonSearch {
  readonly organizationId: string;
  /** In the school's time zone; undefined: today. */
  readonly date: string | undefined;
  /** Only lessons of these classes and groups. */
  readonly sources: ReadonlySet<string> | undefined;
  /** Only lessons this person teaches. */
  readonly teacherId: string | undefined;
  /** Words, each a part of subject, title, class or teacher. */
  readonly query: string;
  /** Only lessons that stand so; undefined: all. */
  readonly show?: LessonFilter | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** A lesson of a list, and its online lesson. */
export interface ListedLesson {
  readonly lesson: Lesson;
  readonly choice: ConferenceLessonChoice;
  readonly conference: WatchedConference | undefined;
}

export interface FoundLessons {
  readonly date: string;
  /** Of those that stand as asked. */
  readonly total: number;
  /** Of all that were found, however they stand. */
  readonly counts: LessonCounts;
  /** A part of them. */
  readonly items: readonly ListedLesson[];
}

/** Lessons of a day with their online lessons. */
export interface LessonList {
  search(search: LessonSearch): Promise<FoundLessons>;
  one(lesson: Lesson): Promise<ListedLesson>;
}
export const LessonList = Symbol('LessonList') as ServiceIdentifier<LessonList>;

const classOrder = new Intl.Collator('ru', { numeric: true });

/** A school has some hundred lessons a day, so they are read in whole and searched here: the directory offers no search. */
export class DirectoryLessonList implements LessonList {
  constructor(
    @inject(LessonReader) private readonly lessons: LessonReader,
    @inject(ConferenceRegistryStore) private readonly store: ConferenceRegistryStore,
    @inject(ConferencePeople) private readonly people: ConferencePeople,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  async search(search: LessonSearch): Promise<FoundLessons> {
    const { organizationId, sources, teacherId, show, offset, limit } = search;
    const { timeZone } = await this.people.school(organizationId);
    const date = search.date ?? dayOf(this.clock.now(), timeZone);
    const ofDay = await this.lessons.ofDay(organizationId, date, timeZone);
    const named = await this.lessons.named(
      organizationId,
      ofDay.filter(
        (lesson) =>
          (sources?.has(lesson.classOrGroupId) ?? true) && (teacherId === undefined || lesson.teacherId === teacherId),
      ),
    );
    const words = search.query.toLocaleLowerCase('ru').split(/\s+/);
    const found = named.toSorted(inListOrder).filter((lesson) => {
      const text = [lesson.subject, lesson.title, lesson.source, lesson.teacherName].join(' ').toLocaleLowerCase('ru');
      return words.every((word) => text.includes(word));
    });
    const conferences = await this.conferences(organizationId, found);
    const standing = found.map((lesson) => {
      const conference = conferences.get(lesson.id);
      return { lesson, standing: standingOf(lesson, conference), problem: problemCode(conference) !== undefined };
    });
    const shown = standing.filter(
      (one) => show === undefined || (show === 'problem' ? one.problem : one.standing === show),
    );
    const page = shown.slice(offset, offset + limit).map(({ lesson }) => lesson);
    return {
      ...{ date, total: shown.length, counts: lessonCounts(standing) },
      items: this.listed(page, conferences, timeZone),
    };
  }

  async one(lesson: Lesson): Promise<ListedLesson> {
    const [named, { timeZone }] = await Promise.all([
      this.lessons.named(lesson.organizationId, [lesson]),
      this.people.school(lesson.organizationId),
    ]);
    const conferences = await this.conferences(lesson.organizationId, named);
    return must(this.listed(named, conferences, timeZone)[0], `lesson ${lesson.id}`);
  }

  private conferences(
    organizationId: string,
    lessons: readonly NamedLesson[],
  ): Promise<ReadonlyMap<string, WatchedConference>> {
    return this.store.ofLessons(
      organizationId,
      lessons.map(({ id }) => id),
    );
  }

  private listed(
    lessons: readonly NamedLesson[],
    conferences: ReadonlyMap<string, WatchedConference>,
    timeZone: string,
  ): readonly ListedLesson[] {
    const now = this.clock.now();
    return lessons.map((lesson) => {
      const conference = conferences.get(lesson.id);
      return { lesson, conference, choice: choiceOf(lesson, conference, timeZone, now) };
    });
  }
}

/** By start, of the same time by class: a large school has a hundred and more at once. */
function inListOrder(a: NamedLesson, b: NamedLesson): number {
  const byStart = a.startsAt.getTime() - b.startsAt.getTime();
  return byStart || classOrder.compare(a.source, b.source) || (a.id < b.id ? -1 : 1);
}

function choiceOf(
  lesson: NamedLesson,
  conference: Conference | undefined,
  timeZone: string,
  now: Date,
): ConferenceLessonChoice {
  const { id, subject, source, teacherId, teacherName, room, startsAt, endsAt } = lesson;
  return {
    ...{ id, subject, source, title: [subject, source].filter((part) => part !== '').join(', ') },
    ...(teacherId === undefined ? {} : { teacher: { personId: teacherId, name: teacherName ?? '' } }),
    ...(room === undefined ? {} : { room }),
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    date: dayOf(startsAt, timeZone),
    startTime: clockOf(startsAt, timeZone),
    endTime: clockOf(endsAt, timeZone),
    ...unavailability(lesson, conference, now),
    ...(conference === undefined ? {} : { conferenceId: conference.conferenceId }),
  };
}

function unavailability(
  { cancelled, endsAt }: Lesson,
  conference: Conference | undefined,
  now: Date,
): Pick<ConferenceLessonChoice, 'unavailable' | 'unavailableText'> {
  if (cancelled) return { unavailable: 'cancelled', unavailableText: CONFERENCE_TEXT.lessonCancelled };
  if (conference !== undefined) {
    return { unavailable: 'has-conference', unavailableText: CONFERENCE_TEXT.lessonTaken };
  }
  return endsAt <= now ? { unavailable: 'over', unavailableText: CONFERENCE_TEXT.lessonOver } : {};
}
