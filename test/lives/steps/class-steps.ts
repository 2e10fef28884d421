import type { Life } from '../life.js';
import { linkPeople } from '../life-links.js';
import { newClass, newStudent } from '../life-setup.js';
import { anyOrganization, maybeOneOf, type StepKind, type WeightedStep } from './life-step.js';
import { classKey } from '../lives-oracle.js';

const openClass: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const classes = life.school.classesOf(organizationId);
  if (classes.length >= 4) return undefined;
  const name = life.choices.chance(0.3)
    ? (maybeOneOf(life, classes)?.name ?? '7А')
    : life.choices.oneOf(['7А', '7Б', '5В']);
  return {
    text: `a class «${name}» is opened in ${organizationId}`,
    async take() {
      const year = classes[0]?.schoolYear ?? '2026';
      const made = newClass(life.school, organizationId, name, year);
      life.facts.chatYears.set(made.id, year);
      made.teacherId = maybeOneOf(life, life.school.employeesOf(organizationId))?.personId;
      const pupils = [1, 2, 3, 4].map(() => newStudent(life.school, life.choices, made));
      life.remember();
      life.host.streams.enrollment({ kind: 'class.opened', organizationId, classId: made.id });
      await linkPeople(
        life,
        pupils.filter(() => life.choices.chance(0.7)),
      );
    },
  };
};

const renameClass: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const one = maybeOneOf(life, life.school.classesOf(organizationId));
  if (!one) return undefined;
  const next = life.choices.oneOf(['8А', '8Б', '5А', '5Б', '10К']);
  return {
    text: `${one.id} of ${organizationId} is renamed from «${one.name}» to «${next}»`,
    async take() {
      one.name = next;
      life.remember();
      life.host.streams.enrollment({ kind: 'class.renamed', organizationId, classId: one.id });
    },
  };
};

const closeClass: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const classes = life.school.classesOf(organizationId);
  const one = classes.length < 2 ? undefined : maybeOneOf(life, classes);
  if (!one) return undefined;
  const target = maybeOneOf(
    life,
    classes.filter((other) => other !== one),
  );
  return {
    text: `${one.id} «${one.name}» of ${organizationId} is closed, its pupils go to ${target?.id ?? 'nowhere'}`,
    async take() {
      const moved = [...one.studentIds];
      for (const id of moved) target?.studentIds.add(id);
      life.school.classes.delete(one.id);
      life.remember();
      const { streams } = life.host;
      if (target) {
        for (const studentId of moved) {
          const classes = { fromClassId: one.id, toClassId: target.id };
          streams.enrollment({ kind: 'student.transferred', organizationId, studentId, ...classes });
        }
      }
      streams.enrollment({ kind: 'class.closed', organizationId, classId: one.id });
    },
  };
};

const turnYear: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const classes = life.school.classesOf(organizationId);
  const year = classes[0]?.schoolYear;
  if (year === undefined || life.turned.has(organizationId)) return undefined;
  const next = String(Number(year) + 1);
  const continues = life.facts.continuing.has(organizationId);
  return {
    text: `the school year of ${organizationId} turns to ${next}; its chats ${continues ? 'go on' : 'are new'}`,
    async take() {
      life.turned.add(organizationId);
      for (const one of [...classes, ...life.school.groupsOf(organizationId)]) {
        one.schoolYear = next;
        one.name = one.name.replace(/^\d+/, (digits) => String(Number(digits) + 1));
        if (!continues) life.facts.chatYears.set(one.id, next);
      }
      // A subject chat belongs to the year it was made in.
      if (!continues) archiveSubjectChats(life, organizationId);
      life.remember();
      life.host.streams.enrollment({ kind: 'school-year.turned', organizationId, schoolYear: next });
    },
  };
};

function archiveSubjectChats(life: Life, organizationId: string): void {
  const { handChats } = life.facts;
  for (let at = handChats.length - 1; at >= 0; at--) {
    const chat = handChats[at];
    if (chat?.organizationId === organizationId && chat.kind === 'subject') handChats.splice(at, 1);
  }
}

/** Decided before the year turns; nothing changes at once. */
const decideYear: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  if (life.turned.has(organizationId)) return undefined;
  const continues = !life.facts.continuing.has(organizationId);
  return {
    text: `${organizationId} decides that its chats ${continues ? 'go on' : 'do not go on'} in a new school year`,
    async take() {
      const { status } = await life.windows.asHead(organizationId, 'PUT', '/api/synchronization/school-year', {
        continues,
      });
      if (status !== 200) return;
      if (continues) life.facts.continuing.add(organizationId);
      else life.facts.continuing.delete(organizationId);
    },
  };
};

/** By key, for what people decided about a class's chats. */
export function currentClassKey(life: Life, kind: 'class' | 'guardians', classId: string): string {
  return classKey(kind, classId, life.facts.chatYears.get(classId) ?? '');
}

export const CLASS_STEPS: Readonly<Record<string, WeightedStep>> = {
  openClass: { weight: 2, draw: openClass },
  renameClass: { weight: 4, draw: renameClass },
  closeClass: { weight: 1.5, draw: closeClass },
  turnYear: { weight: 1, draw: turnYear },
  decideYear: { weight: 1, draw: decideYear },
};
