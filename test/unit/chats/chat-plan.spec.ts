import { expect } from 'chai';
import fc from 'fast-check';

import { planChat, type ChatAction, type ChatSnapshot, type MemberSnapshot } from '../../../src/chats/chat-plan.js';
import type { MemberRole } from '../../../src/messenger/messenger.js';
import { MemoryMessenger } from '../../support/memory-messenger.js';

const OWNER = '100';
const CONTEXT = { account: OWNER, abilities: new MemoryMessenger().abilities, now: new Date('2026-11-23T09:00:00Z') };
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
      sentAccount: undefined,
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
    const base = { title, intentAt: undefined, readOffset: undefined, nextAttemptAt: undefined };
    if (!exists) {
      const away = list.map((one) => ({ ...one, deliveredAccount: undefined, deliveredRole: undefined }));
      const absent = { remoteId: undefined, ownerAccount: undefined, remoteTitle: undefined, inviteLink: undefined };
      return { ...base, ...absent, state: 'open', members: away };
    }
    const state = closing ? 'closing' : 'open';
    const inviteLink = link ? 'https://vk.me/join/7' : undefined;
    return { ...base, state, remoteId: '7', ownerAccount: OWNER, remoteTitle, inviteLink, members: list };
  });

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
          one.account !== undefined && action.accounts.includes(one.account)
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
      return change(chat, action.personId, { deliveredAccount: action.account, deliveredRole: 'member' });
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
  for (let round = 0; round < ROUNDS; round += 1) current = planChat(current, CONTEXT).reduce(applied, current);
  return current;
}

describe('planChat', () => {
  it('asks for nothing after everything was done', () => {
    fc.assert(
      fc.property(chats, (chat) => {
        expect(planChat(finished(chat), CONTEXT)).to.deep.equal([]);
      }),
    );
  });

  it('needs one round for a chat that is there', () => {
    fc.assert(
      fc.property(
        chats.filter((chat) => chat.remoteId !== undefined && chat.state === 'open'),
        (chat) => {
          const once = planChat(chat, CONTEXT).reduce(applied, chat);
          expect(planChat(once, CONTEXT)).to.deep.equal([]);
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
        const touched = planChat(chat, CONTEXT).flatMap((action) => ('personId' in action ? [action.personId] : []));
        expect(touched.filter((personId) => done.has(personId))).to.deep.equal([]);
      }),
    );
  });

  it('never removes after it added, but for the same person', () => {
    fc.assert(
      fc.property(chats, (chat) => {
        const kinds = planChat(chat, CONTEXT).map((action) => action.kind);
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
      sentAccount: undefined,
      deliveredRole: undefined,
      invited: false,
      refused: false,
      nextAttemptAt: undefined,
    }));
    const chat: ChatSnapshot = {
      ...{ state: 'open', title: '5А', remoteId: '7', ownerAccount: OWNER, remoteTitle: '5А', inviteLink: 'link' },
      ...{ intentAt: undefined, readOffset: undefined, nextAttemptAt: undefined, members: list },
    };
    const startedAt = performance.now();
    for (let count = 0; count < 81; count += 1) planChat(chat, CONTEXT);
    expect(performance.now() - startedAt).to.be.below(200);
  });
});
