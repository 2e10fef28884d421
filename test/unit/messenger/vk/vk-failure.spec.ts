import { expect } from 'chai';

import type { MessengerFailureClass } from '../../../../src/messenger/messenger.js';
import {
  executeFailureOf,
  failureOf,
  transportFailureOf,
  type VkTransportReason,
} from '../../../../src/messenger/vk/vk-failure.js';
import type { VkMethod } from '../../../../src/messenger/vk/vk-method.js';

const METHODS: readonly VkMethod[] = [
  'messages.createChat',
  'messages.getConversations',
  'messages.editChat',
  'messages.getInviteLink',
  'messages.getConversationMembers',
  'messages.addChatUser',
  'messages.removeChatUser',
  'messages.setMemberRole',
  'messages.send',
  'calls.start',
  'calls.forceFinish',
  'users.get',
];

type Row = readonly [
  codes: readonly string[],
  verdict: MessengerFailureClass,
  except?: Partial<Record<VkMethod, MessengerFailureClass>>,
];

const SERVER_TROUBLE = { 'messages.createChat': 'unknown', 'calls.start': 'unknown' } as const;
const ADD_INVITE = { 'messages.addChatUser': 'invite' } as const;
const ACCESS = { 'messages.createChat': 'stop', 'messages.getConversations': 'stop', ...ADD_INVITE } as const;

/** Every code of the fact table, and what it becomes for each method. */
const TABLE: readonly Row[] = [
  [['1', '10'], 'retry', SERVER_TROUBLE],
  [['13'], 'permanent', SERVER_TROUBLE],
  [['3', '8', '12', '23', '100', '101', '33', '34', '35', '9999'], 'permanent'],
  [['18', '30', '39', '113', '900', '901', '902', '936'], 'permanent'],
  [['103', '911', '912', '913', '914', '932', '940', '943', '944', '946', '947', '950', '962'], 'permanent'],
  [['967', '969', '979', '985', '987', '988', '1012', '1019', '1021'], 'permanent'],
  [['104', '951', '954', '9000', '9008'], 'permanent', { 'calls.forceFinish': 'settled' }],
  [['4', '5', '5.1130', '27', '28', '1114', '1115', '1116', '1117', '1118', '3609'], 'credential'],
  [['6'], 'rate'],
  [['7', '15'], 'permanent', ACCESS],
  [['15.1133', '15.1134', '7.1133', '20.1134'], 'stop'],
  [['2', '9', '11', '16', '20', '21', '29', '37', '38', '42', '983', '984', '1051', '1105', '3610', '3611'], 'stop'],
  [['14', '17', '24', '25', '41', '3300', '3301', '3302', '3303', '3304'], 'person-needed'],
  [['11500'], 'person-needed'],
  [['919', '925', '931'], 'chat-refused'],
  [['43', '982'], 'retry'],
  [['917', '922', '927', '945', '1017'], 'chat-lost'],
  [['935'], 'permanent', { 'messages.removeChatUser': 'settled' }],
  [['939', '981'], 'permanent', ADD_INVITE],
  [['424242'], 'permanent'],
];

function errorOf(code: string): { error_code: number; error_subcode?: number } {
  const [main, sub] = code.split('.').map(Number);
  return { error_code: main ?? 0, ...(sub === undefined ? {} : { error_subcode: sub }) };
}

describe('failureOf', () => {
  for (const [codes, verdict, except = {}] of TABLE) {
    for (const code of codes) {
      const exceptions = Object.entries(except).map(([method, other]) => `, ${other} for ${method}`);
      it(`takes error ${code} for ${verdict}${exceptions.join('')}`, () => {
        for (const method of METHODS) {
          const failure = failureOf(errorOf(code), method);
          expect(failure.class, method).to.equal(except[method] ?? verdict);
          expect(failure.code).to.equal(`vk.${code}`);
        }
      });
    }
  }

  it('leaves a subcode of zero out of the code', () => {
    expect(failureOf({ error_code: 917, error_subcode: 0 }, 'messages.editChat').code).to.equal('vk.917');
  });

  it('says how long to leave VK alone', () => {
    const waits = [6, 9, 29, 982, 1105, 10].map(
      (code) => failureOf({ error_code: code }, 'messages.send').retryAfterMs,
    );
    expect(waits).to.deep.equal([1100, 3_600_000, 21_600_000, 1_800_000, 3_600_000, undefined]);
  });

  it('tells where a person confirms, for web addresses only', () => {
    const confirmation = { error_code: 14, redirect_uri: 'https://id.vk.ru/not_robot?session=1' };
    expect(failureOf(confirmation, 'messages.send').actionUrl).to.equal('https://id.vk.ru/not_robot?session=1');
    for (const address of ['javascript:alert(1)', 'https://', 'not an address']) {
      expect(failureOf({ ...confirmation, redirect_uri: address }, 'messages.send')).not.to.have.property('actionUrl');
    }
    expect(failureOf({ ...confirmation, error_code: 10 }, 'messages.send')).not.to.have.property('actionUrl');
  });

  it('tells by its text why access is denied, where no subcode does', () => {
    const verdictOf = (text: string): string =>
      failureOf({ error_code: 15, error_msg: `Access denied: ${text}` }, 'messages.addChatUser').class;
    expect(verdictOf("can't add this user")).to.equal('invite');
    expect(verdictOf('no access to call this method')).to.equal('stop');
    expect(verdictOf('method cannot be called with current scopes')).to.equal('stop');
    expect(verdictOf('token required')).to.equal('credential');
    expect(verdictOf('user already in')).to.equal('settled');
  });
});

describe('executeFailureOf', () => {
  it('does not take an error of the whole for one of the chat or the person', () => {
    expect(executeFailureOf({ error_code: 15 }, 'messages.addChatUser').class).to.equal('stop');
    expect(executeFailureOf({ error_code: 104 }, 'calls.forceFinish').class).to.equal('permanent');
    expect(executeFailureOf({ error_code: 935 }, 'messages.removeChatUser').class).to.equal('permanent');
  });

  it('repeats what is harmless and leaves the rest unknown after trouble on the server', () => {
    expect(executeFailureOf({ error_code: 10 }, 'messages.addChatUser').class).to.equal('retry');
    expect(executeFailureOf({ error_code: 10 }, 'messages.createChat').class).to.equal('unknown');
    expect(executeFailureOf({ error_code: 13 }, 'calls.start').class).to.equal('unknown');
  });

  it('keeps the rest as it is', () => {
    expect(executeFailureOf({ error_code: 6 }, 'messages.createChat')).to.deep.equal({
      class: 'rate',
      code: 'vk.6',
      retryAfterMs: 1100,
    });
  });
});

describe('transportFailureOf', () => {
  const lost: readonly VkTransportReason[] = ['timeout', 'aborted', 'reset', 'html', 'json', 'schema', 'unattributed'];

  it('takes a lost answer for unknown where a repeat does harm, else for a retry', () => {
    for (const reason of lost) {
      for (const method of METHODS) {
        const harmful = method === 'messages.createChat' || method === 'calls.start';
        const expected = { class: harmful ? 'unknown' : 'retry', code: `transport.${reason}` };
        expect(transportFailureOf(reason, method)).to.deep.equal(expected);
      }
    }
  });

  it('repeats anything when nothing was sent', () => {
    for (const reason of ['unreachable', 'not-sent'] as const) {
      for (const method of METHODS) expect(transportFailureOf(reason, method).class).to.equal('retry');
    }
  });
});
