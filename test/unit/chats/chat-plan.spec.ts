import { expect } from 'chai';
import fc from 'fast-check';

import { planChat } from '../../../src/chats/chat-plan.js';
import type {
  ChatAction,
  ChatPlan,
  ChatSnapshot,
  MemberSnapshot,
  PlanContext,
} from '../../../src/chats/chat-snapshot.js';
import type { MemberRole } from '../../../src/messenger/messenger.js';
import { MemoryMessenger } from '../../support/memory-messenger.js';

const OWNER = '100';
const CONTEXT: PlanContext = {
  account: OWNER,
  abilities: new MemoryMessenger().abilities,
  now: new Date('2026-11-23T09:00:00Z'),
  surveyed: true,
  surveyAt: undefined,
  rivals: [],
};
/** A chat in which nothing is in doubt and nothing has failed. */
const SURE = {
  ...{
    maker: undefined,
    former: undefined,
    createsBare: false,
    doubts: [],
    candidates: [],
    asks: false,
    searchedAt: undefined,
  },
  ...{ readOffset: undefined, nextAttemptAt: undefined, failures: new Map(), strays: [] },
};
/** More rounds than any chat needs: creating, members, roles. */
const ROUNDS = 6;

const role = fc.constantFrom<MemberRole>('member', 'admin');
const there = fc.option(fc.record({ linkedHere: fc.boolean(), role }), { nil: undefined });
const member = fc.record({ wantedRole: fc.option(role, { nil: undefined }), linked: fc.boolean(), there });

const members = fc.array(member, { maxLength: 8 }).map((list) =>
  list.map(({ wantedRole, linked, there: delivered }, index): MemberSnapshot => {
    const account = String(200 + index);
    const other = String(300 + index);
    return {
      personId: `p${index}`,
      wantedRole,
      account: linked ? account : undefined,
      deliveredAccount: delivered && (delivered.linkedHere ? account : other),
      deliveredRole: delivered?.role,
      attempts: 0,
      invited: false,
      refused: false,
      nextAttemptAt: undefined,
    };
  }),
);

const chats = fc
  .record({
    title: fc.constantFrom('5А', '6А'),
    remoteTitle: fc.constantFrom('5А', '6А'),
    link: fc.boolean(),
    exists: fc.boolean(),
    closing: fc.boolean(),
    members,
  })
  .map(({ title, remoteTitle, link, exists, closing, members: list }): ChatSnapshot => {
    const base = { ...SURE, title };
    if (!exists) {
      const away = list.map((one) => ({ ...one, deliveredAccount: undefined, deliveredRole: undefined }));
      const absent = { remoteId: undefined, ownerAccount: undefined, remoteTitle: undefined, inviteLink: undefined };
      return { ...base, ...absent, state: 'open', members: away };
    }
    const state = closing ? 'closing' : 'open';
    const inviteLink = link ? 'https://vk.me/join/7' : undefined;
    return { ...base, state, remoteId: '7', ownerAccount: OWNER, remoteTitle, inviteLink, members: list };
  });

const soon = fc.option(
  fc.integer({ min: -90, max: 90 }).map((seconds) => new Date(CONTEXT.now.getTime() + seconds * 1000)),
  { nil: undefined },
);
const doubt = fc
  .record({
    kind: fc.constantFrom('chat.create' as const, 'member.add' as const, 'member.remove' as const),
    agoMs: fc.integer({ min: 0, max: 90_000 }),
    lastsMs: fc.integer({ min: 0, max: 60_000 }),
    looked: fc.boolean(),
  })
  .map(({ kind, agoMs, lastsMs, looked }) => ({
    ...{ id: 'd', subjectId: 'c', kind, account: OWNER, people: [], role: undefined, title: '5А', looked },
    sentAt: new Date(CONTEXT.now.getTime() - agoMs),
    until: new Date(CONTEXT.now.getTime() - agoMs + lastsMs),
  }));
