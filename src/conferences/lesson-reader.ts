import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { PersonNames } from '../chats/person-names.js';
import { HostDirectory, type Lesson } from '../host/host-directory.js';
import { schoolSources } from './school-sources.js';
import { dayBounds } from './school-time.js';

/** A lesson with the names a person knows it by. */
export interface NamedLesson extends Lesson {
  /** Name of the class or group. */
  readonly source: string;
  readonly teacherName: string | undefined;
}

/** Lessons from the timetable. */
export interface LessonReader {
  /** Lessons that start on a day of the school, by start. */
  ofDay(organizationId: string, day: string, timeZone: string): Promise<readonly Lesson[]>;
  /** Those of the organisation that start in `[from, to)`; in any order. */
  between(organizationId: string, from: Date, to: Date): Promise<readonly Lesson[]>;
  /** @returns undefined for a lesson that is unknown or of another organisation */
  find(organizationId: string, lessonId: string): Promise<Lesson | undefined>;
  /** Those of the organisation that the timetable has; in any order. */
  findAll(organizationId: string, lessonIds: readonly string[]): Promise<readonly Lesson[]>;
  named(organizationId: string, lessons: readonly Lesson[]): Promise<readonly NamedLesson[]>;
  /** Classes and groups whose lessons people of this class or group may mean: itself, its groups, its classes. */
  related(organizationId: string, classOrGroupId: string): Promise<ReadonlySet<string>>;
}
export const LessonReader = Symbol('LessonReader') as ServiceIdentifier<LessonReader>;

const PAGE = 1000;

export class DirectoryLessonReader implements LessonReader {
  constructor(
    @inject(HostDirectory) private readonly directory: HostDirectory,
    @inject(PersonNames) private readonly names: PersonNames,
  ) {}

  async ofDay(organizationId: string, day: string, timeZone: string): Promise<readonly Lesson[]> {
    const bounds = dayBounds(day, timeZone);
    if (bounds === undefined) return [];
    const lessons = await this.between(organizationId, bounds.from, bounds.to);
    return lessons.toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  }

  async between(organizationId: string, from: Date, to: Date): Promise<readonly Lesson[]> {
    const lessons: Lesson[] = [];
    let cursor: string | undefined;
    do {
      const request = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.directory.lessons(organizationId, from, to, request);
      lessons.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return this.ofSchool(organizationId, lessons);
  }

  async find(organizationId: string, lessonId: string): Promise<Lesson | undefined> {
    return (await this.findAll(organizationId, [lessonId]))[0];
  }

  async findAll(organizationId: string, lessonIds: readonly string[]): Promise<readonly Lesson[]> {
    return this.ofSchool(organizationId, await this.directory.lessonsById(lessonIds));
  }

  /** A lesson, and the class or group it is for, may have gone to another school. */
  private async ofSchool(organizationId: string, lessons: readonly Lesson[]): Promise<Lesson[]> {
    const own = lessons.filter((lesson) => lesson.organizationId === organizationId);
    if (own.length === 0) return own;
    const { foreign } = await schoolSources(
      this.directory,
      organizationId,
      own.map(({ classOrGroupId }) => classOrGroupId),
    );
    return own.filter(({ classOrGroupId }) => !foreign.has(classOrGroupId));
  }

  async named(organizationId: string, lessons: readonly Lesson[]): Promise<readonly NamedLesson[]> {
    const teachers = [...new Set(lessons.flatMap(({ teacherId }) => teacherId ?? []))];
    const [{ names }, nameOf] = await Promise.all([
      schoolSources(
        this.directory,
        organizationId,
        lessons.map(({ classOrGroupId }) => classOrGroupId),
      ),
      this.names.of(teachers),
    ]);
    return lessons.map((lesson) => ({
      ...lesson,
      // A class that the directory does not know has no name.
      source: names.get(lesson.classOrGroupId) ?? '',
      teacherName: lesson.teacherId === undefined ? undefined : nameOf(lesson.teacherId),
    }));
  }

  async related(organizationId: string, classOrGroupId: string): Promise<ReadonlySet<string>> {
    const related = new Set([classOrGroupId]);
    let cursor: string | undefined;
    do {
      const request = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.directory.studyGroups(organizationId, request);
      for (const group of page.items) {
        if (group.classIds.includes(classOrGroupId)) related.add(group.id);
        if (group.id === classOrGroupId) for (const id of group.classIds) related.add(id);
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    return related;
  }
}
