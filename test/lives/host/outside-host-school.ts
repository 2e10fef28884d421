import type { PositionType } from '../../../src/host/host-directory.js';

export interface SchoolPerson {
  readonly id: string;
  readonly givenName: string;
  readonly familyName: string;
}

export interface SchoolOrganization {
  readonly id: string;
  readonly name: string;
  /** The chat administrator that «Настройки организации» names. */
  administratorId: string | null;
}

export interface SchoolEmployee {
  readonly personId: string;
  readonly organizationId: string;
  positionTypes: readonly PositionType[];
}

export interface SchoolClassRecord {
  readonly id: string;
  readonly organizationId: string;
  name: string;
  schoolYear: string;
  teacherId: string | undefined;
  readonly studentIds: Set<string>;
}

export interface SchoolGroupRecord extends SchoolClassRecord {
  readonly subject: string;
  readonly classIds: readonly string[];
}

export interface SchoolLesson {
  readonly id: string;
  readonly organizationId: string;
  readonly classOrGroupId: string;
  readonly subject: string;
  teacherId: string | undefined;
  startsAt: Date;
  endsAt: Date;
  cancelled: boolean;
}

/** What the host knows of all schools together; people are shared by schools. */
export class OutsideHostSchool {
  readonly people = new Map<string, SchoolPerson>();
  readonly organizations = new Map<string, SchoolOrganization>();
  readonly employees: SchoolEmployee[] = [];
  readonly classes = new Map<string, SchoolClassRecord>();
  readonly groups = new Map<string, SchoolGroupRecord>();
  readonly guardians = new Map<string, Set<string>>();
  readonly lessons = new Map<string, SchoolLesson>();
  private made = 0;

  newId(prefix: string): string {
    this.made += 1;
    return `${prefix}${this.made}`;
  }

  organization(id: string): SchoolOrganization {
    return must(this.organizations.get(id), `organization ${id}`);
  }

  classOf(id: string): SchoolClassRecord {
    return must(this.classes.get(id), `class ${id}`);
  }

  employeesOf(organizationId: string): readonly SchoolEmployee[] {
    return this.employees.filter((employee) => employee.organizationId === organizationId);
  }

  employee(organizationId: string, personId: string): SchoolEmployee | undefined {
    return this.employeesOf(organizationId).find((employee) => employee.personId === personId);
  }

  classesOf(organizationId: string): readonly SchoolClassRecord[] {
    return [...this.classes.values()].filter((one) => one.organizationId === organizationId);
  }

  groupsOf(organizationId: string): readonly SchoolGroupRecord[] {
    return [...this.groups.values()].filter((one) => one.organizationId === organizationId);
  }

  classesOfStudent(studentId: string): readonly SchoolClassRecord[] {
    return [...this.classes.values()].filter(({ studentIds }) => studentIds.has(studentId));
  }

  studentsOfGuardian(guardianId: string): readonly string[] {
    return [...this.guardians].filter(([, ids]) => ids.has(guardianId)).map(([studentId]) => studentId);
  }

  lessonsOf(organizationId: string): readonly SchoolLesson[] {
    return [...this.lessons.values()].filter((lesson) => lesson.organizationId === organizationId);
  }
}

export function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`no ${what}`);
  return value;
}

/** Some school, or this one, has the person: as an employee, a pupil, or a pupil's guardian. */
export function hasPlace(school: OutsideHostSchool, personId: string, organizationId?: string): boolean {
  const students = [personId, ...school.studentsOfGuardian(personId)];
  const places = [
    ...school.employees.filter((one) => one.personId === personId),
    ...students.flatMap((id) => school.classesOfStudent(id)),
  ];
  return places.some((place) => organizationId === undefined || place.organizationId === organizationId);
}
