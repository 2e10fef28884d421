import { expect } from 'chai';

import type { FailureScope, MessengerFailureClass } from '../../../../src/messenger/messenger.js';
import {
  executeFailureOf,
  failureOf,
  lostChatOf,
  transportFailureOf,
  type VkTransportReason,
} from '../../../../src/messenger/vk/vk-failure.js';
import type { VkMethod } from '../../../../src/messenger/vk/vk-method.js';

const METHODS: readonly VkMethod[] = [
  'messages.createChat',
  'messages.getConversations',
  'messages.getConversationsById',
  'messages.joinChatByInviteLink',
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
  [['9', '29'], 'flood'],
  [['2', '11', '16', '20', '21', '37', '38', '42', '983', '984', '1051', '1105', '3610', '3611'], 'stop'],
  [['14', '17', '24', '25', '41', '3300', '3301', '3302', '3303', '3304'], 'person-needed'],
  [['11500'], 'person-needed'],
  [['919', '925', '931'], 'chat-refused'],
  [['43', '982'], 'retry'],
  [['917', '922', '927', '945', '1017'], 'chat-lost'],
  [['935'], 'permanent', { 'messages.removeChatUser': 'settled' }],
  [['939', '981'], 'permanent', ADD_INVITE],
  [['424242'], 'permanent'],
];

const OF_PEOPLE = {
  'messages.createChat': 'person',
  'messages.addChatUser': 'person',
  'messages.removeChatUser': 'person',
  'messages.setMemberRole': 'person',
} as const;
const FULL = { 'messages.addChatUser': 'chat', 'messages.joinChatByInviteLink': 'chat' } as const;
const RIGHT = {
  'messages.createChat': 'ability',
  'messages.getConversations': 'ability',
  'messages.addChatUser': 'person',
} as const;

/** What each code is about; a code about a person only where the request names people. */
const SCOPES: readonly (readonly [readonly string[], FailureScope, Partial<Record<VkMethod, FailureScope>>?])[] = [
  [['1', '3', '8', '10', '12', '13', '43', '100', '104', '911', '914', '919', '931', '940', '951', '9008'], 'call'],
  [['982', '1021', '424242'], 'call'],
  [['2', '4', '5', '5.1130', '6', '14', '17', '24', '25', '27', '28', '983', '984', '1117'], 'credential'],
  [['9', '29'], 'ability'],
  [['7', '15'], 'call', RIGHT],
  [['15.1133', '15.1134', '7.1133', '20', '21', '23', '1051'], 'ability'],
  [['18', '30', '39', '113', '900', '901', '902', '935', '936', '947', '967', '1019'], 'call', OF_PEOPLE],
  [['939', '981'], 'call', OF_PEOPLE],
  [['103'], 'call', FULL],
  [['917', '922', '925', '927', '945', '946', '1012', '1017'], 'chat'],
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

  for (const [codes, scope, except = {}] of SCOPES) {
    for (const code of codes) {
      const exceptions = Object.entries(except).map(([method, other]) => `, ${other} for ${method}`);
      it(`takes error ${code} for a verdict on the ${scope}${exceptions.join('')}`, () => {
        for (const method of METHODS) {
          expect(failureOf(errorOf(code), method).scope, method).to.equal(except[method] ?? scope);
        }
      });
    }
  }

  it('leaves the effect possible after trouble on the server only', () => {
    const codes = [...TABLE.flatMap(([some]) => some)];
    const possible = codes.filter((code) => failureOf(errorOf(code), 'messages.addChatUser').effect === 'possible');
    expect(possible).to.deep.equal(['1', '10', '13']);
  });

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
    const joining = (error_msg: string): string =>
      failureOf({ error_code: 15, error_msg }, 'messages.joinChatByInviteLink').class;
    expect(joining('Access denied: user already in chat')).to.equal('settled');
    expect(joining('Access denied')).to.equal('permanent');
  });
});

