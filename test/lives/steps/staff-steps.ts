import type { Life } from '../life.js';
import { linkPeople, settleDrivers } from '../life-links.js';
import { hire, newPerson } from '../life-setup.js';
import { anyOrganization, maybeOneOf, type StepKind, type WeightedStep } from './life-step.js';
import type { SchoolClassRecord } from '../host/outside-host-school.js';

const hireSomebody: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const elsewhere = life.school.employees.filter(({ personId }) => !life.school.employee(organizationId, personId));
  const known = life.choices.chance(0.3) ? maybeOneOf(life, elsewhere)?.personId : undefined;
  const types = life.choices.oneOf([
    ['teaching'],
    ['administration'],
    ['other'],
    ['teaching', 'administration'],
  ] as const);
  return {
    text: `${known ?? 'somebody'} is hired by ${organizationId} as ${types.join('+')}`,
    async take() {
      const personId = known ?? newPerson(life.school, life.choices, 'staff');
      hire(life.school, organizationId, personId, types);
      life.remember();
      life.host.streams.enrollment({ kind: 'employee.hired', organizationId, personId });
      if (life.choices.chance(0.7) && !life.facts.links.has(personId)) await linkPeople(life, [personId]);
    },
  };
};

const dismiss: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const personId = maybeOneOf(life, dismissable(life, organizationId));
  if (personId === undefined) return undefined;
  const again =
    life.choices.chance(0.25) && life.facts.links.has(personId) && onlyThere(life, organizationId, personId);
  return {
    text: `${personId} is dismissed by ${organizationId}${again ? ', and hired again under a new id, with the same profile' : ''}`,
    async take() {
      const { employees } = life.school;
      employees.splice(
        employees.findIndex((one) => one.personId === personId && one.organizationId === organizationId),
        1,
      );
      const taught = [...life.school.classesOf(organizationId), ...life.school.groupsOf(organizationId)].filter(
        ({ teacherId }) => teacherId === personId,
      );
      for (const one of taught) one.teacherId = undefined;
      life.remember();
      life.host.streams.enrollment({ kind: 'employee.dismissed', organizationId, personId });
      for (const one of taught) tellTeacher(life, one);
      if (again) await hireAgain(life, organizationId, personId);
    },
  };
};

async function hireAgain(life: Life, organizationId: string, formerId: string): Promise<void> {
  const personId = newPerson(life.school, life.choices, 'staff');
  life.takeProfileOf(personId, formerId);
  hire(life.school, organizationId, personId, ['teaching']);
  life.remember();
  life.host.streams.enrollment({ kind: 'employee.hired', organizationId, personId });
  await linkPeople(life, [personId]);
}

/** Not the chat administrator, nor who was it before, nor the last head of a school. */
function dismissable(life: Life, organizationId: string): string[] {
  const all = life.school.employeesOf(organizationId).map(({ personId }) => personId);
  const { administratorId } = life.school.organization(organizationId);
  return all.filter(
    (id) => id !== administratorId && !life.formerAdministrators.has(id) && id !== life.windows.headOf(organizationId),
  );
}

function onlyThere(life: Life, organizationId: string, personId: string): boolean {
  const elsewhere = life.school.employees.some(
    (one) => one.personId === personId && one.organizationId !== organizationId,
  );
  const children = life.school.studentsOfGuardian(personId);
  return !elsewhere && !children.some((id) => life.school.classesOfStudent(id).length > 0);
}

const changePosition: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const head = life.windows.headOf(organizationId);
  const { administratorId } = life.school.organization(organizationId);
  const all = life.school.employeesOf(organizationId);
  const employee = maybeOneOf(
    life,
    all.filter(({ personId }) => personId !== head && personId !== administratorId),
  );
  if (!employee) return undefined;
  const types = life.choices.oneOf([['teaching'], ['administration'], ['other']] as const);
  return {
    text: `${employee.personId} of ${organizationId} is ${types.join()} now`,
    async take() {
      employee.positionTypes = types;
      life.remember();
      const { personId } = employee;
      life.host.streams.enrollment({ kind: 'employee.position-changed', organizationId, personId });
    },
  };
};

const changeTeacher: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const one = maybeOneOf(life, [...life.school.classesOf(organizationId), ...life.school.groupsOf(organizationId)]);
  const personId = maybeOneOf(life, life.school.employeesOf(organizationId))?.personId;
  if (!one || personId === undefined) return undefined;
  const next = life.choices.chance(0.15) ? undefined : personId;
  return {
    text: `${one.id} of ${organizationId} gets ${next ?? 'nobody'} as teacher instead of ${one.teacherId ?? 'nobody'}`,
    async take() {
      one.teacherId = next;
      life.remember();
      tellTeacher(life, one);
    },
  };
};

function tellTeacher(life: Life, { id, organizationId }: SchoolClassRecord): void {
  const { streams } = life.host;
  if (life.school.groups.has(id)) streams.enrollment({ kind: 'group.teacher-changed', organizationId, groupId: id });
  else streams.enrollment({ kind: 'class.teacher-changed', organizationId, classId: id });
}

const changeAdministrator: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const organization = life.school.organization(organizationId);
  const heads = life.school
    .employeesOf(organizationId)
    .filter(
      ({ positionTypes, personId }) =>
        positionTypes.includes('administration') && personId !== organization.administratorId,
    );
  const next = maybeOneOf(life, heads)?.personId;
  if (next === undefined || (life.takenOver.has(organizationId) && life.world.quirks.promotedBy === 'owner'))
    return undefined;
  const linkFirst = !life.facts.links.has(next) && life.choices.chance(0.75);
  return {
    text: `${next}${linkFirst ? ' links and' : ''} becomes chat administrator of ${organizationId} instead of ${organization.administratorId ?? 'nobody'}`,
    async take() {
      if (linkFirst) await linkPeople(life, [next]);
      await chooseAdministrator(life, organizationId, next);
    },
  };
};

export async function chooseAdministrator(life: Life, organizationId: string, personId: string): Promise<void> {
  const organization = life.school.organization(organizationId);
  const former = organization.administratorId;
  if (former !== null) {
    life.formerAdministrators.add(former);
    if (life.facts.drivers.get(organizationId)?.state === 'works') life.takenOver.add(organizationId);
  }
  organization.administratorId = personId;
  settleDrivers(life);
  await life.host.ask({ kind: 'setting-changed', organizationId });
}

export const STAFF_STEPS: Readonly<Record<string, WeightedStep>> = {
  hire: { weight: 4, draw: hireSomebody },
  dismiss: { weight: 4, draw: dismiss },
  changePosition: { weight: 2, draw: changePosition },
  changeTeacher: { weight: 5, draw: changeTeacher },
  changeAdministrator: { weight: 3, draw: changeAdministrator },
};
