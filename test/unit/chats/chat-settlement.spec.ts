import { expect } from 'chai';

import type { ChatAction } from '../../../src/chats/chat-plan.js';
import { settleAction, type Settlement, type SettlementContext } from '../../../src/chats/chat-settlement.js';
import type { MessengerAnswer, MessengerFailureClass, RemoteChat } from '../../../src/messenger/messenger.js';

const NOW = new Date('2026-11-23T09:00:00Z');
const CONTEXT: SettlementContext = {
  now: NOW,
  random: 0,
  account: '100',
  attempts: 0,
  readSeen: 0,
  knownRemoteIds: new Set(),
};
/** First backoff with `random` 0, and how long a refused chat rests. */
const RETRY_AT = new Date(NOW.getTime() + 1_000);
const REST_UNTIL = new Date(NOW.getTime() + 6 * 3_600_000);

const CREATE: ChatAction = { kind: 'create', title: '5А', accounts: ['101'] };
const FIND: ChatAction = { kind: 'find', title: '5А' };
const TAKE_OVER: ChatAction = { kind: 'take-over', title: '5А' };
const READ: ChatAction = { kind: 'read', offset: 0 };
const RENAME: ChatAction = { kind: 'rename', title: '6А' };
const INVITE_LINK: ChatAction = { kind: 'invite-link' };
const LEAVE: ChatAction = { kind: 'leave', account: '100' };
const ADD: ChatAction = { kind: 'add', personId: 'anna', account: '101' };
const REMOVE: ChatAction = { kind: 'remove', personId: 'anna', account: '101' };
const ROLE: ChatAction = { kind: 'role', personId: 'anna', account: '101', role: 'admin' };
const OF_CHAT = [CREATE, FIND, TAKE_OVER, READ, RENAME, INVITE_LINK, LEAVE];
const OF_MEMBER = [ADD, REMOVE, ROLE];

function success(action: ChatAction, answer: MessengerAnswer, context: Partial<SettlementContext> = {}): Settlement {
  return settleAction(action, { ok: true, answer }, { ...CONTEXT, ...context });
}

function failure(
  action: ChatAction,
  kind: MessengerFailureClass,
  context: Partial<SettlementContext> = {},
): Settlement {
  return settleAction(action, { ok: false, failure: { class: kind, code: 'vk.1' } }, { ...CONTEXT, ...context });
}

/** What a failed creation also does: unless its answer was lost, nothing was created. */
function forgotten(action: ChatAction): { intentAt?: null } {
  return action.kind === 'create' ? { intentAt: null } : {};
}

/** What a refused reading also does: the chat goes on without its list. */
function unread(action: ChatAction): { readOffset?: null } {
  return action.kind === 'read' ? { readOffset: null } : {};
}

function remote(chatId: string, ownerId = '100'): RemoteChat {
  return { chatId, title: '5А', ownerId, membersCount: 3 };
}

describe('settleAction of a success', () => {
  it('books a creation with those who are really in', () => {
    expect(success(CREATE, { chatId: '7', memberIds: ['101'] })).to.deep.equal({
      chat: { remoteId: '7', ownerAccount: '100', remoteTitle: '5А', intentAt: null, failure: null },
      seen: [
        { account: '100', role: 'admin' },
        { account: '101', role: 'member' },
      ],
    });
  });

  it('books what each other call did', () => {
    expect(success(RENAME, {})).to.deep.equal({ chat: { remoteTitle: '6А', failure: null } });
    expect(success(INVITE_LINK, { link: 'https://vk.me/join/7' })).to.deep.equal({
      chat: { inviteLink: 'https://vk.me/join/7' },
    });
    expect(success(LEAVE, {})).to.deep.equal({ chat: { closed: true, failure: null } });
    expect(success(REMOVE, {})).to.deep.equal({ member: { personId: 'anna', kind: 'left' } });
    expect(success(ADD, {})).to.deep.equal({
      member: { personId: 'anna', kind: 'joined', account: '101', role: 'member' },
    });
    expect(success(ROLE, {})).to.deep.equal({ member: { personId: 'anna', kind: 'role', role: 'admin' } });
  });

  for (const action of [...OF_MEMBER, RENAME, LEAVE]) {
    it(`takes "already so" for success: ${action.kind}`, () => {
      expect(failure(action, 'settled')).to.deep.equal(success(action, {}));
    });
  }
});

