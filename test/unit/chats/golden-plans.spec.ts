import { readdirSync, readFileSync } from 'node:fs';

import { expect } from 'chai';

import { planChat } from '../../../src/chats/chat-plan.js';
import type {
  ChatAction,
  ChatCandidate,
  ChatDoubt,
  ChatFinding,
  ChatProperty,
  ChatSnapshot,
  MemberSnapshot,
} from '../../../src/chats/chat-snapshot.js';
import {
  classChat,
  guardiansChat,
  otherMembers,
  subjectMembers,
  teachersChat,
  type DesiredMember,
} from '../../../src/chats/chat-rules.js';
import type { PositionType, SchoolClass } from '../../../src/host/host-directory.js';
import type { EffectKind, MemberRole, MessengerAbilities } from '../../../src/messenger/messenger.js';
import { MemoryMessenger } from '../../support/memory-messenger.js';

/** Who should be in a chat; a member is written `role kind: reasons`. */
interface RulesCase {
  readonly covers: string;
  readonly chat: 'teachers' | 'class' | 'guardians' | 'subject' | 'other';
  readonly roster: {
    readonly administrator?: string;
    readonly classTeacher?: string;
    readonly groupTeacher?: string;
    readonly employees?: Readonly<Record<string, readonly PositionType[]>>;
    readonly students?: readonly string[];
    readonly guardians?: Readonly<Record<string, readonly string[]>>;
  };
  readonly title?: string;
  readonly members: Readonly<Record<string, string>>;
}

/** What is to be done; the snapshot names where the chat differs from one in order, null is "unknown". */
interface PlanCase {
  readonly covers: string;
  readonly snapshot: {
    readonly state?: ChatSnapshot['state'];
    readonly remoteId?: null;
    readonly ownerAccount?: string | null;
    /** `account chat` of the account that made the chat. */
    /** Who made the chat; default: the former account, else the owner's. */
    readonly maker?: string;
    readonly former?: string;
    readonly remoteTitle?: string | null;
    readonly inviteLink?: null;
    readonly bare?: true;
    readonly doubts?: readonly PlanDoubt[];
    /** By id: who is in it, null where that is not read; owner and reader is the account that runs the chats. */
    readonly candidates?: Readonly<Record<string, string | null>>;
    readonly asks?: true;
    readonly searchedSecondsAgo?: number;
    readonly readFrom?: number;
    readonly nextAttemptInSeconds?: number;
    /** By property: in how many seconds it is tried again; null: not by itself. */
    readonly failures?: Readonly<Partial<Record<ChatProperty, number | null>>>;
    /** `person account`. */
    readonly strays?: readonly string[];
  };
  readonly people: Readonly<Record<string, PlanPerson>>;
  readonly context?: {
    /** null: nobody runs the chats. */
    readonly account?: string | null;
    readonly abilities?: Partial<MessengerAbilities>;
    readonly surveyed?: false;
    readonly surveyInSeconds?: number;
    readonly rivals?: readonly string[];
  };
  readonly actions: readonly string[];
  /** When the plan is made again; absent: not checked. */
  readonly againInSeconds?: number | null;
}

interface PlanDoubt {
  readonly kind: EffectKind;
  readonly secondsAgo: number;
  /** Until when it may take effect; default 30 seconds after it was sent. */
  readonly lastsSeconds?: number;
  readonly looked?: true;
  readonly by?: string;
  readonly title?: string;
  /** Accounts that it names. */
  readonly accounts?: string;
}

interface PlanPerson {
  readonly wanted?: MemberRole;
  readonly account?: string;
  /** `account role` on the messenger's side. */
  readonly there?: string;
  readonly invited?: true;
  readonly refused?: true;
  readonly attempts?: number;
  readonly nextAttemptInSeconds?: number;
}

const FOLDER = new URL('../../../fixtures/plans/', import.meta.url);
const NOW = new Date('2026-11-23T09:00:00Z');
const SCHOOL_CLASS: SchoolClass = { id: '5a', organizationId: 'school', name: '5А', schoolYear: '2026' };
const files = readdirSync(FOLDER).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
const read = (file: string): RulesCase | PlanCase =>
  JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as RulesCase | PlanCase;
