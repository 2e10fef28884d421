import type {
  Employee,
  Guardianship,
  HostDirectory,
  Organization,
  Page,
  Person,
  PersonKind,
  Roster,
  SchoolClass,
} from '../../src/host/host-directory.js';

interface Pupil {
  readonly id: string;
  readonly classId: string;
  readonly guardianIds: readonly string[];
}

/** One school with two classes, answered from memory. */
export class AccountSchool {
  readonly organization: Organization = {
    id: 'school-1',
    name: 'Школа № 1',
    timeZone: 'Europe/Moscow',
    settings: { 'sferum.chat-administrator': 'head' },
  };
  readonly people: Person[] = [
    person('head', 'Белова', 'Анна', ['employee']),
    person('teacher', 'Гусева', 'Ольга', ['employee', 'guardian']),
    person('clerk', 'Дымов', 'Олег', ['employee']),
    person('pupil-1', 'Жуков', 'Иван', ['student']),
    person('pupil-2', 'Зимина', 'Вера', ['student']),
    person('pupil-3', 'Гусев', 'Пётр', ['student']),
    person('parent-1', 'Жукова', 'Мария', ['guardian']),
  ];
  readonly employees: Employee[] = [
    { personId: 'head', organizationId: 'school-1', positionTypes: ['administration'], position: 'Директор' },
    { personId: 'teacher', organizationId: 'school-1', positionTypes: ['teaching'], position: 'Учитель' },
    { personId: 'clerk', organizationId: 'school-1', positionTypes: ['other'], position: 'Секретарь' },
  ];
  readonly classes: SchoolClass[] = [
    { id: 'class-5a', organizationId: 'school-1', name: '5А', schoolYear: '2026', classTeacherId: 'teacher' },
    { id: 'class-6b', organizationId: 'school-1', name: '6Б', schoolYear: '2026' },
  ];
  readonly pupils: Pupil[] = [
    { id: 'pupil-1', classId: 'class-5a', guardianIds: ['parent-1'] },
    { id: 'pupil-2', classId: 'class-5a', guardianIds: [] },
    { id: 'pupil-3', classId: 'class-6b', guardianIds: ['teacher', 'parent-1'] },
  ];

  readonly directory: HostDirectory = {
    organizations: async () => whole([this.organization]),
    organizationsById: async (ids) => [this.organization].filter(({ id }) => ids.includes(id)),
    employees: async () => whole(this.employees),
    classes: async () => whole(this.classes),
    classesById: async (ids) => this.classes.filter(({ id }) => ids.includes(id)),
    studyGroups: async () => whole([]),
    studyGroupsById: async () => [],
    classRosters: async (ids) => ids.map((id) => this.#roster(id)),
    groupRosters: async () => [],
    guardians: async (ids) => ids.map((studentId) => this.#guardianship(studentId)),
    classIdsOfPerson: async () => [],
    people: async (ids) => this.people.filter(({ id }) => ids.includes(id)),
    searchPeople: async () => whole([]),
    lessonsById: async () => [],
    lessons: async () => whole([]),
  };

  #roster(id: string): Roster {
    return { id, studentIds: this.pupils.filter(({ classId }) => classId === id).map((pupil) => pupil.id) };
  }

  #guardianship(studentId: string): Guardianship {
    return { studentId, guardianIds: this.pupils.find(({ id }) => id === studentId)?.guardianIds ?? [] };
  }
}

function person(id: string, familyName: string, givenName: string, kinds: readonly PersonKind[]): Person {
  return { id, familyName, givenName, kinds };
}

function whole<T>(items: readonly T[]): Page<T> {
  return { items };
}
