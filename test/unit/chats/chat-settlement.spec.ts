import { expect } from 'chai';

import type { Settlement, SettlementContext } from '../../../src/chats/chat-change.js';
import { settleAction } from '../../../src/chats/chat-settlement.js';
import type { ChatAction } from '../../../src/chats/chat-snapshot.js';
import { succeeded } from '../../../src/messenger/messenger-result.js';
import type {
  MessengerAnswers,
  MessengerCallKind,
  MessengerFailure,
  MessengerFailureClass,
} from '../../../src/messenger/messenger.js';

const ACCOUNT = '100';
const CONTEXT: SettlementContext = {
  random: 0,
  chat: {
    ownerAccount: ACCOUNT,
    failures: new Map(),
    createsBare: false,
    former: undefined,
    doubts: [],
    candidates: [],
  },
  attempts: 0,
  reading: { accounts: [], total: undefined },
};
/** First backoff with `random` 0, and how long what is refused rests. */
const FIRST_RETRY_MS = 1_000;
const REFUSED_MS = 6 * 3_600_000;

const CREATE: ChatAction = {
  kind: 'create',
  account: ACCOUNT,
  title: '5А',
  people: [{ personId: 'anna', account: '101' }],
};
const CREATE_BARE: ChatAction = { ...CREATE, people: [] };
const SEARCH: ChatAction = { kind: 'search', account: ACCOUNT, title: '5А', ownerAccount: ACCOUNT };
const SURVEY: ChatAction = { kind: 'survey', account: ACCOUNT };
const INSPECT: ChatAction = { kind: 'inspect', account: ACCOUNT, remoteId: '8', offset: 0 };
const TAKE_OVER: ChatAction = { kind: 'take-over', account: '200', link: 'https://vk.me/join/7' };
const DESCRIBE: ChatAction = { kind: 'describe', account: ACCOUNT };
const READ: ChatAction = { kind: 'read', account: ACCOUNT, offset: 0 };
const RENAME: ChatAction = { kind: 'rename', account: ACCOUNT, title: '6А' };
const INVITE_LINK: ChatAction = { kind: 'invite-link', account: ACCOUNT };
const LEAVE: ChatAction = { kind: 'leave', account: ACCOUNT };
const ADD: ChatAction = { kind: 'add', account: ACCOUNT, personId: 'anna', target: '101' };
const REMOVE: ChatAction = { kind: 'remove', account: ACCOUNT, personId: 'anna', target: '101' };
const ROLE: ChatAction = { kind: 'role', account: ACCOUNT, personId: 'anna', target: '101', role: 'admin' };
const OF_MEMBER = [ADD, REMOVE, ROLE];
/** Actions that concern one property, each with its name. */
const OF_PROPERTY = [
  [RENAME, 'title'],
  [INVITE_LINK, 'link'],
  [READ, 'reading'],
  [SEARCH, 'search'],
  [SURVEY, 'search'],
] as const;
const ALL = [CREATE, SEARCH, SURVEY, INSPECT, TAKE_OVER, DESCRIBE, READ, RENAME, INVITE_LINK, LEAVE, ...OF_MEMBER];

function success<K extends MessengerCallKind>(
  action: ChatAction,
  kind: K,
  answer: MessengerAnswers[K],
  context: Partial<SettlementContext> = {},
): Settlement {
  const result = succeeded<MessengerCallKind>(kind, answer);
  return settleAction(action, result, { ...CONTEXT, ...context });
}

function failure(
  action: ChatAction,
  kind: MessengerFailureClass,
  { context = {}, ...failed }: Partial<MessengerFailure> & { context?: Partial<SettlementContext> } = {},
): Settlement {
  const written = { class: kind, code: 'vk.1', scope: 'call', effect: 'none', ...failed } as const;
  return settleAction(action, { ok: false, failure: written }, { ...CONTEXT, ...context });
}

const retried = { code: 'vk.1', class: 'retry', restMs: FIRST_RETRY_MS } as const;
const refused = { code: 'vk.1', class: 'refused', restMs: REFUSED_MS } as const;