const sentence = (file: string): string => file.replace(/\.json$/, '').replaceAll('-', ' ');

describe('golden plans', () => {
  it('are numbered one by one', () => {
    const numbers = files.map((file) => Number.parseInt(file, 10));
    expect(numbers).to.deep.equal(files.map((_, index) => index + 1));
    expect(files.length).to.be.at.least(60);
  });

  for (const file of files) {
    const golden = read(file);
    it(`${sentence(file)} (${golden.covers})`, () => {
      if ('roster' in golden) expectMembers(golden);
      else expectPlan(golden);
    });
  }
});

function expectMembers(golden: RulesCase): void {
  const { title, members } = desired(golden);
  expect(Object.fromEntries(members.map((member) => [member.personId, memberText(member)]))).to.deep.equal(
    golden.members,
  );
  expect(members).to.have.length(Object.keys(golden.members).length);
  if (golden.title !== undefined) expect(title).to.equal(golden.title);
}

function desired({ chat, roster }: RulesCase): { title?: string; members: readonly DesiredMember[] } {
  const { administrator, students = [] } = roster;
  const schoolClass = {
    ...SCHOOL_CLASS,
    ...(roster.classTeacher === undefined ? {} : { classTeacherId: roster.classTeacher }),
  };
  switch (chat) {
    case 'teachers':
      return teachersChat(
        administrator,
        Object.entries(roster.employees ?? {}).map(([personId, positionTypes]) => ({
          personId,
          positionTypes,
          organizationId: 'school',
          position: '',
        })),
      );
    case 'class':
      return classChat(administrator, schoolClass, students);
    case 'guardians':
      return guardiansChat(administrator, schoolClass, students, new Map(Object.entries(roster.guardians ?? {})));
    case 'subject': {
      const group = roster.groupTeacher === undefined ? {} : { teacherId: roster.groupTeacher };
      return { members: subjectMembers(administrator, group, students) };
    }
    case 'other':
      return { members: otherMembers(administrator) };
  }
}

function memberText({ role, kind, reasons }: DesiredMember): string {
  return `${role} ${kind}: ${reasons.join(', ')}`;
}

const TITLE = 'Классный чат 5А';
const RUNNING = '100';

function expectPlan(golden: PlanCase): void {
  const { actions, finding, nextAt } = planChat(snapshotOf(golden), contextOf(golden));
  const done = [...actions.map(actionText), ...(finding === undefined ? [] : [findingText(finding)])];
  expect(done).to.deep.equal(golden.actions);
  if (golden.againInSeconds === undefined) return;
  expect(nextAt === undefined ? null : (nextAt.getTime() - NOW.getTime()) / 1000).to.equal(golden.againInSeconds);
}

function contextOf({ context = {} }: PlanCase): Parameters<typeof planChat>[1] {
  return {
    account: context.account === null ? undefined : (context.account ?? RUNNING),
    abilities: { ...new MemoryMessenger().abilities, ...context.abilities },
    now: NOW,
    surveyed: context.surveyed ?? true,
    surveyAt: inSeconds(context.surveyInSeconds),
    rivals: (context.rivals ?? []).map((accounts) => accounts.split(' ')),
  };
}

function snapshotOf({ snapshot, people, context }: PlanCase): ChatSnapshot {
  const [formerAccount, formerRemoteId] = snapshot.former?.split(' ') ?? [];
  const reader = context?.account ?? RUNNING;
  return {
    state: snapshot.state ?? 'open',
    title: TITLE,
    remoteId: snapshot.remoteId === null ? undefined : '7',
    ownerAccount: known(snapshot.ownerAccount, RUNNING),
    maker: snapshot.maker ?? formerAccount ?? known(snapshot.ownerAccount, RUNNING),
    former:
      formerAccount === undefined || formerRemoteId === undefined
        ? undefined
        : { account: formerAccount, remoteId: formerRemoteId },
    remoteTitle: known(snapshot.remoteTitle, TITLE),
    inviteLink: snapshot.inviteLink === null ? undefined : 'https://vk.me/join/7',
    createsBare: snapshot.bare ?? false,
    doubts: (snapshot.doubts ?? []).map(doubtOf),
    candidates: Object.entries(snapshot.candidates ?? {}).map(([id, accounts]) => candidateOf(id, accounts, reader)),
    asks: snapshot.asks ?? false,
    searchedAt: inSeconds(snapshot.searchedSecondsAgo === undefined ? undefined : -snapshot.searchedSecondsAgo),
    readOffset: snapshot.readFrom,
    nextAttemptAt: inSeconds(snapshot.nextAttemptInSeconds),
    failures: new Map(
      Object.entries(snapshot.failures ?? {}).map(([property, seconds]) => [
        property as ChatProperty,
        { attempts: 1, nextAttemptAt: inSeconds(seconds ?? undefined) },
      ]),
    ),
    strays: (snapshot.strays ?? []).map((stray) => {
      const [personId = '', account = ''] = stray.split(' ');
      return { personId, account, attempts: 0, nextAttemptAt: undefined };
    }),
    members: Object.entries(people).map(([personId, person]) => memberOf(personId, person)),
  };
}

