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
  /** Of the organization that was looked at, and of no other. */
  readonly classes: readonly SchoolClass[];
  /** Ids asked for that are classes of another organization. */
  readonly foreign: ReadonlySet<string>;
  readonly students: ReadonlyMap<string, readonly string[]>;
  readonly guardians: ReadonlyMap<string, readonly string[]>;
}

export interface GroupsRead {
  /** Of the organization that was looked at, and of no other. */
  readonly groups: readonly StudyGroup[];
  /** Ids asked for that are study groups of another organization. */
  readonly foreign: ReadonlySet<string>;
  readonly students: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads the host's directory in batches. Complete or not at all: every error goes up. An id that came from outside (an
 * event, a window, an old row) is the organization's own only when the directory says so.
 */
export interface RosterReader {
  organization(organizationId: string): Promise<Organization | undefined>;
  organizations(): AsyncIterable<Organization>;
  employees(organizationId: string): Promise<readonly Employee[]>;
  allClasses(organizationId: string): Promise<ClassesRead>;
  classes(organizationId: string, classIds: readonly string[]): Promise<ClassesRead>;
  /** @returns those of the ids that are classes of another organization now */
  foreignClassIds(organizationId: string, classIds: readonly string[]): Promise<ReadonlySet<string>>;
  groups(organizationId: string, groupIds: readonly string[]): Promise<GroupsRead>;
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
    const classes = await collect(pages((page) => this.directory.classes(organizationId, page)));
    return { ...(await this.withRosters(classes)), foreign: new Set() };
  }

  async classes(organizationId: string, classIds: readonly string[]): Promise<ClassesRead> {
    const { own, foreign } = byOwner(organizationId, await this.classesById(classIds));
    return { ...(await this.withRosters(own)), foreign };
  }

  async foreignClassIds(organizationId: string, classIds: readonly string[]): Promise<ReadonlySet<string>> {
    return byOwner(organizationId, await this.classesById(classIds)).foreign;
  }

  /** The rosters of foreign groups are not even asked for: their pupils are no business of this organization. */
  async groups(organizationId: string, groupIds: readonly string[]): Promise<GroupsRead> {
    const found = await inBatches(groupIds, (ids) => this.directory.studyGroupsById(ids));
    const { own, foreign } = byOwner(organizationId, found);
    const rosters = await inBatches(
      own.map(({ id }) => id),
      (ids) => this.directory.groupRosters(ids),
    );
    return { groups: own, foreign, students: studentsOf(rosters) };
  }

  async classIdsOfStudents(organizationId: string, studentIds: readonly string[]): Promise<readonly string[]> {
    const found = await Promise.all(studentIds.map((id) => this.directory.classIdsOfPerson(organizationId, id)));
    return [...new Set(found.flat())];
  }

  private classesById(classIds: readonly string[]): Promise<readonly SchoolClass[]> {
    return inBatches(classIds, (ids) => this.directory.classesById(ids));
  }

  private async withRosters(classes: readonly SchoolClass[]): Promise<Omit<ClassesRead, 'foreign'>> {
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

/** What the directory answered, told apart by the organization that it names. */
function byOwner<T extends { readonly id: string; readonly organizationId: string }>(
  organizationId: string,
  found: readonly T[],
): { readonly own: readonly T[]; readonly foreign: ReadonlySet<string> } {
  return {
    own: found.filter((one) => one.organizationId === organizationId),
    foreign: new Set(found.filter((one) => one.organizationId !== organizationId).map(({ id }) => id)),
  };
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