describe('settleAction of a success', () => {
  it('books a creation with those who are really in', () => {
    expect(success(CREATE, 'chat.create', { chatId: '7', memberIds: ['101'] })).to.deep.equal({
      chat: { remoteId: '7', ownerAccount: '100', remoteTitle: '5А', failure: null },
      seen: [
        { account: '100', role: 'admin' },
        { account: '101', role: 'member' },
      ],
    });
  });

  it('leaves in doubt who is in a chat whose creation does not say', () => {
    const settled = success(CREATE, 'chat.create', { chatId: '7', memberIds: undefined });
    expect(settled.unclear).to.equal(true);
    expect(settled.chat?.remoteId).to.equal('7');
    expect(settled.seen).to.deep.equal([{ account: '100', role: 'admin' }]);
  });

  it('books what each other call did, and that the chat was reached', () => {
    expect(success(RENAME, 'chat.rename', {})).to.deep.equal({
      chat: { remoteTitle: '6А', failure: null },
    });
    expect(success(INVITE_LINK, 'chat.invite-link', { link: 'https://vk.me/join/7' })).to.deep.equal({
      chat: { inviteLink: 'https://vk.me/join/7', failure: null },
    });
    expect(success(DESCRIBE, 'chat.describe', { title: '4А', ownerId: '100' })).to.deep.equal({
      chat: { remoteTitle: '4А' },
    });
    expect(success(LEAVE, 'member.remove', {})).to.deep.equal({ chat: { closed: true, failure: null } });
    expect(success(REMOVE, 'member.remove', {})).to.deep.equal({
      chat: { failure: null },
      member: { personId: 'anna', kind: 'left', account: '101' },
    });
    expect(success(ADD, 'member.add', {}).member).to.deep.equal({
      ...{ personId: 'anna', kind: 'joined', account: '101', role: 'member' },
    });
    expect(success(ROLE, 'member.role', {}).member).to.deep.equal({ personId: 'anna', kind: 'role', role: 'admin' });
  });

  it('hands on the chats that were listed, and who is in a candidate', () => {
    const chats = [{ chatId: '8', title: '5А', ownerId: '100', membersCount: 2 }];
    expect(success(SEARCH, 'chat.list', { chats }).listed).to.deep.equal(chats);
    expect(success(SURVEY, 'chat.list', { chats }).listed).to.deep.equal(chats);
    const members = [{ userId: '101', role: undefined, owner: false }];
    expect(success(INSPECT, 'chat.members', { members, total: 2, nextOffset: 1 }).inspected).to.deep.equal({
      ...{ remoteId: '8', accounts: ['101'], nextOffset: 1 },
    });
  });

  it('believes no list of a candidate that is shorter than its count: it is read again, later', () => {
    const members = [{ userId: ACCOUNT, role: undefined, owner: true }];
    const cut = success(INSPECT, 'chat.members', { members, total: 2 });
    expect(cut.inspected).to.deep.equal({ remoteId: '8', accounts: [], nextOffset: 0, anew: true });
    expect(cut.chat?.failures?.search).to.deep.include({ code: 'chat.members-cut', class: 'retry' });
    // With what an earlier page has shown it is whole.
    const candidate = { remoteId: '8', account: ACCOUNT, title: '5А', ownerAccount: ACCOUNT, nextOffset: 1 };
    const second = { ...INSPECT, offset: 1 } as ChatAction;
    const context = { chat: { ...CONTEXT.chat, candidates: [{ ...candidate, accounts: ['101'] }] } };
    const whole = success(second, 'chat.members', { members, total: 2 }, context);
    expect(whole.inspected).to.deep.equal({ remoteId: '8', accounts: [ACCOUNT], nextOffset: undefined });
    const repeated = success(second, 'chat.members', { members, total: 3 }, context);
    expect(repeated.inspected).to.have.property('anew', true);
  });

  it('reads a chat whole that was taken over', () => {
    const settled = success(TAKE_OVER, 'chat.join', { chatId: '3' });
    expect(settled.chat).to.deep.include({
      ...{ remoteId: '3', ownerAccount: '200', takenOver: true, reading: { offset: 0 } },
    });
    expect(settled.seen).to.deep.equal([{ account: '200', role: undefined }]);
  });

  for (const action of [...OF_MEMBER, RENAME]) {
    it(`takes "already so" for success: ${action.kind}`, () => {
      expect(failure(action, 'settled').member?.kind ?? 'named').to.be.oneOf(['left', 'joined', 'role', 'named']);
      expect(failure(action, 'settled').chat?.failure).to.equal(undefined);
    });
  }

  it('ends the failure of a property that works again', () => {
    const failures = new Map(
      (['title', 'link', 'search'] as const).map((key) => [key, { attempts: 1, nextAttemptAt: undefined }]),
    );
    const context = { chat: { ...CONTEXT.chat, failures } };
    expect(success(RENAME, 'chat.rename', {}, context).chat?.failures).to.deep.equal({ title: null });
    expect(success(INVITE_LINK, 'chat.invite-link', { link: 'l' }, context).chat?.failures).to.deep.equal({
      link: null,
    });
    expect(success(SEARCH, 'chat.list', { chats: [] }, context).chat?.failures).to.deep.equal({ search: null });
  });

  it('does not take an answer of another kind for its own', () => {
    expect(() => success(CREATE, 'chat.join', { chatId: '7' })).to.throw(TypeError);
  });
});

