import { linkPeople } from '../life-links.js';
import { newPerson, newStudent } from '../life-setup.js';
import { anyOrganization, maybeOneOf, type StepKind, type WeightedStep } from './life-step.js';

const enrol: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const to = maybeOneOf(life, life.school.classesOf(organizationId));
  if (!to) return undefined;
  return {
    text: `a pupil is enrolled in ${to.id} of ${organizationId}`,
    async take() {
      const studentId = newStudent(life.school, life.choices, to);
      life.remember();
      life.host.streams.enrollment({ kind: 'student.enrolled', organizationId, studentId, classId: to.id });
      const newcomers = [studentId, ...(life.school.guardians.get(studentId) ?? [])];
      await linkPeople(
        life,
        newcomers.filter(() => life.choices.chance(0.7)),
      );
    },
  };
};

const transfer: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const [from, to] = life.choices.shuffled(life.school.classesOf(organizationId));
  const studentId = from && maybeOneOf(life, [...from.studentIds]);
  if (!from || !to || studentId === undefined) return undefined;
  return {
    text: `${studentId} is transferred from ${from.id} to ${to.id} of ${organizationId}`,
    async take() {
      from.studentIds.delete(studentId);
      to.studentIds.add(studentId);
      life.remember();
      const classes = { fromClassId: from.id, toClassId: to.id };
      life.host.streams.enrollment({ kind: 'student.transferred', organizationId, studentId, ...classes });
    },
  };
};

const changeSchool: StepKind = (life) => {
  const [first, second] = life.choices.shuffled([...life.school.organizations.keys()]);
  if (first === undefined || second === undefined) return undefined;
  const from = maybeOneOf(life, life.school.classesOf(first));
  const to = maybeOneOf(life, life.school.classesOf(second));
  const studentId = from && maybeOneOf(life, [...from.studentIds]);
  if (!from || !to || studentId === undefined) return undefined;
  return {
    text: `${studentId} goes from ${from.id} of ${first} to ${to.id} of ${second}`,
    async take() {
      from.studentIds.delete(studentId);
      to.studentIds.add(studentId);
      for (const { studentIds } of life.school.groupsOf(first)) studentIds.delete(studentId);
      life.remember();
      const events = life.host.streams;
      events.enrollment({ kind: 'student.expelled', organizationId: first, studentId, classId: from.id });
      events.enrollment({ kind: 'student.enrolled', organizationId: second, studentId, classId: to.id });
    },
  };
};

const expel: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const from = maybeOneOf(life, life.school.classesOf(organizationId));
  const leaving = from ? life.choices.shuffled([...from.studentIds]).slice(0, life.choices.chance(0.15) ? 6 : 1) : [];
  if (!from || leaving.length === 0) return undefined;
  return {
    text: `${leaving.join(', ')} leave ${from.id} of ${organizationId}`,
    async take() {
      for (const studentId of leaving) {
        from.studentIds.delete(studentId);
        for (const { studentIds } of life.school.groupsOf(organizationId)) studentIds.delete(studentId);
      }
      life.remember();
      for (const studentId of leaving) {
        life.host.streams.enrollment({ kind: 'student.expelled', organizationId, studentId, classId: from.id });
      }
    },
  };
};

const addGuardian: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const to = maybeOneOf(life, life.school.classesOf(organizationId));
  const studentId = to && maybeOneOf(life, [...to.studentIds]);
  if (studentId === undefined) return undefined;
  const known = [...life.school.people.keys()].filter((id) => id.startsWith('parent') || id.startsWith('staff'));
  const inSchools = known.filter(
    (id) =>
      life.school.studentsOfGuardian(id).some((child) => life.school.classesOfStudent(child).length > 0) ||
      life.school.employees.some(({ personId }) => personId === id),
  );
  const guardianId = life.choices.chance(0.4) ? maybeOneOf(life, inSchools) : undefined;
  return {
    text: `${guardianId ?? 'a new parent'} becomes guardian of ${studentId} in ${organizationId}`,
    async take() {
      const id = guardianId ?? newPerson(life.school, life.choices, 'parent');
      life.school.guardians.set(studentId, new Set([...(life.school.guardians.get(studentId) ?? []), id]));
      life.remember();
      life.host.streams.enrollment({ kind: 'guardian.added', organizationId, studentId, guardianId: id });
      if (guardianId === undefined && life.choices.chance(0.7)) await linkPeople(life, [id]);
    },
  };
};

const removeGuardian: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const students = life.school.classesOf(organizationId).flatMap(({ studentIds }) => [...studentIds]);
  const pairs = students.flatMap((studentId) =>
    [...(life.school.guardians.get(studentId) ?? [])].map((guardianId) => ({ studentId, guardianId })),
  );
  const pair = maybeOneOf(life, pairs);
  if (!pair) return undefined;
  return {
    text: `${pair.guardianId} is no guardian of ${pair.studentId} any longer`,
    async take() {
      life.school.guardians.get(pair.studentId)?.delete(pair.guardianId);
      life.remember();
      life.host.streams.enrollment({ kind: 'guardian.removed', organizationId, ...pair });
    },
  };
};

const changeGroup: StepKind = (life) => {
  const group = maybeOneOf(life, [...life.school.groups.values()]);
  if (!group) return undefined;
  const classStudents = group.classIds.flatMap((id) => [...(life.school.classes.get(id)?.studentIds ?? [])]);
  const studentId = maybeOneOf(life, classStudents);
  if (studentId === undefined) return undefined;
  return {
    text: `${studentId} ${group.studentIds.has(studentId) ? 'leaves' : 'joins'} the group ${group.id}`,
    async take() {
      if (!group.studentIds.delete(studentId)) group.studentIds.add(studentId);
      life.remember();
      const { organizationId, id } = group;
      life.host.streams.enrollment({ kind: 'group.members-changed', organizationId, groupId: id });
    },
  };
};

export const PUPIL_STEPS: Readonly<Record<string, WeightedStep>> = {
  enrol: { weight: 6, draw: enrol },
  transfer: { weight: 8, draw: transfer },
  changeSchool: { weight: 2, draw: changeSchool },
  expel: { weight: 5, draw: expel },
  addGuardian: { weight: 3, draw: addGuardian },
  removeGuardian: { weight: 3, draw: removeGuardian },
  changeGroup: { weight: 2, draw: changeGroup },
};