describe('executeFailureOf', () => {
  const SPLITS = [3, 8, 12, 13, 23, 100, 103, 104, 113, 917, 925, 935, 936, 424242];

  for (const code of SPLITS) {
    it(`takes error ${code} of the whole for no verdict on the calls: smaller packs`, () => {
      for (const method of METHODS) {
        expect(executeFailureOf({ error_code: code }, method), method).to.deep.equal({
          class: 'split',
          code: `vk.${code}`,
          scope: 'request',
          effect: code === 13 ? 'possible' : 'none',
        });
      }
    });
  }

  for (const code of [5, 6, 7, 14, 15, 17, 18, 983, 984, 1051]) {
    it(`takes error ${code} of the whole for a verdict on the account, whatever it carried`, () => {
      for (const method of METHODS) {
        const failure = executeFailureOf({ error_code: code }, method);
        expect(failure).to.deep.equal(failureOf({ error_code: code }, 'execute'));
        expect(failure.class).to.be.oneOf(['rate', 'credential', 'person-needed', 'stop']);
        expect(failure.scope).to.be.oneOf(['credential', 'ability']);
        expect(failure.effect).to.equal('none');
      }
    });
  }

  it('does not take a flood of the whole for one of every kind in it: single calls tell which it is', () => {
    for (const code of [9, 29]) {
      expect(executeFailureOf({ error_code: code }, 'messages.createChat')).to.include({
        ...{ class: 'split', code: `vk.${code}`, scope: 'request', effect: 'none' },
      });
    }
  });

  it('repeats what is harmless and leaves the rest unknown after trouble on the server', () => {
    for (const code of [1, 10]) {
      const trouble = { code: `vk.${code}`, scope: 'request', effect: 'possible' };
      const [add, create] = [
        executeFailureOf({ error_code: code }, 'messages.addChatUser'),
        executeFailureOf({ error_code: code }, 'messages.createChat'),
      ];
      expect(add).to.deep.equal({ class: 'retry', ...trouble });
      expect(create).to.deep.equal({ class: 'unknown', ...trouble });
    }
  });

  it('waits for as long as the code asks for', () => {
    expect(executeFailureOf({ error_code: 6 }, 'messages.createChat')).to.have.property('retryAfterMs', 1100);
    expect(executeFailureOf({ error_code: 982 }, 'messages.createChat')).to.include({
      class: 'retry',
      retryAfterMs: 1_800_000,
    });
  });
});

describe('transportFailureOf', () => {
  const lost: readonly VkTransportReason[] = ['timeout', 'aborted', 'reset', 'html', 'json'];
  const unreadable: readonly VkTransportReason[] = ['schema', 'unattributed', 'incomplete'];

  it('takes a lost answer for unknown where a repeat does harm, else for a retry; the effect is possible', () => {
    for (const reason of [...lost, ...unreadable]) {
      for (const method of METHODS) {
        const harmful = method === 'messages.createChat' || method === 'calls.start';
        expect(transportFailureOf(reason, method)).to.deep.equal({
          class: harmful ? 'unknown' : 'retry',
          code: `transport.${reason}`,
          scope: lost.includes(reason) ? 'request' : 'call',
          effect: 'possible',
        });
      }
    }
  });

  it('repeats anything when nothing was sent, sure that nothing was done', () => {
    for (const reason of ['unreachable', 'not-sent'] as const) {
      for (const method of METHODS) {
        const failure = { class: 'retry', code: `transport.${reason}`, scope: 'request', effect: 'none' };
        expect(transportFailureOf(reason, method)).to.deep.equal(failure);
      }
    }
  });
});

describe('lostChatOf', () => {
  it('keeps the state that VK names, and nothing else that it may write', () => {
    expect(['kicked', 'left', 'out', 'anything'].map((state) => lostChatOf(state).code)).to.deep.equal([
      'vk.state.kicked',
      'vk.state.left',
      'vk.state.out',
      'vk.state.out',
    ]);
  });
});