const failure = fc.tuple(
  fc.constantFrom('title', 'link', 'reading', 'take-over', 'search', 'owner', 'twin'),
  fc.record({ attempts: fc.nat({ max: 3 }), nextAttemptAt: soon }),
);

/** Chats of every kind in every state of doubt, failure and waiting. */
const disturbed = fc
  .record({
    chat: chats,
    state: fc.constantFrom('open', 'archived', 'closing'),
    doubts: fc.array(doubt, { maxLength: 2 }),
    failures: fc.array(failure, { maxLength: 3 }),
    searchedAt: soon,
    nextAttemptAt: soon,
    asks: fc.boolean(),
    owned: fc.boolean(),
    memberTimes: fc.array(soon, { minLength: 8, maxLength: 8 }),
  })
  .map(({ chat, failures, owned, memberTimes, ...rest }): ChatSnapshot => ({
    ...chat,
    ...rest,
    failures: new Map(failures),
    ownerAccount: chat.remoteId === undefined || owned ? chat.ownerAccount : '900',
    members: chat.members.map((one, index) => ({ ...one, nextAttemptAt: memberTimes[index] })),
  }));

function actionsOf(chat: ChatSnapshot): ChatPlan['actions'] {
  return planChat(chat, CONTEXT).actions;
}

function change(chat: ChatSnapshot, personId: string, changed: Partial<MemberSnapshot>): ChatSnapshot {
  return {
    ...chat,
    members: chat.members.map((one) => (one.personId === personId ? { ...one, ...changed } : one)),
  };
}

/** The chat after the messenger did what was asked. */
function applied(chat: ChatSnapshot, action: ChatAction): ChatSnapshot {
  switch (action.kind) {
    case 'create':
      return {
        ...chat,
        ...{ remoteId: '7', ownerAccount: OWNER, remoteTitle: action.title },
        members: chat.members.map((one) =>
          one.account !== undefined && action.people.some(({ account }) => account === one.account)
            ? { ...one, deliveredAccount: one.account, deliveredRole: 'member' }
            : one,
        ),
      };
    case 'rename':
      return { ...chat, remoteTitle: action.title };
    case 'invite-link':
      return { ...chat, inviteLink: 'https://vk.me/join/7' };
    case 'remove':
      return change(chat, action.personId, { deliveredAccount: undefined, deliveredRole: undefined });
    case 'add':
      return change(chat, action.personId, { deliveredAccount: action.target, deliveredRole: 'member' });
    case 'role':
      return change(chat, action.personId, { deliveredRole: action.role });
    case 'leave':
      return { ...chat, state: 'closed' };
    default:
      throw new Error(`nothing asks for ${action.kind} here`);
  }
}

function finished(chat: ChatSnapshot): ChatSnapshot {
  let current = chat;
  for (let round = 0; round < ROUNDS; round += 1) current = actionsOf(current).reduce(applied, current);
  return current;
}

