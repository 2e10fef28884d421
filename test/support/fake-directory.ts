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

/** A directory in memory that a test fills; pages are cut as asked for. */
export class FakeDirectory implements HostDirectory {
  readonly organizationList: Organization[] = [];
  readonly employeeList: Employee[] = [];
  readonly classList: SchoolClass[] = [];
  readonly groupList: StudyGroup[] = [];
  readonly lessonList: Lesson[] = [];
  readonly personList: Person[] = [];
  /** Students by class or group; one that is not there is unknown. */
  readonly rosters = new Map<string, readonly string[]>();
  readonly guardianIds = new Map<string, readonly string[]>();
  /** Sizes of the batches that were asked for, by method. */
  readonly batches: { readonly method: string; readonly size: number }[] = [];

  addOrganization(id: string, chatAdministratorId: string | null = null): this {
    const settings = { 'sferum.chat-administrator': chatAdministratorId };
    this.organizationList.push({ id, name: `Школа ${id}`, timeZone: 'Europe/Moscow', settings });
    return this;
  }

  addClass(id: string, studentIds: readonly string[] | undefined, more: Partial<SchoolClass> = {}): this {
    this.classList.push({ id, organizationId: 'school', name: id, schoolYear: '2026', ...more });
    if (studentIds !== undefined) this.rosters.set(id, studentIds);
    return this;
  }

  addGroup(id: string, studentIds: readonly string[] | undefined, more: Partial<StudyGroup> = {}): this {
    const base = { id, organizationId: 'school', name: id, subject: 'Алгебра', schoolYear: '2026', classIds: [] };
    this.groupList.push({ ...base, ...more });
    if (studentIds !== undefined) this.rosters.set(id, studentIds);
    return this;
  }

  async organizations(page: PageRequest): Promise<Page<Organization>> {
    return this.page('organizations', this.organizationList, page);
  }

  async organizationsById(ids: readonly string[]): Promise<readonly Organization[]> {
    return this.byId('organizationsById', this.organizationList, ids);
  }

  async employees(organizationId: string, page: PageRequest): Promise<Page<Employee>> {
    return this.page('employees', ofOrganization(this.employeeList, organizationId), page);
  }

  async classes(organizationId: string, page: PageRequest): Promise<Page<SchoolClass>> {
    return this.page('classes', ofOrganization(this.classList, organizationId), page);
  }

  async classesById(ids: readonly string[]): Promise<readonly SchoolClass[]> {
    return this.byId('classesById', this.classList, ids);
  }

  async studyGroups(organizationId: string, page: PageRequest): Promise<Page<StudyGroup>> {
    return this.page('studyGroups', ofOrganization(this.groupList, organizationId), page);
  }

  async studyGroupsById(ids: readonly string[]): Promise<readonly StudyGroup[]> {
    return this.byId('studyGroupsById', this.groupList, ids);
  }

  async classRosters(classIds: readonly string[]): Promise<readonly Roster[]> {
    return this.rostersOf('classRosters', this.classList, classIds);
  }

  async groupRosters(groupIds: readonly string[]): Promise<readonly Roster[]> {
    return this.rostersOf('groupRosters', this.groupList, groupIds);
  }

  async guardians(studentIds: readonly string[]): Promise<readonly Guardianship[]> {
    this.batches.push({ method: 'guardians', size: studentIds.length });
    return Promise.resolve(
      studentIds.map((studentId) => ({ studentId, guardianIds: this.guardianIds.get(studentId) ?? [] })),
    );
  }

  async classIdsOfPerson(organizationId: string, personId: string): Promise<readonly string[]> {
    const classes = ofOrganization(this.classList, organizationId);
    return Promise.resolve(classes.map(({ id }) => id).filter((id) => this.rosters.get(id)?.includes(personId)));
  }

  async people(ids: readonly string[]): Promise<readonly Person[]> {
    return this.byId('people', this.personList, ids);
  }

  async searchPeople({ kind, query }: PersonSearch, page: PageRequest): Promise<Page<PersonFound>> {
    const found = this.personList
      .filter((person) => person.kinds.includes(kind) && person.familyName.includes(query))
      .map((person) => ({ person, detail: '' }));
    return this.page('searchPeople', found, page);
  }

  async lessonsById(ids: readonly string[]): Promise<readonly Lesson[]> {
    return this.byId('lessonsById', this.lessonList, ids);
  }

  async lessons(organizationId: string, from: Date, to: Date, page: PageRequest): Promise<Page<Lesson>> {
    const found = ofOrganization(this.lessonList, organizationId);
    return this.page(
      'lessons',
      found.filter((lesson) => lesson.startsAt >= from && lesson.startsAt < to),
      page,
    );
  }

  private async page<T>(method: string, all: readonly T[], { cursor, limit }: PageRequest): Promise<Page<T>> {
    const from = Number(cursor ?? 0);
    const items = all.slice(from, from + limit);
    this.batches.push({ method, size: items.length });
    const next = from + limit;
    return Promise.resolve(next < all.length ? { items, cursor: String(next) } : { items });
  }

  private async byId<T extends { readonly id: string }>(
    method: string,
    all: readonly T[],
    ids: readonly string[],
  ): Promise<readonly T[]> {
    this.batches.push({ method, size: ids.length });
    return Promise.resolve(all.filter((one) => ids.includes(one.id)));
  }

  private async rostersOf(
    method: string,
    known: readonly { readonly id: string }[],
    ids: readonly string[],
  ): Promise<readonly Roster[]> {
    this.batches.push({ method, size: ids.length });
    return Promise.resolve(
      known.flatMap(({ id }) => {
        const studentIds = this.rosters.get(id);
        return ids.includes(id) && studentIds !== undefined ? [{ id, studentIds }] : [];
      }),
    );
  }
}

function ofOrganization<T extends { readonly organizationId: string }>(all: readonly T[], id: string): readonly T[] {
  return all.filter((one) => one.organizationId === id);
}