describe('settleAction of reading members', () => {
  const page = [{ userId: '101', role: 'member' as const, owner: false }];
  const seen = [{ account: '101', role: 'member' }];
  const so = (accounts: string[], total: number): Partial<SettlementContext> => ({ reading: { accounts, total } });

  it('goes on with the next page', () => {
    const settled = success(READ, 'chat.members', { members: page, total: 3, nextOffset: 1 });
    expect(settled.chat?.reading).to.deep.equal({ offset: 1, accounts: ['101'], total: 3 });
    expect(settled.seen).to.deep.equal(seen);
  });

  it('is whole with as many different people as were counted', () => {
    const last: ChatAction = { kind: 'read', account: ACCOUNT, offset: 2 };
    const settled = success(last, 'chat.members', { members: page, total: 3 }, so(['100', '102'], 3));
    expect(settled.chat?.reading).to.deep.equal({
      ...{ offset: null, accounts: ['100', '102', '101'], total: 3, whole: true },
    });
    expect(settled.chat?.failures).to.deep.equal({ reading: null });
  });

  for (const [what, action, answer, before] of [
    ['an empty one', READ, { members: [], total: 0 }, undefined],
    ['a short one', READ, { members: page, total: 3 }, undefined],
    ['one that repeats people', { ...READ, offset: 1 }, { members: page, total: 2 }, so(['101'], 2)],
    ['one whose count changed', { ...READ, offset: 1 }, { members: page, total: 2 }, so(['102'], 3)],
  ] as const) {
    it(`reads a list again from its start, later, and believes nothing of it: ${what}`, () => {
      const { chat } = success(action, 'chat.members', answer, before);
      expect(chat?.reading).to.deep.equal({ offset: 0 });
      expect(chat?.failures?.reading).to.deep.equal({
        ...{ code: 'chat.members-cut', class: 'retry', restMs: FIRST_RETRY_MS },
      });
    });
  }

  it('begins anew at the start, whatever an earlier reading had shown', () => {
    const { chat } = success(READ, 'chat.members', { members: page, total: 1 }, so(['999'], 7));
    expect(chat?.reading).to.deep.include({ accounts: ['101'], whole: true });
  });
});

