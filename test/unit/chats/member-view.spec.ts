import { expect } from 'chai';

import type { RegistryMember } from '../../../src/chats/chat-registry-store.js';
import { chatMember, memberState, memberStateText, type MemberViewContext } from '../../../src/chats/member-view.js';
import type { MemberState } from '../../../src/protocol/protocol.js';
import { MEMBER_ABSENT_TEXT, MEMBER_ROLE_TEXT } from '../../../src/protocol/chat-texts.js';
import { CHAT_STATE_TEXT } from '../../../src/protocol/texts.js';

const TO_ADD: RegistryMember = {
  personId: 'anna',
  kind: 'student',
  reasons: ['student'],
  wantedRole: 'member',
  hand: undefined,
  removalHeld: false,
  account: '101',
  deliveredRole: undefined,
  deliveredAccount: undefined,
  invited: false,
  failureCode: undefined,
  failureClass: undefined,
  nextAttemptAt: undefined,
  inDoubt: false,
  missing: false,
};
const AT = new Date('2026-11-23T09:05:00Z');
const CONTEXT: MemberViewContext = {
  problemText: (code) => `текст ${code}`,
  time: (at) => (at === AT ? 'в 12:05' : 'никогда'),
  standstill: undefined,
  outOfReach: false,
  hasInvite: true,
  may: { edit: true, retry: true, seeLinks: true },
};

function member(more: Partial<RegistryMember>): RegistryMember {
  return { ...TO_ADD, ...more };
}

const failed = { failureCode: 'vk.10', failureClass: 'retry' } as const;
const CASES: readonly (readonly [string, Partial<RegistryMember>, MemberState, string])[] = [
  ['is about to be added', {}, 'to-add', CHAT_STATE_TEXT.toAdd],
  ['is in the chat', { deliveredAccount: '101', deliveredRole: 'member' }, 'present', 'В чате'],
  [
    'is about to lead',
    { wantedRole: 'admin', deliveredAccount: '101', deliveredRole: 'member' },
    'present',
    MEMBER_ROLE_TEXT.promoting,
  ],
  [
    'is about to stop leading',
    { deliveredAccount: '101', deliveredRole: 'admin' },
    'present',
    MEMBER_ROLE_TEXT.demoting,
  ],
  ['left by themselves', { wantedRole: undefined, hand: 'left' }, 'absent', MEMBER_ABSENT_TEXT.left],
  ['was removed by hand', { wantedRole: undefined, hand: 'removed' }, 'absent', MEMBER_ABSENT_TEXT.removed],
  [
    'is being removed by hand',
    { wantedRole: undefined, hand: 'removed', deliveredAccount: '101' },
    'to-remove',
    MEMBER_ABSENT_TEXT.removedLeaving,
  ],
  [
    'is in the chat until a large removal is confirmed',
    { deliveredAccount: '101', deliveredRole: 'member', removalHeld: true },
    'present',
    CHAT_STATE_TEXT.removalHeld,
  ],
  ['has not linked', { account: undefined }, 'waiting-for-link', CHAT_STATE_TEXT.waitingForLink],
  ['has unlinked', { account: undefined, deliveredAccount: '101' }, 'waiting-for-link', CHAT_STATE_TEXT.waitingForLink],
  ['has linked another profile', { account: '201', deliveredAccount: '101' }, 'to-add', CHAT_STATE_TEXT.toAdd],
  [
    'was invited',
    { invited: true, failureCode: 'vk.902' },
    'invited',
    'текст vk.902 Добавить напрямую нельзя — войдите по ссылке-приглашению.',
  ],
  ['is refused', { failureCode: 'vk.15', failureClass: 'refused' }, 'refused', 'текст vk.15'],
  ['waits for the next attempt', { ...failed, nextAttemptAt: AT }, 'failed', 'текст vk.10 Следующая попытка в 12:05.'],
  ['is tried again at once', failed, 'failed', 'текст vk.10'],
  [
    'has to leave',
    { wantedRole: undefined, deliveredAccount: '101', deliveredRole: 'member' },
    'to-remove',
    CHAT_STATE_TEXT.toRemove,
  ],
];

describe('memberState', () => {
  for (const [name, more, state] of CASES) {
    it(`answers "${state}" for a person who ${name}`, () => expect(memberState(member(more))).to.equal(state));
  }
});

describe('memberStateText', () => {
  for (const [name, more, , text] of CASES) {
    it(`says why a person who ${name} is or is not in the chat`, () => {
      expect(memberStateText(member(more), CONTEXT)).to.equal(text);
    });
  }

  it('says why nothing is delivered at all', () => {
    const context = { ...CONTEXT, standstill: 'Никто не привязан.' };
    expect(memberStateText(TO_ADD, context)).to.equal(`${CHAT_STATE_TEXT.toAdd} Никто не привязан.`);
  });
});

describe('chatMember', () => {
  it('shows reasons in words, and that a person was added by hand', () => {
    const row = chatMember(member({ reasons: ['class-teacher', 'guardian'], hand: 'added' }), 'Анна', CONTEXT);
    expect(row.reasons).to.deep.equal(['классный руководитель', 'родитель ученика класса', 'добавлен вручную']);
    expect(row.origin).to.equal('added');
  });

  it('shows a reason it does not know as it is', () => {
    expect(chatMember(member({ reasons: ['new-reason'] }), 'Анна', CONTEXT).reasons).to.deep.equal(['new-reason']);
  });

  it('gives the next attempt only where there is one', () => {
    expect(chatMember(member({}), 'Анна', CONTEXT)).not.to.have.property('nextAttemptAt');
    const failing = member({ ...failed, nextAttemptAt: AT });
    expect(chatMember(failing, 'Анна', CONTEXT).nextAttemptAt).to.equal(AT.toISOString());
  });

  it('shows the role a person still has while leaving', () => {
    const leaving = member({ wantedRole: undefined, deliveredRole: 'admin', deliveredAccount: '101' });
    expect(chatMember(leaving, 'Анна', CONTEXT).role).to.equal('admin');
    expect(chatMember(member({ wantedRole: undefined }), 'Анна', CONTEXT).role).to.equal('member');
  });
});
