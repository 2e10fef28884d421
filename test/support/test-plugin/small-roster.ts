import type { Roster } from '../../../fixtures/host/roster/roster.js';

/** Moscow's offset, the whole year round. */
const MOSCOW_OFFSET_MS = 3 * 60 * 60_000;

/** @param hour of the day that it is in Moscow now, which late in the evening is the next one of UTC */
function lesson(
  id: string,
  classOrGroupId: string,
  teacherId: string,
  day: Date,
  hour: number,
): Roster['lessons'][number] {
  const local = new Date(day.getTime() + MOSCOW_OFFSET_MS);
  local.setUTCHours(hour, 0, 0, 0);
  const startsAt = new Date(local.getTime() - MOSCOW_OFFSET_MS);
  const endsAt = new Date(startsAt.getTime() + 45 * 60_000);
  return {
    id,
    organizationId: 'school-1',
    classOrGroupId,
    teacherId,
    startsAt,
    endsAt,
    title: 'Алгебра',
    subject: 'Математика',
  };
}

/** Two schools: two classes, one group and a handful of people who are several things at once. */
export function smallRoster(today: Date): Roster {
  const inFirst = { organizationIds: ['school-1'] };
  return {
    organizations: [
      { id: 'school-1', name: 'Школа № 1', timeZone: 'Europe/Moscow' },
      { id: 'school-2', name: 'Школа № 2', timeZone: 'Asia/Vladivostok' },
    ],
    schoolYears: [{ id: '2026', title: '2026/27', startsOn: '2026-09-01', endsOn: '2027-06-30' }],
    people: [
      {
        id: 'director',
        givenName: 'Анна',
        familyName: 'Директорова',
        middleName: 'Ивановна',
        kinds: ['employee'],
        ...inFirst,
      },
      { id: 'teacher', givenName: 'Пётр', familyName: 'Учителев', kinds: ['employee', 'guardian'], ...inFirst },
      { id: 'cook', givenName: 'Ольга', familyName: 'Поварова', kinds: ['employee'], ...inFirst },
      { id: 'pupil-1', givenName: 'Иван', familyName: 'Ёлкин', kinds: ['student'], ...inFirst },
      { id: 'pupil-2', givenName: 'Мария', familyName: 'Учителева', kinds: ['student'], ...inFirst },
      { id: 'pupil-3', givenName: 'Олег', familyName: 'Яшин', kinds: ['student'], ...inFirst },
      { id: 'mother', givenName: 'Елена', familyName: 'Ёлкина', kinds: ['guardian'], ...inFirst },
      { id: 'head-2', givenName: 'Лев', familyName: 'Восточный', kinds: ['employee'], organizationIds: ['school-2'] },
    ],
    employees: [
      { personId: 'cook', organizationId: 'school-1', positionTypes: ['other'], position: 'Повар' },
      { personId: 'director', organizationId: 'school-1', positionTypes: ['administration'], position: 'Директор' },
      { personId: 'teacher', organizationId: 'school-1', positionTypes: ['teaching'], position: 'Учитель' },
      { personId: 'head-2', organizationId: 'school-2', positionTypes: ['administration'], position: 'Директор' },
    ],
    classes: [
      { id: 'class-5a', organizationId: 'school-1', name: '5А', schoolYear: '2026', classTeacherId: 'teacher' },
      { id: 'class-10b', organizationId: 'school-1', name: '10Б', schoolYear: '2026' },
      { id: 'class-empty', organizationId: 'school-1', name: '1В', schoolYear: '2026' },
    ],
    groups: [
      {
        id: 'group-math',
        organizationId: 'school-1',
        name: 'Алгебра 5',
        subject: 'Математика',
        schoolYear: '2026',
        teacherId: 'teacher',
      },
    ],
    classMembers: [
      { classId: 'class-5a', studentId: 'pupil-1' },
      { classId: 'class-5a', studentId: 'pupil-2' },
      { classId: 'class-10b', studentId: 'pupil-3' },
    ],
    groupMembers: [
      { groupId: 'group-math', studentId: 'pupil-1' },
      { groupId: 'group-math', studentId: 'pupil-2' },
    ],
    guardianships: [
      { studentId: 'pupil-1', guardianId: 'mother' },
      { studentId: 'pupil-2', guardianId: 'teacher' },
    ],
    lessons: [
      lesson('lesson-group', 'group-math', 'teacher', today, 11),
      lesson('lesson-10b', 'class-10b', 'teacher', today, 12),
    ],
    problems: [],
  };
}
