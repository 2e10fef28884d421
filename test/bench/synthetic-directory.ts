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
  Roster,
  SchoolClass,
  StudyGroup,
} from '../../src/host/host-directory.js';
import { CHAT_ADMINISTRATOR_SETTING } from '../../src/rights/rights.js';
import { pageOf } from './page-of.js';

export interface SyntheticSize {
  readonly schools: number;
  readonly classes: number;
  readonly studentsPerClass: number;
  /** Of every second student one less, but one at least. */
  readonly guardians: number;
  /** Whether every school has chosen its chat administrator. */
  readonly administrators: boolean;
}

/**
 * Schools of one size, each computed when asked for: a region costs its host no memory. Ids say where things belong:
 * `s3`, class `s3.c1`, student `s3.c1.p4`, guardian `s3.c1.p4.g0`, employee `s3.t0`.
 */
export class SyntheticDirectory implements HostDirectory {
  /** Present class of students who changed it, and who came to a class. */
  private readonly moved = new Map<string, string>();
  private readonly arrived = new Map<string, Set<string>>();

  constructor(readonly size: SyntheticSize) {}

  get schoolIds(): string[] {
    return Array.from({ length: this.size.schools }, (_, school) => `s${school}`);
  }

  /** The administrator of the chats, and one teacher per class. */
  employeeIds(schoolId: string): string[] {
    return Array.from({ length: this.size.classes + 1 }, (_, place) => `${schoolId}.t${place}`);
  }

  classIds(schoolId: string): string[] {
    return Array.from({ length: this.size.classes }, (_, place) => `${schoolId}.c${place}`);
  }

  /** As the school year began. */
  firstStudentIds(classId: string): string[] {
    return Array.from({ length: this.size.studentsPerClass }, (_, place) => `${classId}.p${place}`);
  }

  guardianIds(studentId: string): string[] {
    const even = Number(studentId.slice(studentId.lastIndexOf('.p') + 2)) % 2 === 0;
    const length = even ? this.size.guardians : Math.max(1, this.size.guardians - 1);
    return Array.from({ length }, (_, place) => `${studentId}.g${place}`);
  }

  transfer(studentId: string, toClassId: string): void {
    this.arrived.get(this.moved.get(studentId) ?? '')?.delete(studentId);
    this.moved.set(studentId, toClassId);
    const arrived = this.arrived.get(toClassId) ?? new Set();
    this.arrived.set(toClassId, arrived.add(studentId));
  }

  async organizations(page: PageRequest): Promise<Page<Organization>> {
    const { items, ...rest } = pageOf(this.schoolIds, page);
    return { items: await this.organizationsById(items), ...rest };
  }

  async organizationsById(ids: readonly string[]): Promise<readonly Organization[]> {
    return ids.map((id) => ({
      id,
      name: `School ${id}`,
      timeZone: 'Europe/Moscow',
      settings: { [CHAT_ADMINISTRATOR_SETTING]: this.size.administrators ? `${id}.t0` : null },
    }));
  }

  async employees(organizationId: string, page: PageRequest): Promise<Page<Employee>> {
    const employees = this.employeeIds(organizationId).map((personId) => ({
      personId,
      organizationId,
      positionTypes: [personId.endsWith('.t0') ? ('administration' as const) : ('teaching' as const)],
      position: '',
    }));
    return pageOf(employees, page);
  }

  async classes(organizationId: string, page: PageRequest): Promise<Page<SchoolClass>> {
    return pageOf(this.classIds(organizationId).map(schoolClass), page);
  }

  async classesById(ids: readonly string[]): Promise<readonly SchoolClass[]> {
    return ids.map(schoolClass);
  }

  async classRosters(classIds: readonly string[]): Promise<readonly Roster[]> {
    return classIds.map((id) => ({
      id,
      studentIds: [
        ...this.firstStudentIds(id).filter((studentId) => (this.moved.get(studentId) ?? id) === id),
        ...[...(this.arrived.get(id) ?? [])].filter((studentId) => !studentId.startsWith(`${id}.p`)),
      ],
    }));
  }

  async guardians(studentIds: readonly string[]): Promise<readonly Guardianship[]> {
    return studentIds.map((studentId) => ({ studentId, guardianIds: this.guardianIds(studentId) }));
  }

  async studyGroups(): Promise<Page<StudyGroup>> {
    return { items: [] };
  }

  async studyGroupsById(): Promise<readonly StudyGroup[]> {
    return [];
  }

  async groupRosters(): Promise<readonly Roster[]> {
    return [];
  }

  async classIdsOfPerson(_organizationId: string, personId: string): Promise<readonly string[]> {
    return [this.moved.get(personId) ?? classOf(personId)];
  }

  async people(ids: readonly string[]): Promise<readonly Person[]> {
    return ids.map((id) => ({ id, givenName: id, familyName: 'Person', kinds: ['student'] }));
  }

  async searchPeople(): Promise<Page<PersonFound>> {
    return { items: [] };
  }

  async lessonsById(): Promise<readonly Lesson[]> {
    return [];
  }

  async lessons(): Promise<Page<Lesson>> {
    return { items: [] };
  }
}

function classOf(studentId: string): string {
  return studentId.slice(0, studentId.lastIndexOf('.p'));
}

/** The teacher after the administrator leads the first class, and so on. */
function schoolClass(id: string): SchoolClass {
  const [organizationId = '', place = ''] = id.split('.c');
  const classTeacherId = `${organizationId}.t${Number(place) + 1}`;
  return { id, organizationId, name: `${Number(place) + 1}`, schoolYear: '2026', classTeacherId };
}
