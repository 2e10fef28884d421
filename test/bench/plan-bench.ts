import { wholeSchool } from '../../fixtures/school/whole-school.js';
import { planChat } from '../../src/chats/chat-plan.js';
import type { ChatSnapshot, MemberSnapshot } from '../../src/chats/chat-snapshot.js';
import { classChat, guardiansChat, teachersChat, type DesiredChat } from '../../src/chats/chat-rules.js';
import type { MessengerAbilities } from '../../src/messenger/messenger.js';
import type { Bench, Measurement } from './figure.js';
import { median, quantile } from './quantiles.js';
import { RosterDirectory } from './roster-directory.js';

const RUNS = 300;
const WARM_UP = 100;
const ADMINISTRATOR_ACCOUNT = '200000000000';
const ABILITIES: MessengerAbilities = {
  ...{ createChat: true, createWithMembers: true, addMember: true, removeMember: true, setRole: true },
  ...{ inviteLink: true, listMembers: true, describeChat: true, joinByLink: true, calls: true },
  ...{ callsPerRequest: 25, requestsPerSecond: 3, titleLength: 128, effectWithinMs: 30_000 },
};

/** Rules and plan of the whole school in memory: who belongs where, the creations, and an addition per membership. */
export const planBench: Bench = {
  figures: [{ name: 'plan-ms', unit: 'ms', target: { bound: 'below', value: 10 } }],
  limitMs: 60_000,
  async measure() {
    const school = await readSchool();
    const samples: number[] = [];
    let counts = planned(school);
    for (let run = 0; run < WARM_UP + RUNS; run += 1) {
      const startedAt = performance.now();
      counts = planned(school);
      if (run >= WARM_UP) samples.push(performance.now() - startedAt);
    }
    const p99 = quantile(samples, 0.99).toFixed(1);
    const note = `median of ${RUNS}, p99 ${p99} ms; ${counts.chats} chats, ${counts.memberships} memberships, ${counts.actions} actions`;
    return { 'plan-ms': { value: median(samples), floor: floorMs(school), note } satisfies Measurement };
  },
};

type School = Awaited<ReturnType<typeof readSchool>>;

async function readSchool() {
  const roster = await wholeSchool(new Date());
  const directory = new RosterDirectory(roster);
  const guardianships = await directory.guardians(roster.people.map(({ id }) => id));
  return {
    employees: roster.employees,
    classes: roster.classes,
    students: new Map(
      (await directory.classRosters(roster.classes.map(({ id }) => id))).map(({ id, studentIds }) => [id, studentIds]),
    ),
    guardians: new Map(guardianships.map(({ studentId, guardianIds }) => [studentId, guardianIds])),
    accountOf: new Map(roster.people.map(({ id }, index) => [id, String(200_000_000_001 + index)])),
  };
}

function planned(school: School): { chats: number; memberships: number; actions: number } {
  const chats = desired(school);
  const context = {
    ...{ account: ADMINISTRATOR_ACCOUNT, abilities: ABILITIES, now: new Date() },
    ...{ surveyed: true, surveyAt: undefined, rivals: [] },
  };
  let memberships = 0;
  let actions = 0;
  for (const chat of chats) {
    memberships += chat.members.length;
    actions += planChat(snapshot(chat, school, undefined), context).actions.length;
    actions += planChat(snapshot(chat, school, '1'), context).actions.length;
  }
  return { chats: chats.length, memberships, actions };
}

function desired({ employees, classes, students, guardians }: School): DesiredChat[] {
  const chats = [teachersChat(undefined, employees)];
  for (const schoolClass of classes) {
    const pupils = students.get(schoolClass.id) ?? [];
    chats.push(classChat(undefined, schoolClass, pupils), guardiansChat(undefined, schoolClass, pupils, guardians));
  }
  return chats;
}

/** A chat of which nothing is delivered. @param remoteId undefined: not even created */
function snapshot(chat: DesiredChat, { accountOf }: School, remoteId: string | undefined): ChatSnapshot {
  return {
    state: 'open',
    title: chat.title,
    remoteId,
    ownerAccount: remoteId && ADMINISTRATOR_ACCOUNT,
    remoteTitle: remoteId && chat.title,
    inviteLink: undefined,
    ...{
      maker: '100',
      former: undefined,
      createsBare: false,
      doubts: [],
      candidates: [],
      asks: false,
      searchedAt: undefined,
    },
    ...{ readOffset: undefined, nextAttemptAt: undefined, failures: new Map(), strays: [] },
    members: chat.members.map(({ personId, role }): MemberSnapshot => ({
      personId,
      wantedRole: role,
      account: accountOf.get(personId),
      deliveredRole: undefined,
      deliveredAccount: undefined,
      attempts: 0,
      invited: false,
      refused: false,
      nextAttemptAt: undefined,
    })),
  };
}

/** Putting the same memberships into sets, with neither reasons nor actions. */
function floorMs(school: School): number {
  const chats = desired(school);
  const samples = Array.from({ length: RUNS }, () => {
    const startedAt = performance.now();
    for (const { members } of chats) new Set(members.map(({ personId }) => personId));
    return performance.now() - startedAt;
  });
  return median(samples);
}