describe('settleAction of a search', () => {
  const adopted = {
    chat: {
      ...{ remoteId: '7', ownerAccount: '100', remoteTitle: '5А', intentAt: null },
      ...{ readOffset: 0, readSeen: 0, failure: null },
    },
  };

  it('adopts the one own chat and reads its members', () => {
    expect(success(FIND, { chats: [remote('7')] })).to.deep.equal(adopted);
  });

  it('does not adopt what another chat has already', () => {
    const context = { knownRemoteIds: new Set(['8']) };
    expect(success(FIND, { chats: [remote('8'), remote('7')] }, context)).to.deep.equal(adopted);
  });

  it("does not adopt a stranger's chat of the same title", () => {
    expect(success(FIND, { chats: [remote('7', '999')] })).to.deep.equal({ chat: { intentAt: null, failure: null } });
  });

  it('creates anew when none was found', () => {
    expect(success(FIND, { chats: [] })).to.deep.equal({ chat: { intentAt: null, failure: null } });
  });

  it('stops and keeps the intent when several were found', () => {
    expect(success(FIND, { chats: [remote('7'), remote('8')] })).to.deep.equal({
      chat: { failure: { code: 'chat.ambiguous', class: 'refused', nextAttemptAt: REST_UNTIL } },
    });
  });

  it("takes over the chat whoever's it was", () => {
    expect(success(TAKE_OVER, { chats: [remote('7', '999')] })).to.deep.equal(adopted);
  });

  it('never creates anew instead of taking over', () => {
    expect(success(TAKE_OVER, { chats: [] })).to.deep.equal({
      chat: { failure: { code: 'chat.not-found', class: 'refused', nextAttemptAt: REST_UNTIL } },
    });
  });

  it('takes over none of several', () => {
    expect(success(TAKE_OVER, { chats: [remote('7'), remote('8')] })).to.deep.equal({
      chat: { failure: { code: 'chat.ambiguous', class: 'refused', nextAttemptAt: REST_UNTIL } },
    });
  });
});

describe('settleAction of reading members', () => {
  const page = [{ userId: '101', role: 'member' as const, owner: false }];
  const seen = [{ account: '101', role: 'member' }];

  it('goes on with the next page', () => {
    expect(success(READ, { members: page, total: 3, nextOffset: 1 }, { readSeen: 1 })).to.deep.equal({
      chat: { readOffset: 1, readSeen: 2 },
      seen,
    });
  });

  it('ends with the last page', () => {
    expect(success(READ, { members: page, total: 3 }, { readSeen: 2 })).to.deep.equal({
      chat: { readOffset: null, readSeen: 0, compared: true, failure: null },
      seen,
    });
  });

  it('takes an empty list for no answer: whoever reads is a member', () => {
    expect(success(READ, { members: [], total: 0 }).chat).to.include({ readOffset: 0 });
    expect(success(READ, { members: [], total: 0 }).chat).to.not.have.property('compared');
  });

  it('gives a list up that stays cut, without taking it for the truth', () => {
    const { chat } = success(READ, { members: page, total: 3 }, { attempts: 3 });
    expect(chat).to.include({ readOffset: null });
    expect(chat).to.not.have.property('compared');
  });

  it('gives a list up that cannot be had, so that the chat is kept up all the same', () => {
    expect(failure(READ, 'retry', { attempts: 2 }).chat).to.not.have.property('readOffset');
    expect(failure(READ, 'retry', { attempts: 3 }).chat).to.include({ readOffset: null });
    expect(failure(READ, 'unknown', { attempts: 3 }).chat).to.include({ readOffset: null });
  });

  it('reads a list that was cut again from its start, later', () => {
    expect(success(READ, { members: page, total: 3 }, { readSeen: 1 })).to.deep.equal({
      chat: {
        readOffset: 0,
        readSeen: 0,
        failure: { code: 'chat.members-cut', class: 'retry', nextAttemptAt: RETRY_AT },
      },
      seen,
    });
  });
});

