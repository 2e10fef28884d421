import type { ServiceIdentifier } from 'inversify';

/**
 * The host's directory: the truth about organisations and people. Reads are batched; large sets are paged.
 * Ids are the host's, opaque strings, stable over time, unique within the host. Nothing here is remote for the host.
 */

export interface Organization {
  readonly id: string;
  readonly name: string;
  /** IANA name, for example `Europe/Moscow`. */
  readonly timeZone: string;
  /** Values of `OrganizationSettingContribution` fields by their id; a person id or null. */
  readonly settings: Readonly<Record<string, string | null>>;
}

export interface Person {
  readonly id: string;
  readonly givenName: string;
  readonly familyName: string;
  /** Patronymic, where there is one. */
  readonly middleName?: string;
  /**
   * What the person is, over all organisations. One person may be several. Empty for a person whom no school has (after a
   * dismissal, say): their link to an account ends then, at once when another person brings the same profile.
   */
  readonly kinds: readonly PersonKind[];
}
export type PersonKind = 'employee' | 'student' | 'guardian';

/** Position types: «Администрация», «Педагогический состав», anything else. */
export type PositionType = 'administration' | 'teaching' | 'other';

export interface Employee {
  readonly personId: string;
  readonly organizationId: string;
  /** An employee with several positions has several types. */
  readonly positionTypes: readonly PositionType[];
  /** Title of the position, for lists. */
  readonly position: string;
}

export interface SchoolClass {
  /** Stays the same while the same children go on together ("5А" becoming "6А"). */
  readonly id: string;
  readonly organizationId: string;
  /** Name shown to people, for example `5А`. */
  readonly name: string;
  /** Id of the school year, for example `2026`. */
  readonly schoolYear: string;
  readonly classTeacherId?: string;
}

export interface StudyGroup {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly subject: string;
  readonly schoolYear: string;
  readonly teacherId?: string;
  /** Classes its students come from, where the host knows. */
  readonly classIds: readonly string[];
}

/** The students of a class or of a study group. */
export interface Roster {
  /** Id of the class or the group. */
  readonly id: string;
  readonly studentIds: readonly string[];
}

export interface Guardianship {
  readonly studentId: string;
  readonly guardianIds: readonly string[];
}

export interface Lesson {
  readonly id: string;
  readonly organizationId: string;
  /** The class or study group that has the lesson. */
  readonly classOrGroupId: string;
  readonly subject: string;
  readonly title: string;
  readonly teacherId?: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly room?: string;
  readonly cancelled: boolean;
}

/** A page of a large set. Ask again with `cursor` until it is absent. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string;
}
export interface PageRequest {
  readonly cursor?: string;
  /** 1 to 1000. */
  readonly limit: number;
}

export interface PersonSearch {
  readonly organizationId: string;
  readonly kind: PersonKind;
  /** Part of a name, any case; empty finds everybody. */
  readonly query: string;
  /** Only students (or guardians of students) of this class. */
  readonly classId?: string;
}
export interface PersonFound {
  readonly person: Person;
  /** What tells people of one name apart: position, class, whose parent. */
  readonly detail: string;
}

/**
 * @throws an error when the read cannot be complete: a short answer is never given silently. Unknown ids are left out.
 */
export interface HostDirectory {
  organizations(page: PageRequest): Promise<Page<Organization>>;
  organizationsById(ids: readonly string[]): Promise<readonly Organization[]>;
  employees(organizationId: string, page: PageRequest): Promise<Page<Employee>>;
  classes(organizationId: string, page: PageRequest): Promise<Page<SchoolClass>>;
  classesById(ids: readonly string[]): Promise<readonly SchoolClass[]>;
  studyGroups(organizationId: string, page: PageRequest): Promise<Page<StudyGroup>>;
  studyGroupsById(ids: readonly string[]): Promise<readonly StudyGroup[]>;
  /** Current students per class. A class that has none answers with an empty list; an unknown one is left out. */
  classRosters(classIds: readonly string[]): Promise<readonly Roster[]>;
  groupRosters(groupIds: readonly string[]): Promise<readonly Roster[]>;
  /** Guardians of each student; a student without guardians answers with an empty list. */
  guardians(studentIds: readonly string[]): Promise<readonly Guardianship[]>;
  /** Classes the student is in now, and, for a guardian, the classes of their children. */
  classIdsOfPerson(organizationId: string, personId: string): Promise<readonly string[]>;
  people(ids: readonly string[]): Promise<readonly Person[]>;
  searchPeople(search: PersonSearch, page: PageRequest): Promise<Page<PersonFound>>;
  lessonsById(ids: readonly string[]): Promise<readonly Lesson[]>;
  /** Lessons of an organisation that start in `[from, to)`, cancelled ones included. */
  lessons(organizationId: string, from: Date, to: Date, page: PageRequest): Promise<Page<Lesson>>;
}
export const HostDirectory = Symbol.for('eschool.host.HostDirectory') as ServiceIdentifier<HostDirectory>;
