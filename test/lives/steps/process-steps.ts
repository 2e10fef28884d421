import type { Life } from '../life.js';
import { copyOfWindowFacts } from '../life-facts.js';
import { linkPeople, settleDrivers } from '../life-links.js';
import { unlinkPerson } from './link-steps.js';
import { hasPlace } from '../host/outside-host-school.js';
import { anyOrganization, type StepKind, type WeightedStep } from './life-step.js';
import { FAIR_WEATHER } from '../host/outside-host-streams.js';

const kill: StepKind = (life) => ({
  text: 'a process is killed, and another one starts',
  async take() {
    await life.host.killProcess();
    if (life.choices.chance(0.5)) await life.pause(50, 800);
    await life.host.startProcess();
  },
});

const second: StepKind = (life) => {
  if (life.host.running > 1) {
    return { text: 'the second process is killed', take: () => life.host.killProcess() };
  }
  return { text: 'a second process starts', take: () => life.host.startProcess() };
};

const skew: StepKind = (life) => {
  const minutes = life.choices.oneOf([-30, -12, -2, 0, 2, 12, 30]);
  return {
    text: `the host's clock is ${minutes} minutes off`,
    async take() {
      life.clockSkewMs = minutes * 60_000;
      life.host.setClock(life.clockSkewMs);
    },
  };
};

const weather: StepKind = (life) => {
  const next = life.choices.chance(0.3)
    ? FAIR_WEATHER
    : { lost: life.choices.oneOf([0, 0.3]), repeated: 0.3, delayed: life.choices.oneOf([0, 0.4]) };
  return {
    text: `the streams lose ${next.lost}, repeat ${next.repeated}, delay ${next.delayed} of their events; what was late comes`,
    async take() {
      life.host.streams.settle();
      life.host.streams.weather = next;
    },
  };
};

const wait: StepKind = (life) => {
  const ms = life.choices.between(200, 1500);
  return { text: `${ms} ms pass`, take: () => life.pause(ms, ms) };
};

const check: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  return {
    text: `a check of ${organizationId} is asked for`,
    async take() {
      await life.windows.asHead(organizationId, 'POST', '/api/synchronization/check', {});
    },
  };
};

const backUp: StepKind = (life) => {
  if (life.backup && !life.restored) {
    return { text: 'the database is restored from its backup', take: () => restore(life) };
  }
  if (life.restored) return undefined;
  return {
    text: 'the database is backed up',
    async take() {
      await life.host.killAll();
      await life.database.backUp();
      life.backup = copyOfWindowFacts(life.facts);
      await life.host.startProcess();
    },
  };
};

/** What the windows decided since the backup is forgotten; links of that time come back with tokens that may be dead. */
async function restore(life: Life): Promise<void> {
  const { backup } = life;
  if (!backup) return;
  await life.host.killAll();
  await life.database.restore();
  life.restored = true;
  // Who was taken out since the backup has left, for all that the restored database can tell.
  for (const chat of life.ownChats()) {
    const gone = [...chat.left, ...chat.kicked];
    if (gone.length > 0) life.leavers.set(chat, new Set([...(life.leavers.get(chat) ?? []), ...gone]));
  }
  const { links, hands, handChats } = life.facts;
  const doubtful = [...new Set([...links.keys(), ...backup.links.keys()])].filter(
    (personId) => links.get(personId) !== backup.links.get(personId) && hasPlace(life.school, personId),
  );
  hands.clear();
  for (const [key, decisions] of backup.hands) hands.set(key, new Map(decisions));
  handChats.splice(0, handChats.length, ...backup.handChats);
  await life.host.startProcess();
  for (const personId of doubtful) await renewLink(life, personId);
  settleDrivers(life);
}

/** As people would: whoever finds a wrong link takes it back and signs in anew. */
async function renewLink(life: Life, personId: string): Promise<void> {
  const linked = life.facts.links.has(personId);
  if (!runsChats(life, personId)) await unlinkPerson(life, personId);
  if (linked) await linkPeople(life, [personId]);
}

function runsChats(life: Life, personId: string): boolean {
  const administrators = [...life.school.organizations.values()].map(({ administratorId }) => administratorId);
  return administrators.includes(personId) || life.formerAdministrators.has(personId);
}

export const PROCESS_STEPS: Readonly<Record<string, WeightedStep>> = {
  kill: { weight: 5, draw: kill },
  second: { weight: 2, draw: second },
  skew: { weight: 2, draw: skew },
  weather: { weight: 3, draw: weather },
  wait: { weight: 8, draw: wait },
  check: { weight: 2, draw: check },
  backUp: { weight: 0.8, draw: backUp },
};