describe('settleAction of a failure', () => {
  for (const kind of ['rate', 'split', 'credential', 'stop', 'person-needed'] as const) {
    it(`blames neither chat nor person for ${kind}`, () => {
      for (const action of ALL) expect(failure(action, kind), action.kind).to.deep.equal({});
    });
  }

  for (const kind of ['retry', 'unknown'] as const) {
    for (const action of OF_MEMBER) {
      it(`tries the person again after ${kind}: ${action.kind}`, () => {
        expect(failure(action, kind)).to.deep.equal({
          member: { personId: 'anna', kind: 'failed', failure: retried },
        });
      });
    }
    for (const [action, property] of OF_PROPERTY) {
      it(`tries only the ${property} again after ${kind}: ${action.kind}`, () => {
        expect(failure(action, kind)).to.deep.equal({ chat: { failures: { [property]: retried } } });
      });
    }
  }

  it('forgets what a chat is called while its renaming is in doubt', () => {
    expect(failure(RENAME, 'retry', { effect: 'possible' }).chat?.remoteTitle).to.equal(null);
    expect(failure(RENAME, 'retry').chat).not.to.have.property('remoteTitle');
  });

  it('waits as long as the messenger says where a kind of call rests', () => {
    const flood = { code: 'vk.9', scope: 'ability', retryAfterMs: 3_600_000 } as const;
    const rests = { code: 'vk.9', class: 'retry', restMs: 3_600_000 };
    expect(failure(ADD, 'flood', flood).member).to.deep.equal({ personId: 'anna', kind: 'failed', failure: rests });
    expect(failure(RENAME, 'flood', flood).chat?.failures).to.deep.equal({ title: rests });
  });

  it('waits longer with every attempt, of the person or of the property', () => {
    const waits = [0, 1, 2, 3].map((attempts) => {
      const { member } = failure(ADD, 'retry', { context: { attempts } });
      return member?.kind === 'failed' ? member.failure.restMs : undefined;
    });
    expect(waits).to.deep.equal([1_000, 2_000, 4_000, 8_000]);
    const failures = new Map([['title' as const, { attempts: 2, nextAttemptAt: undefined }]]);
    const again = failure(RENAME, 'retry', { context: { chat: { ...CONTEXT.chat, failures } } });
    expect(again.chat?.failures?.title?.restMs).to.equal(4_000);
  });

  for (const action of OF_MEMBER) {
    it(`tries the person again after a refusal, later each time: ${action.kind}`, () => {
      const rests = [0, 1, 2, 9].map((attempts) => {
        const { member } = failure(action, 'permanent', { context: { attempts } });
        return member?.kind === 'failed' ? member.failure : undefined;
      });
      expect(rests).to.deep.equal([10, 60, 360, 1440].map((minutes) => ({ ...refused, restMs: minutes * 60_000 })));
    });
  }

  it('looks who is there when a call about somebody in the chat is refused', () => {
    for (const action of [REMOVE, ROLE]) {
      expect(failure(action, 'permanent').chat?.reading, action.kind).to.deep.equal({ offset: 0 });
    }
    expect(failure(ADD, 'permanent').chat).to.equal(undefined);
  });

  for (const kind of ['permanent', 'invite', 'chat-refused'] as const) {
    for (const [action, property] of OF_PROPERTY.slice(0, 3)) {
      it(`lets only the ${property} rest after ${kind}`, () => {
        expect(failure(action, kind)).to.deep.equal({ chat: { failures: { [property]: refused } } });
      });
    }
  }

  it('lets one person rest where this account may not change them, and nobody else', () => {
    expect(failure(REMOVE, 'chat-refused')).to.deep.equal({
      member: { personId: 'anna', kind: 'failed', failure: refused },
    });
  });

  it('makes a chat with nobody when it was refused with people, and rests when it is refused so, too', () => {
    expect(failure(CREATE, 'permanent', { scope: 'person' })).to.deep.equal({
      chat: { createsBare: true, failure: null },
    });
    expect(failure(CREATE_BARE, 'permanent').chat?.failure).to.deep.equal(refused);
  });

  it('invites a person who cannot be added', () => {
    expect(failure(ADD, 'invite')).to.deep.equal({ member: { personId: 'anna', kind: 'invited', code: 'vk.1' } });
  });

  it('reads a chat once more that seems gone, before it counts as lost', () => {
    for (const action of [RENAME, INVITE_LINK, ...OF_MEMBER]) {
      expect(failure(action, 'chat-lost').chat, action.kind).to.deep.include({ reading: { offset: 0 } });
      expect(failure(action, 'chat-lost').chat?.failure, action.kind).to.equal(undefined);
    }
    expect(failure(READ, 'chat-lost').chat?.failures).to.deep.equal({
      owner: { code: 'vk.1', class: 'refused', restMs: 60_000 },
    });
    const before = new Map([['owner', { attempts: 9, nextAttemptAt: undefined }]] as const);
    const later = failure(READ, 'chat-lost', { context: { chat: { ...CONTEXT.chat, failures: before } } });
    expect(later.chat?.failures?.owner?.restMs).to.equal(REFUSED_MS);
  });

  it('knows again what the owner’s account reaches, when it has done something there', () => {
    const before = new Map([['owner', { attempts: 1, nextAttemptAt: undefined }]] as const);
    const chat = { ...CONTEXT.chat, failures: before };
    expect(success(RENAME, 'chat.rename', {}, { chat }).chat?.failures).to.deep.equal({ owner: null });
    const described = success(DESCRIBE, 'chat.describe', { title: '6А', ownerId: undefined }, { chat });
    expect(described.chat?.failures).to.equal(undefined);
  });

  it('drops a candidate that cannot be read', () => {
    for (const kind of ['chat-lost', 'permanent'] as const) {
      expect(failure(INSPECT, kind)).to.deep.equal({ dropped: '8' });
    }
  });

  it('looks for a chat by its people where the link does not help', () => {
    for (const kind of ['chat-lost', 'permanent'] as const) {
      expect(failure(TAKE_OVER, kind).chat?.failures?.['take-over']).to.deep.include({ class: 'refused', restMs: 0 });
    }
  });

  it('closes a chat that is gone when its owner leaves it', () => {
    expect(failure(LEAVE, 'chat-lost').chat?.closed).to.equal(true);
  });

  it('does not take "already so" for an answer to a creation', () => {
    expect(failure(CREATE_BARE, 'settled').chat?.failure?.class).to.equal('refused');
  });
});

