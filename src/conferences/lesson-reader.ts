import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { PersonNames } from '../chats/person-names.js';
import { HostDirectory, type Lesson } from '../host/host-directory.js';
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
  /** @returns undefined for a lesson that is unknown or of another organisation */
  find(organizationId: string, lessonId: string): Promise<Lesson | undefined>;
  /** Those of the organisation that the timetable has; in any order. */
  findAll(organizationId: string, lessonIds: readonly string[]): Promise<readonly Lesson[]>;
  named(lessons: readonly Lesson[]): Promise<readonly NamedLesson[]>;
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
    const lessons: Lesson[] = [];
    let cursor: string | undefined;
    do {
      const request = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.directory.lessons(organizationId, bounds.from, bounds.to, request);
      lessons.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return lessons.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  }

  async find(organizationId: string, lessonId: string): Promise<Lesson | undefined> {
    return (await this.findAll(organizationId, [lessonId]))[0];
  }

  async findAll(organizationId: string, lessonIds: readonly string[]): Promise<readonly Lesson[]> {
    const found = await this.directory.lessonsById(lessonIds);
    return found.filter((lesson) => lesson.organizationId === organizationId);
  }

  async named(lessons: readonly Lesson[]): Promise<readonly NamedLesson[]> {
    const sources = [...new Set(lessons.map(({ classOrGroupId }) => classOrGroupId))];
    const teachers = [...new Set(lessons.flatMap(({ teacherId }) => teacherId ?? []))];
    const [classes, groups, nameOf] = await Promise.all([
      this.directory.classesById(sources),
      this.directory.studyGroupsById(sources),
      this.names.of(teachers),
    ]);
    const sourceNames = new Map([...classes, ...groups].map(({ id, name }) => [id, name]));
    return lessons.map((lesson) => ({
      ...lesson,
      source: sourceNames.get(lesson.classOrGroupId) ?? '',
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
