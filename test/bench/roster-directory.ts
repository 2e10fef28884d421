import type { Roster } from '../../fixtures/host/roster/roster.js';
import type {
  Employee,
  Guardianship,
  HostDirectory,
  Lesson,
  Organization,
  Page,
  PageRequest,
  Person,
  PersonFound,
  PersonSearch,
  Roster as Members,
  SchoolClass,
  StudyGroup,
} from '../../src/host/host-directory.js';
import { CHAT_ADMINISTRATOR_SETTING } from '../../src/rights/rights.js';
import { pageOf } from './page-of.js';

/** A directory of a roster in memory, in which pupils may change classes. */
export class RosterDirectory implements HostDirectory {
  private readonly administrators = new Map<string, string>();
  private readonly studentsOfClass: Map<string, Set<string>>;
  private readonly studentsOfGroup: Map<string, Set<string>>;
  private readonly guardiansOf: Map<string, Set<string>>;
  private readonly person: ReadonlyMap<string, Person>;
  private readonly lesson: ReadonlyMap<string, Lesson>;

  constructor(readonly roster: Roster) {
    this.studentsOfClass = gathered(roster.classMembers.map(({ classId, studentId }) => [classId, studentId]));
    this.studentsOfGroup = gathered(roster.groupMembers.map(({ groupId, studentId }) => [groupId, studentId]));
    this.guardiansOf = gathered(roster.guardianships.map(({ studentId, guardianId }) => [studentId, guardianId]));
    this.person = new Map(roster.people.map((person) => [person.id, person]));
    this.lesson = new Map(roster.lessons.map((lesson) => [lesson.id, { ...lesson, cancelled: false }]));
  }

  chooseAdministrator(organizationId: string, personId: string): void {
    this.administrators.set(organizationId, personId);
  }

  transfer(studentId: string, fromClassId: string, toClassId: string): void {
    this.studentsOfClass.get(fromClassId)?.delete(studentId);
    this.studentsOfClass.get(toClassId)?.add(studentId);
  }

  async organizations(page: PageRequest): Promise<Page<Organization>> {
    return pageOf(await this.organizationsById(this.roster.organizations.map(({ id }) => id)), page);
  }

  async organizationsById(ids: readonly string[]): Promise<readonly Organization[]> {
    return this.roster.organizations
      .filter(({ id }) => ids.includes(id))
      .map((organization) => ({
        ...organization,
        settings: { [CHAT_ADMINISTRATOR_SETTING]: this.administrators.get(organization.id) ?? null },
      }));
  }

  async employees(organizationId: string, page: PageRequest): Promise<Page<Employee>> {
    return pageOf(ofOrganization(this.roster.employees, organizationId), page);
  }

  async classes(organizationId: string, page: PageRequest): Promise<Page<SchoolClass>> {
    return pageOf(ofOrganization(this.roster.classes, organizationId), page);
  }

  async classesById(ids: readonly string[]): Promise<readonly SchoolClass[]> {
    return this.roster.classes.filter(({ id }) => ids.includes(id));
  }

  async studyGroups(organizationId: string, page: PageRequest): Promise<Page<StudyGroup>> {
    return pageOf(ofOrganization(this.roster.groups, organizationId).map(studyGroup), page);
  }

  async studyGroupsById(ids: readonly string[]): Promise<readonly StudyGroup[]> {
    return this.roster.groups.filter(({ id }) => ids.includes(id)).map(studyGroup);
  }

  async classRosters(classIds: readonly string[]): Promise<readonly Members[]> {
    return classIds.flatMap((id) => membersOf(this.roster.classes, this.studentsOfClass, id));
  }

  async groupRosters(groupIds: readonly string[]): Promise<readonly Members[]> {
    return groupIds.flatMap((id) => membersOf(this.roster.groups, this.studentsOfGroup, id));
  }

  async guardians(studentIds: readonly string[]): Promise<readonly Guardianship[]> {
    return studentIds.map((studentId) => ({ studentId, guardianIds: [...(this.guardiansOf.get(studentId) ?? [])] }));
  }

  async classIdsOfPerson(_organizationId: string, personId: string): Promise<readonly string[]> {
    return [...this.studentsOfClass].filter(([, students]) => students.has(personId)).map(([classId]) => classId);
  }

  async people(ids: readonly string[]): Promise<readonly Person[]> {
    return ids.flatMap((id) => this.person.get(id) ?? []);
  }

  async searchPeople({ organizationId, kind }: PersonSearch, page: PageRequest): Promise<Page<PersonFound>> {
    const found = this.roster.people.filter(
      (person) => person.kinds.includes(kind) && person.organizationIds.includes(organizationId),
    );
    return pageOf(
      found.map((person) => ({ person, detail: '' })),
      page,
    );
  }

  async lessonsById(ids: readonly string[]): Promise<readonly Lesson[]> {
    return ids.flatMap((id) => this.lesson.get(id) ?? []);
  }

  async lessons(organizationId: string, from: Date, to: Date, page: PageRequest): Promise<Page<Lesson>> {
    const found = ofOrganization([...this.lesson.values()], organizationId);
    return pageOf(
      found.filter(({ startsAt }) => startsAt >= from && startsAt < to),
      page,
    );
  }
}

function gathered(pairs: readonly (readonly [string, string])[]): Map<string, Set<string>> {
  const sets = new Map<string, Set<string>>();
  for (const [key, value] of pairs) {
    const set = sets.get(key);
    if (set === undefined) sets.set(key, new Set([value]));
    else set.add(value);
  }
  return sets;
}

function ofOrganization<T extends { readonly organizationId: string }>(items: readonly T[], id: string): T[] {
  return items.filter(({ organizationId }) => organizationId === id);
}

function studyGroup(group: Roster['groups'][number]): StudyGroup {
  return { ...group, classIds: [] };
}

function membersOf(
  known: readonly { readonly id: string }[],
  sets: ReadonlyMap<string, ReadonlySet<string>>,
  id: string,
): Members[] {
  return known.some((one) => one.id === id) ? [{ id, studentIds: [...(sets.get(id) ?? [])] }] : [];
}
