import type {
  Employee,
  HostDirectory,
  Lesson,
  Organization,
  Page,
  PageRequest,
  Person,
  PersonFound,
  PersonKind,
  PersonSearch,
  Roster,
  SchoolClass,
  StudyGroup,
} from '../../../src/host/host-directory.js';
import type {
  OutsideHostSchool,
  SchoolClassRecord,
  SchoolGroupRecord,
  SchoolLesson,
  SchoolOrganization,
} from './outside-host-school.js';
import { must } from './outside-host-school.js';
import type { SeededChoices } from '../seeded-choices.js';

/** The directory of the schools as they are at this moment. Pages may be shorter than asked for. */
export class OutsideHostDirectory implements HostDirectory {
  constructor(
    private readonly school: OutsideHostSchool,
    private readonly choices: SeededChoices,
  ) {}

  async organizations(page: PageRequest): Promise<Page<Organization>> {
    return this.page([...this.school.organizations.values()].map(organizationView), page);
  }

  async organizationsById(ids: readonly string[]): Promise<readonly Organization[]> {
    return this.found(this.school.organizations, ids).map(organizationView);
  }

  async employees(organizationId: string, page: PageRequest): Promise<Page<Employee>> {
    const all = this.school.employeesOf(organizationId);
    return this.page(
      all.map((one) => ({ ...one, position: one.positionTypes.join(', ') })),
      page,
    );
  }

  async classes(organizationId: string, page: PageRequest): Promise<Page<SchoolClass>> {
    return this.page(this.school.classesOf(organizationId).map(classView), page);
  }

  async classesById(ids: readonly string[]): Promise<readonly SchoolClass[]> {
    return this.found(this.school.classes, ids).map(classView);
  }

  async studyGroups(organizationId: string, page: PageRequest): Promise<Page<StudyGroup>> {
    return this.page(this.school.groupsOf(organizationId).map(groupView), page);
  }

  async studyGroupsById(ids: readonly string[]): Promise<readonly StudyGroup[]> {
    return this.found(this.school.groups, ids).map(groupView);
  }

  async classRosters(classIds: readonly string[]): Promise<readonly Roster[]> {
    return this.found(this.school.classes, classIds).map(({ id, studentIds }) => ({ id, studentIds: [...studentIds] }));
  }

  async groupRosters(groupIds: readonly string[]): Promise<readonly Roster[]> {
    return this.found(this.school.groups, groupIds).map(({ id, studentIds }) => ({ id, studentIds: [...studentIds] }));
  }

  async guardians(studentIds: readonly string[]) {
    return [...new Set(studentIds)]
      .filter((studentId) => this.school.people.has(studentId))
      .map((studentId) => ({ studentId, guardianIds: [...(this.school.guardians.get(studentId) ?? [])] }));
  }

  async classIdsOfPerson(organizationId: string, personId: string): Promise<readonly string[]> {
    const students = [personId, ...this.school.studentsOfGuardian(personId)];
    const own = this.school.classesOf(organizationId).filter((one) => students.some((id) => one.studentIds.has(id)));
    return own.map(({ id }) => id);
  }

  async people(ids: readonly string[]): Promise<readonly Person[]> {
    return this.found(this.school.people, ids).map((person) => ({ ...person, kinds: this.kindsOf(person.id) }));
  }

  async searchPeople(search: PersonSearch, page: PageRequest): Promise<Page<PersonFound>> {
    const people = await this.people([...this.school.people.keys()]);
    const fitting = people.filter(
      (person) =>
        person.kinds.includes(search.kind) &&
        `${person.familyName} ${person.givenName}`.toLowerCase().includes(search.query.toLowerCase()),
    );
    return this.page(
      fitting.map((person) => ({ person, detail: '' })),
      page,
    );
  }

  async lessonsById(ids: readonly string[]): Promise<readonly Lesson[]> {
    return this.found(this.school.lessons, ids).map(lessonView);
  }

  async lessons(organizationId: string, from: Date, to: Date, page: PageRequest): Promise<Page<Lesson>> {
    const all = this.school.lessonsOf(organizationId).filter(({ startsAt }) => startsAt >= from && startsAt < to);
    return this.page(all.map(lessonView), page);
  }

  private kindsOf(personId: string): readonly PersonKind[] {
    const { employees } = this.school;
    return [
      ...(employees.some((one) => one.personId === personId) ? ['employee' as const] : []),
      ...(this.school.classesOfStudent(personId).length > 0 ? ['student' as const] : []),
      ...(this.school.studentsOfGuardian(personId).length > 0 ? ['guardian' as const] : []),
    ];
  }

  private found<T>(all: ReadonlyMap<string, T>, ids: readonly string[]): T[] {
    return [...new Set(ids)].filter((id) => all.has(id)).map((id) => must(all.get(id), id));
  }

  private page<T>(all: readonly T[], { cursor, limit }: PageRequest): Page<T> {
    const from = Number(cursor ?? 0);
    const to = from + (this.choices.chance(0.1) ? Math.ceil(limit / 200) : limit);
    const items = all.slice(from, to);
    return to < all.length ? { items, cursor: String(to) } : { items };
  }
}

function organizationView({ id, name, administratorId }: SchoolOrganization): Organization {
  return { id, name, timeZone: 'Europe/Moscow', settings: { 'sferum.chat-administrator': administratorId } };
}

function classView({ id, organizationId, name, schoolYear, teacherId }: SchoolClassRecord): SchoolClass {
  return { id, organizationId, name, schoolYear, ...(teacherId === undefined ? {} : { classTeacherId: teacherId }) };
}

function groupView(group: SchoolGroupRecord): StudyGroup {
  const { id, organizationId, name, subject, schoolYear, teacherId, classIds } = group;
  return { id, organizationId, name, subject, schoolYear, classIds, ...(teacherId === undefined ? {} : { teacherId }) };
}

function lessonView({ teacherId, ...lesson }: SchoolLesson): Lesson {
  return { ...lesson, title: lesson.subject, ...(teacherId === undefined ? {} : { teacherId }) };
}
