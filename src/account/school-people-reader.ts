import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { HostDirectory, type Page, type PageRequest, type Person, type SchoolClass } from '../host/host-directory.js';
import { PERSON_GONE_TEXT } from '../protocol/texts.js';
import type { SchoolPerson } from './link-list.js';

/** Who belongs to a school, as far as they may link an account. */
export interface SchoolPeopleReader {
  /** Classes whose class teacher the person is. */
  ownClasses(organizationId: string, personId: string): Promise<readonly SchoolClass[]>;
  classes(organizationId: string): Promise<readonly SchoolClass[]>;
  /** Students and guardians of the classes; one entry per person and role. */
  ofClasses(classes: readonly SchoolClass[]): Promise<readonly SchoolPerson[]>;
  employees(organizationId: string): Promise<readonly SchoolPerson[]>;
}
export const SchoolPeopleReader = Symbol('SchoolPeopleReader') as ServiceIdentifier<SchoolPeopleReader>;

const AT_ONCE = 1000;

export class DirectorySchoolPeopleReader implements SchoolPeopleReader {
  constructor(@inject(HostDirectory) private readonly directory: HostDirectory) {}

  async ownClasses(organizationId: string, personId: string): Promise<readonly SchoolClass[]> {
    const classes = await this.classes(organizationId);
    return classes.filter((schoolClass) => schoolClass.classTeacherId === personId);
  }

  async classes(organizationId: string): Promise<readonly SchoolClass[]> {
    const classes = await collected((page) => this.directory.classes(organizationId, page));
    return classes.toSorted((a, b) => a.name.localeCompare(b.name, 'ru', { numeric: true }));
  }

  async ofClasses(classes: readonly SchoolClass[]): Promise<readonly SchoolPerson[]> {
    const classOf = new Map<string, SchoolClass[]>();
    const nameOf = new Map(classes.map((schoolClass) => [schoolClass.id, schoolClass]));
    const rosters = await batched([...nameOf.keys()], (ids) => this.directory.classRosters(ids));
    for (const { id, studentIds } of rosters) {
      const schoolClass = nameOf.get(id);
      if (schoolClass !== undefined) for (const student of studentIds) append(classOf, student, schoolClass);
    }
    const guardianships = await batched([...classOf.keys()], (ids) => this.directory.guardians(ids));
    const childrenOf = new Map<string, string[]>();
    for (const { studentId, guardianIds } of guardianships) {
      for (const guardian of guardianIds) append(childrenOf, guardian, studentId);
    }
    const people = await this.people([...classOf.keys(), ...childrenOf.keys()]);
    const students = [...classOf].map(([id, own]) => student(people.get(id), id, own));
    const guardians = [...childrenOf].map(([id, children]) => guardian(people, id, children, classOf));
    return [...students, ...guardians];
  }

  async employees(organizationId: string): Promise<readonly SchoolPerson[]> {
    const employees = await collected((page) => this.directory.employees(organizationId, page));
    const people = await this.people(employees.map((employee) => employee.personId));
    return employees.map(({ personId, position }) => ({
      personId,
      name: nameOf(people.get(personId)),
      role: 'employee',
      detail: position,
      classIds: [],
    }));
  }

  private async people(ids: readonly string[]): Promise<ReadonlyMap<string, Person>> {
    const people = await batched([...new Set(ids)], (some) => this.directory.people(some));
    return new Map(people.map((person) => [person.id, person]));
  }
}

function student(person: Person | undefined, personId: string, classes: readonly SchoolClass[]): SchoolPerson {
  const names = classes.map((schoolClass) => schoolClass.name);
  return {
    personId,
    name: nameOf(person),
    role: 'student',
    detail: names.join(', '),
    classIds: classes.map(({ id }) => id),
  };
}

function guardian(
  people: ReadonlyMap<string, Person>,
  personId: string,
  children: readonly string[],
  classOf: ReadonlyMap<string, readonly SchoolClass[]>,
): SchoolPerson {
  const shown = children.map((child) => {
    const classes = (classOf.get(child) ?? []).map((schoolClass) => schoolClass.name);
    return `${nameOf(people.get(child))} (${classes.join(', ')})`;
  });
  const classIds = new Set(children.flatMap((child) => (classOf.get(child) ?? []).map(({ id }) => id)));
  return {
    personId,
    name: nameOf(people.get(personId)),
    role: 'guardian',
    detail: shown.join('; '),
    classIds: [...classIds],
  };
}

function nameOf(person: Person | undefined): string {
  if (person === undefined) return PERSON_GONE_TEXT;
  return [person.familyName, person.givenName, person.middleName].filter((part) => part !== undefined).join(' ');
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

async function collected<T>(read: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await read({ limit: AT_ONCE, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}

async function batched<T>(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) found.push(...(await read(ids.slice(from, from + AT_ONCE))));
  return found;
}