describe('settleAction of a failure', () => {
  for (const kind of ['rate', 'credential', 'stop', 'person-needed'] as const) {
    for (const action of [...OF_CHAT, ...OF_MEMBER]) {
      it(`blames neither chat nor person for ${kind}: ${action.kind}`, () => {
        expect(failure(action, kind)).to.deep.equal({ chat: forgotten(action) });
      });
    }
  }

  for (const kind of ['retry', 'unknown'] as const) {
    for (const action of OF_MEMBER) {
      it(`tries the person again after ${kind}: ${action.kind}`, () => {
        expect(failure(action, kind)).to.deep.equal({
          member: {
            personId: 'anna',
            kind: 'failed',
            failure: { code: 'vk.1', class: 'retry', nextAttemptAt: RETRY_AT },
          },
        });
      });
    }
    for (const action of OF_CHAT) {
      it(`tries the chat again after ${kind}: ${action.kind}`, () => {
        expect(failure(action, kind)).to.deep.equal({
          chat: {
            ...(kind === 'unknown' ? {} : forgotten(action)),
            failure: { code: 'vk.1', class: 'retry', nextAttemptAt: RETRY_AT },
          },
        });
      });
    }
  }

  it('keeps the intent only of a creation whose answer was lost', () => {
    for (const kind of ['retry', 'rate', 'permanent', 'credential', 'stop', 'person-needed', 'chat-refused'] as const) {
      expect(failure(CREATE, kind).chat, kind).to.have.property('intentAt', null);
    }
    expect(failure(CREATE, 'unknown').chat).not.to.have.property('intentAt');
  });

  it('waits longer with every attempt', () => {
    const waits = [0, 1, 2, 3].map((attempts) => {
      const { member } = failure(ADD, 'retry', { attempts });
      return member?.kind === 'failed' ? (member.failure.nextAttemptAt?.getTime() ?? 0) - NOW.getTime() : undefined;
    });
    expect(waits).to.deep.equal([1_000, 2_000, 4_000, 8_000]);
  });

  for (const action of OF_MEMBER) {
    it(`does not try the person again by itself after a refusal: ${action.kind}`, () => {
      expect(failure(action, 'permanent')).to.deep.equal({
        member: { personId: 'anna', kind: 'failed', failure: { code: 'vk.1', class: 'refused', nextAttemptAt: null } },
      });
    });
  }

  for (const kind of ['permanent', 'invite'] as const) {
    for (const action of OF_CHAT) {
      it(`lets the chat rest after ${kind}: ${action.kind}`, () => {
        expect(failure(action, kind)).to.deep.equal({
          chat: {
            ...forgotten(action),
            ...unread(action),
            failure: { code: 'vk.1', class: 'refused', nextAttemptAt: REST_UNTIL },
          },
        });
      });
    }
  }

  it('invites a person who cannot be added', () => {
    expect(failure(ADD, 'invite')).to.deep.equal({ member: { personId: 'anna', kind: 'invited', code: 'vk.1' } });
  });

  for (const action of [READ, RENAME, INVITE_LINK, ...OF_MEMBER]) {
    it(`books a chat that is gone, and blames no person: ${action.kind}`, () => {
      expect(failure(action, 'chat-lost')).to.deep.equal({
        chat: { failure: { code: 'vk.1', class: 'lost', nextAttemptAt: REST_UNTIL } },
      });
    });
  }

  for (const action of [...OF_CHAT, ...OF_MEMBER]) {
    it(`lets a chat rest that refuses this account, and blames no person: ${action.kind}`, () => {
      expect(failure(action, 'chat-refused')).to.deep.equal({
        chat: {
          ...forgotten(action),
          ...unread(action),
          failure: { code: 'vk.1', class: 'refused', nextAttemptAt: REST_UNTIL },
        },
      });
    });
  }

  it('closes a chat that is gone when its owner leaves it', () => {
    expect(failure(LEAVE, 'chat-lost').chat?.closed).to.equal(true);
  });

  it('does not take "already so" for an answer to a creation', () => {
    expect(failure(CREATE, 'settled').chat?.failure?.class).to.equal('refused');
  });

  it('books nobody as invited whose removal is refused', () => {
    expect(failure(REMOVE, 'invite').member?.kind).to.equal('failed');
  });
});
