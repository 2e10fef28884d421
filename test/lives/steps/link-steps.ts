import type { Life } from '../life.js';
import { linkPeople, settleDrivers } from '../life-links.js';
import { anyOrganization, maybeOneOf, type StepKind, type WeightedStep } from './life-step.js';
import { hasPlace, must } from '../host/outside-host-school.js';

const link: StepKind = (life) => {
  const unlinked = [...life.school.people.keys()].filter(
    (id) => !life.facts.links.has(id) && !life.pendingLinks.has(id) && hasPlace(life.school, id),
  );
  const personId = maybeOneOf(life, unlinked);
  if (personId === undefined) return undefined;
  return { text: `${personId} links`, take: () => linkPeople(life, [personId]) };
};

const unlink: StepKind = (life) => {
  const personId = maybeOneOf(life, ordinaryLinked(life));
  if (personId === undefined) return undefined;
  return { text: `${personId} unlinks`, take: () => unlinkPerson(life, personId) };
};

const relink: StepKind = (life) => {
  const personId = maybeOneOf(life, ordinaryLinked(life));
  if (personId === undefined) return undefined;
  const other = life.choices.chance(0.6);
  return {
    text: `${personId} unlinks and links again with ${other ? 'another' : 'the same'} profile`,
    async take() {
      await unlinkPerson(life, personId);
      if (life.facts.links.has(personId)) return;
      if (other) life.newProfile(personId);
      if (life.choices.chance(0.5)) await life.pause(20, 300);
      await linkPeople(life, [personId]);
    },
  };
};

const unlinkAdministrator: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const { administratorId } = life.school.organization(organizationId);
  if (administratorId === null || !life.facts.links.has(administratorId)) return undefined;
  if (!hasPlace(life.school, administratorId)) return undefined;
  const returns = life.choices.chance(0.7);
  return {
    text: `the chat administrator ${administratorId} of ${organizationId} unlinks${returns ? ', and links again with the same profile' : ''}`,
    async take() {
      await unlinkPerson(life, administratorId);
      if (!returns || life.facts.links.has(administratorId)) return;
      await life.pause(100, 1500);
      await linkPeople(life, [administratorId]);
    },
  };
};

const endAccessToken: StepKind = (life) => {
  const personId = maybeOneOf(life, [...life.facts.links.keys()]);
  if (personId === undefined) return undefined;
  return {
    text: `the access token of ${personId} ends before its time`,
    async take() {
      life.messenger.identity.endAccessTokens(life.accountOf(personId));
    },
  };
};

/** Linked people of a school who run no chats and never did. */
function ordinaryLinked(life: Life): string[] {
  const administrators = new Set([...life.school.organizations.values()].map(({ administratorId }) => administratorId));
  return [...life.facts.links.keys()].filter(
    (id) => !administrators.has(id) && !life.formerAdministrators.has(id) && hasPlace(life.school, id),
  );
}

export async function unlinkPerson(life: Life, personId: string): Promise<void> {
  const organizationId = organizationOf(life, personId);
  const { status } = await life.windows.send(organizationId, personId, 'POST', '/api/link/unlink', {});
  if (status !== 200) return;
  const account = life.facts.links.get(personId);
  if (account !== undefined) life.unlinked.set(personId, account);
  life.facts.links.delete(personId);
  settleDrivers(life);
}

function organizationOf(life: Life, personId: string): string {
  const { school } = life;
  const students = [personId, ...school.studentsOfGuardian(personId)];
  const employer = school.employees.find((one) => one.personId === personId)?.organizationId;
  return (
    employer ?? must(students.flatMap((id) => school.classesOfStudent(id))[0], `school of ${personId}`).organizationId
  );
}

export const LINK_STEPS: Readonly<Record<string, WeightedStep>> = {
  link: { weight: 6, draw: link },
  unlink: { weight: 3, draw: unlink },
  relink: { weight: 3, draw: relink },
  unlinkAdministrator: { weight: 1, draw: unlinkAdministrator },
  endAccessToken: { weight: 1.5, draw: endAccessToken },
};
