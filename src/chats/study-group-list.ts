import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { HostDirectory, type StudyGroup } from '../host/host-directory.js';
import type { StudyGroupChoice, StudyGroups } from '../protocol/chat-protocol.js';
import { STUDY_GROUP_TEXT } from '../protocol/chat-texts.js';
import { naturalOrder } from './hand-made-roster.js';
import { PersonNames } from './person-names.js';

/** Values of «Предмет/Группа (Класс)». */
export interface StudyGroupList {
  /** @param query words, each a part of the title or of the teacher's name */
  search(organizationId: string, query: string, offset: number, limit: number): Promise<StudyGroups>;
}
export const StudyGroupList = Symbol('StudyGroupList') as ServiceIdentifier<StudyGroupList>;

const PAGE = 1000;

/** A school has some hundred groups, so they are read in whole and searched here: the directory offers no search. */
export class DirectoryStudyGroupList implements StudyGroupList {
  constructor(
    @inject(HostDirectory) private readonly directory: HostDirectory,
    @inject(PersonNames) private readonly names: PersonNames,
  ) {}

  async search(organizationId: string, query: string, offset: number, limit: number): Promise<StudyGroups> {
    const groups = await this.all(organizationId);
    const [classNames, teacherName] = await Promise.all([
      this.classNames(organizationId, groups),
      this.teacherNames(groups),
    ]);
    const words = query.toLocaleLowerCase('ru').split(/\s+/);
    const found = groups
      .map((group) => choice(group, classNames, teacherName))
      .filter(({ title, teacher }) => {
        const text = `${title} ${teacher?.name ?? ''}`.toLocaleLowerCase('ru');
        return words.every((word) => text.includes(word));
      })
      .sort((a, b) => a.title.localeCompare(b.title, 'ru', { numeric: true }));
    return { total: found.length, items: await this.counted(found.slice(offset, offset + limit)) };
  }

  private async all(organizationId: string): Promise<readonly StudyGroup[]> {
    const groups: StudyGroup[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.directory.studyGroups(organizationId, {
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      groups.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return groups;
  }

  /** A group may name a class that another organization has now: its name is not shown here. */
  private async classNames(
    organizationId: string,
    groups: readonly StudyGroup[],
  ): Promise<ReadonlyMap<string, string>> {
    const classes = await this.directory.classesById([...new Set(groups.flatMap(({ classIds }) => classIds))]);
    const own = classes.filter((one) => one.organizationId === organizationId);
    return new Map(own.map(({ id, name }) => [id, name]));
  }

  private teacherNames(groups: readonly StudyGroup[]): Promise<(id: string) => string> {
    const ids = groups.map(({ teacherId }) => teacherId).filter((id) => id !== undefined);
    return this.names.of([...new Set(ids)]);
  }

  private async counted(choices: readonly StudyGroupChoice[]): Promise<StudyGroupChoice[]> {
    const rosters = await this.directory.groupRosters(choices.map(({ id }) => id));
    const counts = new Map(rosters.map(({ id, studentIds }) => [id, studentIds.length]));
    return choices.map((one) => ({ ...one, students: counts.get(one.id) ?? 0 }));
  }
}

function choice(
  { id, name, subject, classIds, teacherId }: StudyGroup,
  classNames: ReadonlyMap<string, string>,
  teacherName: (id: string) => string,
): StudyGroupChoice {
  const classes = naturalOrder(classIds.flatMap((classId) => classNames.get(classId) ?? []));
  return {
    id,
    title: STUDY_GROUP_TEXT.title(subject, name, classes),
    subject,
    name,
    classNames: classes,
    ...(teacherId === undefined ? {} : { teacher: { personId: teacherId, name: teacherName(teacherId) } }),
    students: 0,
  };
}
