import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import {
  HostDirectory,
  type Employee,
  type Organization,
  type Page,
  type PageRequest,
  type Roster,
  type SchoolClass,
  type StudyGroup,
} from '../host/host-directory.js';

/** Classes with their pupils and the pupils' guardians, read in whole. */
export interface ClassesRead {
  readonly classes: readonly SchoolClass[];
  readonly students: ReadonlyMap<string, readonly string[]>;
  readonly guardians: ReadonlyMap<string, readonly string[]>;
}

export interface GroupsRead {
  readonly groups: readonly StudyGroup[];
  readonly students: ReadonlyMap<string, readonly string[]>;
}

/** Reads the host's directory in batches. Complete or not at all: every error goes up. */
export interface RosterReader {
  organization(organizationId: string): Promise<Organization | undefined>;
  organizations(): AsyncIterable<Organization>;
  employees(organizationId: string): Promise<readonly Employee[]>;
  allClasses(organizationId: string): Promise<ClassesRead>;
  classes(classIds: readonly string[]): Promise<ClassesRead>;
  groups(groupIds: readonly string[]): Promise<GroupsRead>;
  classIdsOfStudents(organizationId: string, studentIds: readonly string[]): Promise<readonly string[]>;
}
export const RosterReader = Symbol('RosterReader') as ServiceIdentifier<RosterReader>;

const PAGE = 1000;

export class DirectoryRosterReader implements RosterReader {
  constructor(@inject(HostDirectory) private readonly directory: HostDirectory) {}

  async organization(organizationId: string): Promise<Organization | undefined> {
    return (await this.directory.organizationsById([organizationId]))[0];
  }

  organizations(): AsyncIterable<Organization> {
    return pages((page) => this.directory.organizations(page));
  }

  async employees(organizationId: string): Promise<readonly Employee[]> {
    return collect(pages((page) => this.directory.employees(organizationId, page)));
  }

  async allClasses(organizationId: string): Promise<ClassesRead> {
    return this.withRosters(await collect(pages((page) => this.directory.classes(organizationId, page))));
  }

  async classes(classIds: readonly string[]): Promise<ClassesRead> {
    return this.withRosters(await this.directory.classesById(classIds));
  }

  async groups(groupIds: readonly string[]): Promise<GroupsRead> {
    if (groupIds.length === 0) return { groups: [], students: new Map() };
    const [groups, rosters] = await Promise.all([
      this.directory.studyGroupsById(groupIds),
      inBatches(groupIds, (ids) => this.directory.groupRosters(ids)),
    ]);
    return { groups, students: studentsOf(rosters) };
  }

  async classIdsOfStudents(organizationId: string, studentIds: readonly string[]): Promise<readonly string[]> {
    const found = await Promise.all(studentIds.map((id) => this.directory.classIdsOfPerson(organizationId, id)));
    return [...new Set(found.flat())];
  }

  private async withRosters(classes: readonly SchoolClass[]): Promise<ClassesRead> {
    const rosters = await inBatches(
      classes.map((schoolClass) => schoolClass.id),
      (ids) => this.directory.classRosters(ids),
    );
    const students = studentsOf(rosters);
    const studentIds = [...new Set(rosters.flatMap((roster) => roster.studentIds))];
    const guardianships = await inBatches(studentIds, (ids) => this.directory.guardians(ids));
    return {
      classes,
      students,
      guardians: new Map(guardianships.map(({ studentId, guardianIds }) => [studentId, guardianIds])),
    };
  }
}

function studentsOf(rosters: readonly Roster[]): ReadonlyMap<string, readonly string[]> {
  return new Map(rosters.map((roster) => [roster.id, roster.studentIds]));
}

async function* pages<T>(read: (page: PageRequest) => Promise<Page<T>>): AsyncIterable<T> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await read({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

async function inBatches<T>(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let from = 0; from < ids.length; from += PAGE) found.push(...(await read(ids.slice(from, from + PAGE))));
  return found;
}
