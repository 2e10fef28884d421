import { readFile } from 'node:fs/promises';

import type { PositionType } from '../../src/host/host-directory.js';
import type { PluginManifest } from '../../src/host/plugin-definition.js';
import type { LifeDatabase } from './life-databases.js';
import { Life } from './life.js';
import { OutsideHostSchool, type SchoolClassRecord } from './host/outside-host-school.js';
import type { SeededChoices } from './seeded-choices.js';

export const SCHOOL_YEAR = '2026';
const GIVEN = ['Анна', 'Борис', 'Вера', 'Глеб', 'Дарья', 'Егор', 'Жанна', 'Захар', 'Инна', 'Кирилл', 'Лев', 'Майя'];
const FAMILY = ['Орлов', 'Котов', 'Ежов', 'Чайка', 'Сокол', 'Лисица', 'Зуев', 'Карась', 'Бобров', 'Щука'];

/** Two or three small schools that share people, class names and sometimes the chat administrator. */
export async function makeLife(
  choices: SeededChoices,
  database: LifeDatabase,
  print: (line: string) => void,
  quirky: boolean,
): Promise<Life> {
  const manifestText = await readFile(new URL('../../plugin.manifest.json', import.meta.url), 'utf8');
  const { contributes } = JSON.parse(manifestText) as PluginManifest;
  const school = new OutsideHostSchool();
  const setup = choices.branch('setup');
  const count = setup.chance(0.3) ? 3 : 2;
  for (let at = 1; at <= count; at++) fillOrganization(school, setup, at);
  sharePeople(school, setup);
  const life = new Life(choices, school, database, contributes.rights, print, quirky);
  for (const [id, { schoolYear }] of [...school.classes, ...school.groups]) life.facts.chatYears.set(id, schoolYear);
  return life;
}

export function newPerson(school: OutsideHostSchool, choices: SeededChoices, prefix: string): string {
  const id = school.newId(prefix);
  school.people.set(id, { id, givenName: choices.oneOf(GIVEN), familyName: choices.oneOf(FAMILY) });
  return id;
}

export function hire(
  school: OutsideHostSchool,
  organizationId: string,
  personId: string,
  positionTypes: readonly PositionType[],
): void {
  school.employees.push({ personId, organizationId, positionTypes });
}

export function newClass(
  school: OutsideHostSchool,
  organizationId: string,
  name: string,
  schoolYear: string,
): SchoolClassRecord {
  const id = school.newId('class');
  const made = { id, organizationId, name, schoolYear, teacherId: undefined, studentIds: new Set<string>() };
  school.classes.set(id, made);
  return made;
}

export function newStudent(school: OutsideHostSchool, choices: SeededChoices, to: SchoolClassRecord): string {
  const studentId = newPerson(school, choices, 'pupil');
  to.studentIds.add(studentId);
  school.guardians.set(studentId, new Set(choices.chance(0.8) ? [newPerson(school, choices, 'parent')] : []));
  return studentId;
}

function fillOrganization(school: OutsideHostSchool, choices: SeededChoices, at: number): void {
  const id = `school${at}`;
  school.organizations.set(id, { id, name: `Школа ${at}`, administratorId: null });
  for (const types of [
    ['administration'],
    ['administration', 'teaching'],
    ['teaching'],
    ['teaching'],
    ['other'],
  ] as const) {
    hire(school, id, newPerson(school, choices, 'staff'), types);
  }
  const names = choices.chance(0.12) ? ['5А', '5А', '6Б'] : ['5А', '5Б', '6А'];
  const teachers = school
    .employeesOf(id)
    .filter(({ positionTypes }) => positionTypes.some((type) => type === 'teaching'));
  for (const name of names.slice(0, choices.between(2, 3))) {
    const one = newClass(school, id, name, SCHOOL_YEAR);
    one.teacherId = choices.chance(0.85) ? choices.oneOf(teachers).personId : undefined;
    for (let pupils = choices.between(3, 7); pupils > 0; pupils--) newStudent(school, choices, one);
  }
  const [first] = school.classesOf(id);
  if (!first) return;
  const groupId = school.newId('group');
  school.groups.set(groupId, {
    id: groupId,
    organizationId: id,
    name: first.name,
    schoolYear: SCHOOL_YEAR,
    subject: 'Алгебра',
    classIds: [first.id],
    teacherId: choices.oneOf(teachers).personId,
    studentIds: new Set([...first.studentIds].slice(0, 4)),
  });
}

/** A teacher works in two schools, a parent has children in two, and one may have two children in a class. */
function sharePeople(school: OutsideHostSchool, choices: SeededChoices): void {
  const [first, second] = [...school.organizations.keys()];
  if (first === undefined || second === undefined) return;
  const shared = choices.oneOf(
    school.employeesOf(first).filter(({ positionTypes }) => positionTypes.includes('teaching')),
  );
  hire(school, second, shared.personId, shared.positionTypes);
  const pupil = (organizationId: string): string => {
    const one = choices.oneOf(school.classesOf(organizationId));
    return choices.oneOf([...one.studentIds]);
  };
  const parent = newPerson(school, choices, 'parent');
  school.guardians.get(pupil(first))?.add(parent);
  school.guardians.get(pupil(second))?.add(parent);
  const twice = choices.oneOf(school.classesOf(first));
  const [one, two] = [...twice.studentIds];
  const guardianId = one === undefined ? undefined : [...(school.guardians.get(one) ?? [])][0];
  if (two !== undefined && guardianId !== undefined) school.guardians.get(two)?.add(guardianId);
}