function doubtOf(doubt: PlanDoubt, index: number): ChatDoubt {
  const { kind, secondsAgo, lastsSeconds = 30, looked = false, by = RUNNING, title, accounts } = doubt;
  return {
    ...{ id: `d${index}`, subjectId: 'chat', kind, account: by, role: undefined, title, looked },
    people: (accounts?.split(' ') ?? []).map((account) => ({ account, personId: undefined })),
    sentAt: new Date(NOW.getTime() - secondsAgo * 1000),
    until: new Date(NOW.getTime() + (lastsSeconds - secondsAgo) * 1000),
  };
}

function candidateOf(remoteId: string, accounts: string | null, account: string): ChatCandidate {
  return {
    ...{ remoteId, account, title: TITLE, ownerAccount: account },
    accounts: accounts?.split(' ') ?? [],
    nextOffset: accounts === null ? 0 : undefined,
  };
}

function known(value: string | null | undefined, usual: string): string | undefined {
  return value === undefined ? usual : (value ?? undefined);
}

function inSeconds(seconds: number | undefined): Date | undefined {
  return seconds === undefined ? undefined : new Date(NOW.getTime() + seconds * 1000);
}

function memberOf(personId: string, person: PlanPerson): MemberSnapshot {
  const [deliveredAccount, deliveredRole] = person.there?.split(' ') ?? [];
  return {
    personId,
    wantedRole: person.wanted,
    account: person.account,
    deliveredAccount,
    deliveredRole: deliveredRole as MemberRole | undefined,
    invited: person.invited ?? false,
    refused: person.refused ?? false,
    attempts: person.attempts ?? 0,
    nextAttemptAt: inSeconds(person.nextAttemptInSeconds),
  };
}

/** As another account than the one that runs the chats: `… by 200`. */
function actionText(action: ChatAction): string {
  return `${whatText(action)}${action.account === RUNNING ? '' : ` by ${action.account}`}`;
}

function whatText(action: ChatAction): string {
  switch (action.kind) {
    case 'create':
      return `create «${action.title}» with ${action.people.map(({ account }) => account).join(' ') || 'nobody'}`;
    case 'search':
      return `search «${action.title}» of ${action.ownerAccount}`;
    case 'survey':
    case 'describe':
    case 'invite-link':
    case 'leave':
      return action.kind;
    case 'inspect':
      return `inspect ${action.remoteId}`;
    case 'take-over':
      return 'take over by its link';
    case 'read':
      return `read from ${action.offset}`;
    case 'rename':
      return `rename to «${action.title}»`;
    case 'remove':
      return `remove ${action.personId} ${action.target}${action.remoteId === undefined ? '' : ` in ${action.remoteId}`}`;
    case 'add':
      return `add ${action.personId} ${action.target}`;
    case 'role':
      return `role ${action.personId} ${action.target} ${action.role}`;
  }
}

function findingText(finding: ChatFinding): string {
  switch (finding.kind) {
    case 'adopt':
      return `adopt ${finding.candidate.remoteId}`;
    case 'ask':
      return 'ask';
    case 'none':
      return finding.ended ? 'none, it came to nothing' : 'none of these';
    case 'not-taken':
      return finding.code;
  }
}
