import { readdirSync, readFileSync } from 'node:fs';

import { expect } from 'chai';

import { planChat, type ChatAction, type ChatSnapshot, type MemberSnapshot } from '../../../src/chats/chat-plan.js';
import {
  classChat,
  guardiansChat,
  otherMembers,
  subjectMembers,
  teachersChat,
  type DesiredMember,
} from '../../../src/chats/chat-rules.js';
import type { PositionType, SchoolClass } from '../../../src/host/host-directory.js';
import type { MemberRole, MessengerAbilities } from '../../../src/messenger/messenger.js';
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
    readonly remoteTitle?: string | null;
    readonly inviteLink?: null;
    readonly intentSecondsAgo?: number;
    readonly readFrom?: number;
    readonly nextAttemptInSeconds?: number;
  };
  readonly people: Readonly<Record<string, PlanPerson>>;
  readonly context?: { readonly account?: string; readonly abilities?: Partial<MessengerAbilities> };
  readonly actions: readonly string[];
}

interface PlanPerson {
  readonly wanted?: MemberRole;
  readonly account?: string;
  /** `account role` on the messenger's side. */
  readonly there?: string;
  /** An account that a request whose answer was lost may have put there. */
  readonly sent?: string;
  readonly invited?: true;
  readonly refused?: true;
  readonly nextAttemptInSeconds?: number;
}

const FOLDER = new URL('../../../fixtures/plans/', import.meta.url);
const NOW = new Date('2026-11-23T09:00:00Z');
const SCHOOL_CLASS: SchoolClass = { id: '5a', organizationId: 'school', name: '5А', schoolYear: '2026' };
const files = readdirSync(FOLDER).sort();
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
      else expect(planned(golden)).to.deep.equal(golden.actions);
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

function planned({ snapshot, people, context }: PlanCase): string[] {
  const title = 'Классный чат 5А';
  const chat: ChatSnapshot = {
    state: snapshot.state ?? 'open',
    title,
    remoteId: snapshot.remoteId === null ? undefined : '7',
    ownerAccount: known(snapshot.ownerAccount, '100'),
    remoteTitle: known(snapshot.remoteTitle, title),
    inviteLink: snapshot.inviteLink === null ? undefined : 'https://vk.me/join/7',
    intentAt: snapshot.intentSecondsAgo === undefined ? undefined : inSeconds(-snapshot.intentSecondsAgo),
    readOffset: snapshot.readFrom,
    nextAttemptAt: inSeconds(snapshot.nextAttemptInSeconds),
    members: Object.entries(people).map(([personId, person]) => memberOf(personId, person)),
  };
  return planChat(chat, {
    account: context?.account ?? '100',
    abilities: { ...new MemoryMessenger().abilities, ...context?.abilities },
    now: NOW,
  }).map(actionText);
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
    sentAccount: person.sent,
    deliveredRole: deliveredRole as MemberRole | undefined,
    invited: person.invited ?? false,
    refused: person.refused ?? false,
    nextAttemptAt: inSeconds(person.nextAttemptInSeconds),
  };
}

function actionText(action: ChatAction): string {
  switch (action.kind) {
    case 'create':
      return `create «${action.title}» with ${action.accounts.join(' ') || 'nobody'}`;
    case 'find':
      return `find «${action.title}»`;
    case 'take-over':
      return `take over «${action.title}»`;
    case 'read':
      return `read from ${action.offset}`;
    case 'rename':
      return `rename to «${action.title}»`;
    case 'remove':
    case 'add':
      return `${action.kind} ${action.personId} ${action.account}`;
    case 'role':
      return `role ${action.personId} ${action.account} ${action.role}`;
    case 'invite-link':
      return 'invite-link';
    case 'leave':
      return `leave ${action.account}`;
  }
}