describe('settleAction without the account that was to do it', () => {
  const gone = { scope: 'credential', code: 'credential.not-linked' } as const;
  const creation = {
    ...{ id: 'd', subjectId: 'c', kind: 'chat.create' as const, account: ACCOUNT, people: [], role: undefined },
    ...{ title: '5А', sentAt: new Date(0), until: new Date(0), looked: false },
  };

  it('says of the chat who can help, and tries nothing by itself', () => {
    for (const action of [ADD, REMOVE, ROLE, RENAME, READ, INVITE_LINK, LEAVE]) {
      expect(failure(action, 'permanent', gone), action.kind).to.deep.equal({
        chat: { failures: { owner: { code: 'chat.owner-gone', class: 'refused', restMs: undefined } } },
      });
    }
  });

  it('asks a person about a creation that nobody can look for', () => {
    const chat = { ...CONTEXT.chat, ownerAccount: undefined, doubts: [creation] };
    const settled = failure(SEARCH, 'permanent', { ...gone, context: { chat } });
    expect(settled.chat).to.deep.equal({
      asks: true,
      failure: { code: 'chat.creation-unknown', class: 'refused', restMs: undefined },
    });
  });

  it('lets the owner take out who made the chat and cannot leave it themselves', () => {
    const chat = { ...CONTEXT.chat, ownerAccount: '200', former: { account: ACCOUNT, remoteId: '3' } };
    const settled = failure(REMOVE, 'permanent', { ...gone, context: { chat } });
    expect(settled.member).to.deep.include({ kind: 'failed', failure: { ...retried, code: gone.code, restMs: 0 } });
  });
});
