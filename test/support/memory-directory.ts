import type { Roster as SchoolRoster } from '../../fixtures/host/roster/roster.js';
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
  Roster,
  SchoolClass,
  StudyGroup,
} from '../../src/host/host-directory.js';
import { CHAT_ADMINISTRATOR_SETTING } from '../../src/rights/rights.js';

type Row<K extends keyof SchoolRoster> = SchoolRoster[K] extends readonly (infer T)[] ? T : never;

/** A directory that answers from a whole roster; a test changes its lists as a school changes. */
export class MemoryDirectory implements HostDirectory {
  /** Person ids by organisation. */
  readonly chatAdministrators = new Map<string, string>();
  classMembers: Row<'classMembers'>[];
  groupMembers: Row<'groupMembers'>[];
  guardianships: Row<'guardianships'>[];
  employeeRows: Employee[];
  classRows: SchoolClass[];
  /** School year of all study groups; undefined: the roster's. */
  groupYear: string | undefined;
  /** Organisation of all study groups; undefined: the roster's. */
  groupOrganizationId: string | undefined;

  constructor(private readonly roster: SchoolRoster) {
    this.classMembers = [...roster.classMembers];
    this.groupMembers = [...roster.groupMembers];
    this.guardianships = [...roster.guardianships];
    this.employeeRows = [...roster.employees];
    this.classRows = [...roster.classes];
  }

  async organizations(page: PageRequest): Promise<Page<Organization>> {
    return pageOf(this.organizationRows(), page);
  }

  async organizationsById(ids: readonly string[]): Promise<readonly Organization[]> {
    return this.organizationRows().filter(({ id }) => ids.includes(id));
  }

  async employees(organizationId: string, page: PageRequest): Promise<Page<Employee>> {
    return pageOf(of(organizationId, this.employeeRows), page);
  }

  async classes(organizationId: string, page: PageRequest): Promise<Page<SchoolClass>> {
    return pageOf(of(organizationId, this.classRows), page);
  }

  async classesById(ids: readonly string[]): Promise<readonly SchoolClass[]> {
    return this.classRows.filter(({ id }) => ids.includes(id));
  }

  async studyGroups(organizationId: string, page: PageRequest): Promise<Page<StudyGroup>> {
    return pageOf(of(organizationId, this.groupRows()), page);
  }

  async studyGroupsById(ids: readonly string[]): Promise<readonly StudyGroup[]> {
    return this.groupRows().filter(({ id }) => ids.includes(id));
  }

  async classRosters(classIds: readonly string[]): Promise<readonly Roster[]> {
    return this.classRows
      .filter(({ id }) => classIds.includes(id))
      .map(({ id }) => ({ id, studentIds: this.studentsOfClass(id) }));
  }

  async groupRosters(groupIds: readonly string[]): Promise<readonly Roster[]> {
    return this.roster.groups
      .filter(({ id }) => groupIds.includes(id))
      .map(({ id }) => ({ id, studentIds: this.studentsOfGroup(id) }));
  }

  async guardians(studentIds: readonly string[]): Promise<readonly Guardianship[]> {
    return studentIds.map((studentId) => ({
      studentId,
      guardianIds: this.guardianships.filter((row) => row.studentId === studentId).map((row) => row.guardianId),
    }));
  }

  async classIdsOfPerson(organizationId: string, personId: string): Promise<readonly string[]> {
    const children = this.guardianships.filter((row) => row.guardianId === personId).map((row) => row.studentId);
    const students = new Set([personId, ...children]);
    const classes = new Set(of(organizationId, this.classRows).map(({ id }) => id));
    const found = this.classMembers.filter((row) => students.has(row.studentId) && classes.has(row.classId));
    return [...new Set(found.map(({ classId }) => classId))];
  }

  async people(ids: readonly string[]): Promise<readonly Person[]> {
    const wanted = new Set(ids);
    return this.roster.people.filter(({ id }) => wanted.has(id));
  }

  async searchPeople(search: PersonSearch, page: PageRequest): Promise<Page<PersonFound>> {
    const words = search.query.toLowerCase().split(/\s+/);
    const ofClass = search.classId === undefined ? undefined : this.peopleOfClass(search.classId);
    const found = this.roster.people
      .filter(
        ({ kinds, organizationIds }) => kinds.includes(search.kind) && organizationIds.includes(search.organizationId),
      )
      .filter(({ id }) => ofClass?.has(id) ?? true)
      .filter((person) => words.every((word) => nameOf(person).toLowerCase().includes(word)))
      .sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'ru'))
      .map((person) => ({ person, detail: this.detailOf(person.id) }));
    return pageOf(found, page);
  }

  async lessonsById(ids: readonly string[]): Promise<readonly Lesson[]> {
    return this.lessonRows().filter(({ id }) => ids.includes(id));
  }

  async lessons(organizationId: string, from: Date, to: Date, page: PageRequest): Promise<Page<Lesson>> {
    const found = of(organizationId, this.lessonRows());
    return pageOf(
      found.filter(({ startsAt }) => startsAt >= from && startsAt < to),
      page,
    );
  }

  private organizationRows(): Organization[] {
    return this.roster.organizations.map((organization) => ({
      ...organization,
      settings: { [CHAT_ADMINISTRATOR_SETTING]: this.chatAdministrators.get(organization.id) ?? null },
    }));
  }

  private groupRows(): StudyGroup[] {
    return this.roster.groups.map((group) => {
      const students = new Set(this.studentsOfGroup(group.id));
      const classIds = this.classMembers.filter((row) => students.has(row.studentId)).map((row) => row.classId);
      const schoolYear = this.groupYear ?? group.schoolYear;
      const organizationId = this.groupOrganizationId ?? group.organizationId;
      return { ...group, organizationId, schoolYear, classIds: [...new Set(classIds)] };
    });
  }

  private lessonRows(): Lesson[] {
    return this.roster.lessons.map((lesson) => ({ ...lesson, cancelled: false }));
  }

  private studentsOfClass(classId: string): string[] {
    return this.classMembers.filter((row) => row.classId === classId).map((row) => row.studentId);
  }

  private studentsOfGroup(groupId: string): string[] {
    return this.groupMembers.filter((row) => row.groupId === groupId).map((row) => row.studentId);
  }

  private peopleOfClass(classId: string): ReadonlySet<string> {
    const students = new Set(this.studentsOfClass(classId));
    const guardians = this.guardianships.filter((row) => students.has(row.studentId)).map((row) => row.guardianId);
    return new Set([...students, ...guardians]);
  }

  private detailOf(personId: string): string {
    const position = this.employeeRows.find((row) => row.personId === personId)?.position;
    const classes = this.classMembers.filter((row) => row.studentId === personId).map((row) => row.classId);
    return [position, ...this.classRows.filter(({ id }) => classes.includes(id)).map(({ name }) => name)]
      .join(' ')
      .trim();
  }
}

function nameOf({ familyName, givenName, middleName }: Person): string {
  return [familyName, givenName, middleName].join(' ').trim();
}

function of<T extends { readonly organizationId: string }>(organizationId: string, rows: readonly T[]): readonly T[] {
  return rows.filter((row) => row.organizationId === organizationId);
}

/** The part of a list that a page request asks for. */
export function pageOf<T>(rows: readonly T[], { cursor, limit }: PageRequest): Page<T> {
  const from = Number(cursor ?? 0);
  const items = rows.slice(from, from + limit);
  return from + limit < rows.length ? { items, cursor: String(from + limit) } : { items };
}