describe('planChat', () => {
  it('asks for nothing after everything was done', () => {
    fc.assert(
      fc.property(chats, (chat) => {
        expect(actionsOf(finished(chat))).to.deep.equal([]);
      }),
    );
  });

  it('needs one round for a chat that is there', () => {
    fc.assert(
      fc.property(
        chats.filter((chat) => chat.remoteId !== undefined && chat.state === 'open'),
        (chat) => {
          const once = actionsOf(chat).reduce(applied, chat);
          expect(actionsOf(once)).to.deep.equal([]);
        },
      ),
    );
  });

  it('brings in whoever is wanted and linked, and nobody else', () => {
    fc.assert(
      fc.property(
        chats.filter((chat) => chat.state === 'open'),
        (chat) => {
          for (const one of finished(chat).members) {
            const belongs = one.wantedRole !== undefined && one.account !== undefined;
            expect(one.deliveredAccount).to.equal(belongs ? one.account : undefined);
            expect(one.deliveredRole).to.equal(belongs ? one.wantedRole : undefined);
          }
        },
      ),
    );
  });

  it('leaves nobody in a chat that was closed', () => {
    fc.assert(
      fc.property(
        chats.filter((chat) => chat.state === 'closing'),
        (chat) => {
          const closed = finished(chat);
          expect(closed.state).to.equal('closed');
          expect(closed.members.filter((one) => one.deliveredAccount !== undefined)).to.deep.equal([]);
        },
      ),
    );
  });

  it('does not touch people who stand as they should', () => {
    fc.assert(
      fc.property(chats, (chat) => {
        const done = new Set(
          chat.members
            .filter((one) => one.account === one.deliveredAccount && one.wantedRole === one.deliveredRole)
            .map((one) => one.personId),
        );
        if (chat.state !== 'open') return;
        const touched = actionsOf(chat).flatMap((action) => ('personId' in action ? [action.personId] : []));
        expect(touched.filter((personId) => done.has(personId))).to.deep.equal([]);
      }),
    );
  });

  it('never removes after it added, but for the same person', () => {
    fc.assert(
      fc.property(chats, (chat) => {
        const kinds = actionsOf(chat).map((action) => action.kind);
        const firstAddition = kinds.indexOf('add');
        if (firstAddition >= 0) expect(kinds.lastIndexOf('remove')).to.be.below(firstAddition);
      }),
    );
  });

  it('plans a school of 81 chats and 2,885 members in milliseconds', () => {
    const list = Array.from({ length: 36 }, (_, index): MemberSnapshot => ({
      personId: `p${index}`,
      wantedRole: 'member',
      account: String(200 + index),
      deliveredAccount: undefined,
      attempts: 0,
      deliveredRole: undefined,
      invited: false,
      refused: false,
      nextAttemptAt: undefined,
    }));
    const chat: ChatSnapshot = {
      ...{ state: 'open', title: '5А', remoteId: '7', ownerAccount: OWNER, remoteTitle: '5А', inviteLink: 'link' },
      ...{ ...SURE, members: list },
    };
    const startedAt = performance.now();
    for (let count = 0; count < 81; count += 1) planChat(chat, CONTEXT);
    expect(performance.now() - startedAt).to.be.below(200);
  });

  it('says when it would be another plan: nothing changes before, and it is planned anew then', () => {
    fc.assert(
      fc.property(disturbed, fc.double({ min: 0, max: 0.999, noNaN: true }), (chat, share) => {
        const plan = planChat(chat, CONTEXT);
        if (plan.actions.length > 0 || plan.finding !== undefined) return;
        const now = CONTEXT.now.getTime();
        if (plan.nextAt === undefined) {
          expect(planChat(chat, { ...CONTEXT, now: new Date(now + 10 * 86_400_000) })).to.deep.equal(plan);
          return;
        }
        expect(plan.nextAt.getTime()).to.be.greaterThan(now);
        const before = new Date(now + Math.floor((plan.nextAt.getTime() - now) * share));
        expect(planChat(chat, { ...CONTEXT, now: before })).to.deep.equal(plan);
        const then = planChat(chat, { ...CONTEXT, now: plan.nextAt });
        expect(then.nextAt ?? new Date(8.64e15)).to.be.greaterThan(plan.nextAt);
      }),
      { numRuns: 1000 },
    );
  });

  it('adds nobody twice and creates nothing while a creation is in doubt', () => {
    fc.assert(
      fc.property(disturbed, (chat) => {
        const kinds = actionsOf(chat).map(({ kind }) => kind);
        if (chat.doubts.some(({ kind }) => kind === 'chat.create')) expect(kinds).not.to.include('create');
        const added = actionsOf(chat).flatMap((action) => (action.kind === 'add' ? [action.target] : []));
        expect(new Set(added).size).to.equal(added.length);
      }),
    );
  });
});
