import { expect } from 'chai';

import type { MessengerCall, MessengerCredential, MessengerResult } from '../../../../src/messenger/messenger.js';
import { VkMessenger } from '../../../../src/messenger/vk/vk-messenger.js';
import type { VkSettings } from '../../../../src/messenger/vk/vk-settings.js';

import { AnsweringServer } from './answering-server.js';
import { InstantClock } from './instant-clock.js';

const TOKEN = 'vk2.a.secret-token';
const OWNER = '200000000001';
const credential: MessengerCredential = { accessToken: TOKEN, userId: OWNER };

function conversation(chatId: number, title: string, ownerId: unknown = 200000000001, state = 'in'): unknown {
  const settings = { title, owner_id: ownerId, members_count: 3, state, unknown_field: {} };
  return {
    conversation: { peer: { id: 2000000000 + chatId, type: 'chat' }, chat_settings: settings },
    last_message: {},
  };
}

function page(count: number, ...items: unknown[]): { count: number; items: unknown[] } {
  return { count, items };
}

describe('VkMessenger', () => {
  const server = new AnsweringServer();
  let clock: InstantClock;
  let messenger: VkMessenger;

  beforeEach(async () => {
    await server.start();
    server.received.length = 0;
    clock = new InstantClock();
    messenger = new VkMessenger(settings(), clock);
  });
  afterEach(() => server.stop());

  function settings(changes: Partial<VkSettings> = {}): VkSettings {
    return {
      idUrl: server.url,
      apiUrl: `${server.url}/method`,
      apiVersion: '5.199',
      applicationId: '51234567',
      scopes: [],
      requestsPerSecond: 3,
      timeoutMs: 2000,
      lateEffectMs: 30_000,
      ...changes,
    };
  }

  async function sendOne(call: MessengerCall, signal?: AbortSignal): Promise<MessengerResult> {
    const results = await messenger.send(credential, [call], signal);
    expect(results).to.have.length(1);
    return results[0] as MessengerResult;
  }

  /** Sends one call, answered by `response`; gives back the request's path and form and the result. */
  async function exchange(call: MessengerCall, response: unknown): Promise<{ sent: unknown; result: MessengerResult }> {
    server.prepare({ json: { response } });
    const result = await sendOne(call);
    const request = server.received.at(-1);
    const { v, ...form } = Object.fromEntries(request?.form ?? []);
    expect(v).to.equal('5.199');
    return { sent: { path: request?.path, form }, result };
  }

  it('says what VK can do', () => {
    expect(messenger.abilities).to.deep.equal({
      createChat: true,
      createWithMembers: true,
      addMember: true,
      removeMember: true,
      setRole: true,
      inviteLink: true,
      listMembers: true,
      describeChat: true,
      joinByLink: true,
      calls: true,
      callsPerRequest: 25,
      requestsPerSecond: 3,
      titleLength: 128,
      effectWithinMs: 32_000,
    });
  });

  it('posts a form with the token in the header and nowhere else', async () => {
    await exchange({ kind: 'chat.rename', chatId: '7', title: '5А' }, 1);
    const [request] = server.received;
    expect(request?.verb).to.equal('POST');
    expect(request?.headers['content-type']).to.match(/^application\/x-www-form-urlencoded/);
    expect(request?.headers.authorization).to.equal(`Bearer ${TOKEN}`);
    expect([request?.path, request?.form.toString()].join()).not.to.contain('secret');
  });

  it('sends nothing for no calls, and refuses more than fit', async () => {
    expect(await messenger.send(credential, [])).to.deep.equal([]);
    const calls = Array.from({ length: 26 }, (): MessengerCall => ({ kind: 'call.start' }));
    const error = await messenger.send(credential, calls).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RangeError);
    expect(server.received).to.deep.equal([]);
  });

  describe('one call', () => {
    const rows: readonly [
      title: string,
      call: MessengerCall,
      path: string,
      form: object,
      response: unknown,
      answer: object,
    ][] = [
      [
        'creates a chat and says who of those asked for is in',
        { kind: 'chat.create', title: '5А «Родители»', userIds: ['200000000002', '9007199254740993', '3'] },
        '/method/messages.createChat',
        { title: '5А «Родители»', user_ids: '200000000002,9007199254740993,3' },
        { chat_id: 11, peer_ids: [200000000001, 200000000002], more: true },
        { chatId: '11', memberIds: ['200000000002'] },
      ],
      [
        'creates a chat without first members, and reads a bare integer as its id',
        { kind: 'chat.create', title: 'Х', userIds: [] },
        '/method/messages.createChat',
        { title: 'Х' },
        12,
        { chatId: '12', memberIds: undefined },
      ],
      [
        'renames a chat',
        { kind: 'chat.rename', chatId: '11', title: '6А' },
        '/method/messages.editChat',
        { chat_id: '11', title: '6А' },
        1,
        {},
      ],
      [
        'gets the invite link',
        { kind: 'chat.invite-link', chatId: '11' },
        '/method/messages.getInviteLink',
        { peer_id: '2000000011' },
        { link: 'https://vk.me/join/abc' },
        { link: 'https://vk.me/join/abc' },
      ],
      [
        'adds a member',
        { kind: 'member.add', chatId: '11', userId: '200000000002' },
        '/method/messages.addChatUser',
        { chat_id: '11', user_id: '200000000002' },
        1,
        {},
      ],
      [
        'removes a member',
        { kind: 'member.remove', chatId: '11', userId: '200000000002' },
        '/method/messages.removeChatUser',
        { chat_id: '11', user_id: '200000000002' },
        1,
        {},
      ],
      [
        'makes a member an administrator',
        { kind: 'member.role', chatId: '11', userId: '200000000002', role: 'admin' },
        '/method/messages.setMemberRole',
        { peer_id: '2000000011', member_id: '200000000002', role: 'admin' },
        1,
        {},
      ],
      [
        'posts a message with its key',
        { kind: 'message.post', chatId: '11', text: 'Урок & ссылка', key: 2147483647 },
        '/method/messages.send',
        { peer_id: '2000000011', random_id: '2147483647', message: 'Урок & ссылка' },
        501,
        {},
      ],
      [
        'starts a call and gives its link verbatim',
        { kind: 'call.start' },
        '/method/calls.start',
        {},
        { call_id: '0b5f', join_link: 'https://vk.ru/call/join/a-b_c?x=%20', ok_join_link: 'ok' },
        { callId: '0b5f', joinLink: 'https://vk.ru/call/join/a-b_c?x=%20' },
      ],
      ['ends a call', { kind: 'call.end', callId: '0b5f' }, '/method/calls.forceFinish', { call_id: '0b5f' }, 1, {}],
    ];
    for (const [title, call, path, form, response, answer] of rows) {
      it(title, async () => {
        const { sent, result } = await exchange(call, response);
        expect(sent).to.deep.equal({ path, form });
        expect(result).to.deep.equal({ ok: true, kind: call.kind, answer });
      });
    }

    it('does not know who was added when a creation does not say so', async () => {
      const create: MessengerCall = { kind: 'chat.create', title: 'Х', userIds: ['200000000002'] };
      for (const response of [12, { chat_id: 12 }]) {
        const { result } = await exchange(create, response);
        expect(result).to.have.deep.property('answer', { chatId: '12', memberIds: undefined });
      }
    });

    it('reads those who were added from numbers and texts, and never lists the account itself', async () => {
      const create: MessengerCall = { kind: 'chat.create', title: 'Х', userIds: [OWNER, '200000000002', '3', '4'] };
      const { result } = await exchange(create, { chat_id: 12, peer_ids: [200000000001, '200000000002', 3] });
      expect(result).to.have.deep.property('answer', { chatId: '12', memberIds: ['200000000002', '3'] });
    });

    it('starts a call whose answer has no id', async () => {
      const { result } = await exchange({ kind: 'call.start' }, { join_link: 'https://vk.com/call/join/a' });
      expect(result).to.deep.equal({
        ok: true,
        kind: 'call.start',
        answer: { joinLink: 'https://vk.com/call/join/a' },
      });
    });
  });

  describe('members', () => {
    it('reads a page of a thousand and says where the next begins', async () => {
      const items = Array.from({ length: 1000 }, (_, index) => ({ member_id: index + 1 }));
      const { sent, result } = await exchange(
        { kind: 'chat.members', chatId: '4', offset: 1000 },
        page(2500, ...items),
      );
      expect(sent).to.deep.equal({
        path: '/method/messages.getConversationMembers',
        form: { peer_id: '2000000004', offset: '1000', count: '1000' },
      });
      expect(result).to.have.nested.property('answer.total', 2500);
      expect(result).to.have.nested.property('answer.nextOffset', 2000);
    });

    it('reads owner, administrators, members and communities', async () => {
      const items = [
        { member_id: 200000000001, is_owner: true, is_admin: true, join_date: 1 },
        { member_id: 200000000002, is_admin: true },
        { member_id: 3, is_admin: false },
        { member_id: -77 },
      ];
      const { result } = await exchange({ kind: 'chat.members', chatId: '4', offset: 0 }, page(4, ...items));
      const members = [
        { userId: '200000000001', role: 'admin', owner: true },
        { userId: '200000000002', role: 'admin', owner: false },
        { userId: '3', role: 'member', owner: false },
        { userId: '-77', role: 'member', owner: false },
      ];
      expect(result).to.deep.equal({ ok: true, kind: 'chat.members', answer: { members, total: 4 } });
    });

    it('tells no roles where the list has no flags at all', async () => {
      const { result } = await exchange(
        { kind: 'chat.members', chatId: '4', offset: 0 },
        page(2, { member_id: 200000000001 }, { member_id: 3 }),
      );
      expect(result).to.have.deep.nested.property('answer.members', [
        { userId: '200000000001', role: undefined, owner: false },
        { userId: '3', role: undefined, owner: false },
      ]);
    });

    it('takes missing items for none, so that a cut list shows', async () => {
      const { result } = await exchange({ kind: 'chat.members', chatId: '4', offset: 0 }, { count: 5 });
      expect(result).to.deep.equal({ ok: true, kind: 'chat.members', answer: { members: [], total: 5 } });
    });

    it('promises no further page after an empty one, so that a cut list shows', async () => {
      const { result } = await exchange({ kind: 'chat.members', chatId: '4', offset: 3 }, page(5));
      expect(result).to.deep.equal({ ok: true, kind: 'chat.members', answer: { members: [], total: 5 } });
    });

    it('keeps an id above 2⁵³ digit for digit', async () => {
      server.prepare({ text: '{"response":{"count":1,"items":[{"member_id":9007199254740993}]}}' });
      const result = await sendOne({ kind: 'chat.members', chatId: '4', offset: 0 });
      expect(result).to.have.nested.property('answer.members[0].userId', '9007199254740993');
    });
  });

  describe('chat.list', () => {
    const list: MessengerCall = { kind: 'chat.list' };
    const dialogue = (id: number): unknown => ({ conversation: { peer: { id, type: 'user' } } });
    const dialogues = (from: number, count: number): unknown[] =>
      Array.from({ length: count }, (_, index) => dialogue(200000000000 + from + index));
    const incomplete = {
      ok: false,
      failure: { class: 'retry', code: 'transport.incomplete', scope: 'call', effect: 'possible' },
    };

    it('gives the chats that the account is in, and counts everything else', async () => {
      const response = page(
        5,
        conversation(1, '5А'),
        conversation(3, '5А', 200000000009),
        conversation(4, '5А', 200000000001, 'left'),
        dialogue(200000000005),
        conversation(6, '6Б'),
      );
      const { sent, result } = await exchange(list, response);
      expect(sent).to.deep.equal({
        path: '/method/messages.getConversations',
        form: { offset: '0', count: '200', filter: 'all' },
      });
      const found = { title: '5А', ownerId: OWNER, membersCount: 3 };
      const chats = [
        { chatId: '1', ...found },
        { chatId: '3', ...found, ownerId: '200000000009' },
        { chatId: '6', ...found, title: '6Б' },
      ];
      expect(result).to.deep.equal({ ok: true, kind: 'chat.list', answer: { chats } });
    });

    it('reads to the end, with the first page again, spaced by the rate', async () => {
      const pages = [200, 400, 600, 800, 1000].map((from) => page(1203, ...dialogues(from, 200)));
      server.prepare(
        { json: { response: page(1203, conversation(1, '5А'), ...dialogues(1, 199)) } },
        { json: { response: [...pages, page(1203, conversation(5, '5Б'))] } },
        {
          json: {
            response: [page(1203, ...dialogues(1200, 1), conversation(9, '5В')), page(1203, conversation(5, '5Б'))],
          },
        },
      );
      const result = await sendOne(list);
      const offsets = server.received
        .slice(1)
        .map(({ form }) => [...(form.get('code') ?? '').matchAll(/"offset":"(\d+)"/g)]);
      expect(offsets.map((matches) => matches.map((match) => match[1]))).to.deep.equal([
        ['200', '400', '600', '800', '1000', '0'],
        ['1200', '0'],
      ]);
      expect(result).to.have.nested.property('answer.chats').with.length(3);
      expect(clock.delaysMs.map(Math.round)).to.deep.equal([367, 367]);
    });

    const cut: readonly (readonly [string, unknown])[] = [
      ['has no items', { count: 11 }],
      ['has fewer items than it counts', page(11, conversation(1, '5А'))],
      ['names one conversation twice', page(2, conversation(1, '5А'), conversation(1, '5А'))],
      ['has an item without a conversation', page(2, conversation(1, '5А'), { last_message: {} })],
      ['has a chat without settings', page(1, { conversation: { peer: { id: 2000000001, type: 'chat' } } })],
      [
        'has a chat without a title',
        page(1, { conversation: { peer: { id: 2000000001, type: 'chat' }, chat_settings: {} } }),
      ],
      ['has a conversation of no kind', page(1, { conversation: { peer: { id: 2000000001 } } })],
    ];
    for (const [what, response] of cut) {
      it(`is incomplete, never "none", when it ${what}`, async () => {
        expect((await exchange(list, response)).result).to.deep.equal(incomplete);
      });
    }

    it('is incomplete when its pages repeat, or when its count changes meanwhile', async () => {
      const first = page(300, ...dialogues(0, 200));
      for (const further of [first, page(301, ...dialogues(200, 101)), page(300)]) {
        server.prepare({ json: { response: first } }, { json: { response: [further, first] } });
        expect(await sendOne(list)).to.deep.equal(incomplete);
      }
    });

    it('ends the reading of a list that never ends', async () => {
      const first = page(1_000_000_000, ...dialogues(0, 200));
      server.prepare({ json: { response: first } }, { json: { response: Array(6).fill(first) } });
      expect(await sendOne(list)).to.deep.equal(incomplete);
      expect(server.received).to.have.length(2);
    });

    it('fails rather than answer from a part of the list', async () => {
      const first = page(300, ...dialogues(0, 200));
      const error = { method: 'messages.getConversations', error_code: 10 };
      server.prepare({ json: { response: first } }, { json: { response: [false, first], execute_errors: [error] } });
      expect(await sendOne(list)).to.have.nested.property('failure.code', 'vk.10');
      server.prepare({ json: { response: first } }, { json: { error: { error_code: 13 } } });
      expect(await sendOne(list)).to.have.deep.property('failure', {
        ...{ class: 'retry', code: 'vk.13', scope: 'request', effect: 'possible' },
      });
    });

    it('stops reading when the caller gives up', async () => {
      const giveUp = new AbortController();
      server.prepare({ json: { response: page(300, ...dialogues(0, 200)) } });
      clock.after = (): (() => void) => {
        giveUp.abort();
        return () => undefined;
      };
      const result = await sendOne(list, giveUp.signal);
      expect(result).to.have.nested.property('failure.code', 'transport.not-sent');
      expect(server.received).to.have.length(1);
    });

    it('is read once for all who ask in one request, and leaves the other calls their answers', async () => {
      server.prepare({ json: { response: [page(1, conversation(1, 'А')), 1] } });
      const results = await messenger.send(credential, [list, { kind: 'member.add', chatId: '3', userId: '4' }, list]);
      expect(server.received).to.have.length(1);
      expect(server.received[0]?.form.get('code')?.match(/getConversations/g)).to.have.length(1);
      expect(results[0]).to.have.nested.property('answer.chats[0].chatId', '1');
      expect(results[1]).to.deep.equal({ ok: true, kind: 'member.add', answer: {} });
      expect(results[2]).to.deep.equal(results[0]);
    });

    it('needs no execute when nothing else is asked', async () => {
      server.prepare({ json: { response: page(0) } });
      const results = await messenger.send(credential, [list, list]);
      expect(server.received.map(({ path }) => path)).to.deep.equal(['/method/messages.getConversations']);
      expect(results).to.deep.equal(Array(2).fill({ ok: true, kind: 'chat.list', answer: { chats: [] } }));
    });
  });

  describe('chat.describe', () => {
    const ask: MessengerCall = { kind: 'chat.describe', chatId: '4' };
    const settingsOf = (chat_settings: object): unknown =>
      page(1, { peer: { id: 2000000004, type: 'chat' }, chat_settings });

    it('tells title and owner of the chat that was asked for', async () => {
      const { sent, result } = await exchange(ask, settingsOf({ title: '5А', owner_id: 200000000001, state: 'in' }));
      expect(sent).to.deep.equal({ path: '/method/messages.getConversationsById', form: { peer_ids: '2000000004' } });
      expect(result).to.deep.equal({ ok: true, kind: 'chat.describe', answer: { title: '5А', ownerId: OWNER } });
    });

    it('leaves open what is not told', async () => {
      const { result } = await exchange(ask, settingsOf({ title: '5А' }));
      expect(result).to.have.deep.property('answer', { title: '5А', ownerId: undefined });
    });

    for (const state of ['kicked', 'left', 'out']) {
      it(`takes a chat of state ${state} for lost`, async () => {
        const { result } = await exchange(ask, settingsOf({ title: '5А', state }));
        const failure = { class: 'chat-lost', code: `vk.state.${state}`, scope: 'chat', effect: 'none' };
        expect(result).to.deep.equal({ ok: false, failure });
      });
    }

    it('fails when the answer is not about the chat', async () => {
      const other = { peer: { id: 2000000005, type: 'chat' }, chat_settings: { title: '5Б' } };
      for (const response of [page(0), { count: 1 }, page(1, other), page(1, {}), settingsOf({})]) {
        expect((await exchange(ask, response)).result).to.have.nested.property('failure.code', 'transport.incomplete');
      }
    });
  });

  describe('chat.join', () => {
    const join: MessengerCall = { kind: 'chat.join', link: 'https://vk.me/join/abc' };

    it('tells the id as the account sees it', async () => {
      const { sent, result } = await exchange(join, { chat_id: 17 });
      expect(sent).to.deep.equal({ path: '/method/messages.joinChatByInviteLink', form: { link: join.link } });
      expect(result).to.deep.equal({ ok: true, kind: 'chat.join', answer: { chatId: '17' } });
    });

    it('is settled for somebody who is in, where the refusal says so', async () => {
      for (const [error_msg, verdict] of [
        ['Access denied: user already in chat', 'settled'],
        ['Access denied', 'permanent'],
      ]) {
        server.prepare({ json: { error: { error_code: 15, error_msg } } });
        expect(await sendOne(join)).to.have.nested.property('failure.class', verdict);
      }
    });
  });

  describe('several calls', () => {
    const calls: readonly MessengerCall[] = [
      { kind: 'chat.create', title: 'А "1"\\', userIds: ['200000000002'] },
      { kind: 'member.add', chatId: '1', userId: '5' },
      { kind: 'member.remove', chatId: '1', userId: '6' },
      { kind: 'member.add', chatId: '2', userId: '7' },
      { kind: 'call.start' },
    ];

    it('travel in one execute, in order', async () => {
      server.prepare({
        json: { response: [{ chat_id: 3, peer_ids: [] }, 1, 1, 1, { join_link: 'https://vk.com/call/join/a' }] },
      });
      const results = await messenger.send(credential, calls);
      expect(server.received.map(({ path }) => path)).to.deep.equal(['/method/execute']);
      expect(server.received[0]?.form.get('code')).to.equal(
        'return [API.messages.createChat({"title":"А \\"1\\"\\\\","user_ids":"200000000002"}),' +
          'API.messages.addChatUser({"chat_id":"1","user_id":"5"}),' +
          'API.messages.removeChatUser({"chat_id":"1","user_id":"6"}),' +
          'API.messages.addChatUser({"chat_id":"2","user_id":"7"}),API.calls.start({})];',
      );
      expect(results.every(({ ok }) => ok)).to.equal(true);
    });

    it('give each failing position its own error', async () => {
      server.prepare({
        json: {
          response: [{ chat_id: 3 }, false, false, false, { join_link: 'l' }],
          execute_errors: [
            { method: 'messages.addChatUser', error_code: 15, error_msg: "Access denied: can't add this user" },
            { method: 'messages.removeChatUser', error_code: 935, error_msg: 'User not found in chat' },
            { method: 'messages.addChatUser', error_code: 103, error_msg: 'Out of limits' },
          ],
        },
      });
      const results = await messenger.send(credential, calls);
      expect(
        results.map((result) => (result.ok ? 'ok' : `${result.failure.class} ${result.failure.code}`)),
      ).to.deep.equal(['ok', 'invite vk.15', 'settled vk.935', 'permanent vk.103', 'ok']);
    });

    it('guess nothing where errors and failures of a method differ in number', async () => {
      server.prepare({
        json: {
          response: [false, false, false, false, { join_link: 'l' }],
          execute_errors: [
            { method: 'messages.addChatUser', error_code: 15 },
            { method: 'messages.removeChatUser', error_code: 935 },
          ],
        },
      });
      const results = await messenger.send(credential, calls);
      expect(
        results.map((result) => (result.ok ? 'ok' : `${result.failure.class} ${result.failure.code}`)),
      ).to.deep.equal([
        'unknown transport.unattributed',
        'retry transport.unattributed',
        'settled vk.935',
        'retry transport.unattributed',
        'ok',
      ]);
    });

    it('keep what is told when one of the errors has no code', async () => {
      server.prepare({
        json: {
          response: [{ chat_id: 3 }, false, 1, 1, false],
          execute_errors: [{ method: 'messages.addChatUser' }, { method: 'calls.start', error_code: 9 }],
        },
      });
      const results = await messenger.send(credential, calls);
      expect(
        results.map((result) => (result.ok ? 'ok' : `${result.failure.class} ${result.failure.code}`)),
      ).to.deep.equal(['ok', 'retry transport.unattributed', 'ok', 'ok', 'flood vk.9']);
    });

    it('all fail where the answer is not a list of their number', async () => {
      for (const response of [[1, 1], 1, null, { 0: 1 }]) {
        server.prepare({ json: { response } });
        const results = await messenger.send(credential, calls);
        const verdicts = results.map((result) => (result.ok ? 'ok' : result.failure.class));
        expect(verdicts).to.deep.equal(['unknown', 'retry', 'retry', 'retry', 'unknown']);
      }
    });

    it('all get the failure of the whole request', async () => {
      server.prepare({ json: { error: { error_code: 6, error_msg: 'Too many requests per second' } } });
      const results = await messenger.send(credential, calls);
      for (const result of results) {
        expect(result).to.deep.equal({
          ok: false,
          failure: { class: 'rate', code: 'vk.6', scope: 'credential', effect: 'none', retryAfterMs: 1100 },
        });
      }
      expect(server.received).to.have.length(1);
    });
  });

  describe('trouble', () => {
    const add: MessengerCall = { kind: 'member.add', chatId: '1', userId: '5' };
    const create: MessengerCall = { kind: 'chat.create', title: 'А', userIds: [] };

    /** What becomes of a call that may be repeated and of one that may not. */
    async function verdicts(): Promise<string[]> {
      const results = [await sendOne(add), await sendOne(create)];
      return results.map((result) => (result.ok ? 'ok' : `${result.failure.class} ${result.failure.code}`));
    }

    it('is told by code, subcode and address when VK answers with an error', async () => {
      server.prepare({
        json: { error: { error_code: 5, error_subcode: 1130, error_msg: 'other ip', request_params: [] } },
      });
      expect(await sendOne(add)).to.deep.equal({
        ok: false,
        failure: { class: 'credential', code: 'vk.5.1130', scope: 'credential', effect: 'none' },
      });
      server.prepare({ json: { error: { error_code: 14, redirect_uri: 'https://id.vk.ru/c', captcha_sid: '1' } } });
      expect(await sendOne(add)).to.deep.equal({
        ok: false,
        failure: {
          class: 'person-needed',
          code: 'vk.14',
          scope: 'credential',
          effect: 'none',
          actionUrl: 'https://id.vk.ru/c',
        },
      });
    });

    it('is a page instead of an answer', async () => {
      const html = { text: '<html>502 Bad Gateway</html>', status: 502, type: 'text/html' };
      server.prepare(html, html);
      expect(await verdicts()).to.deep.equal(['retry transport.html', 'unknown transport.html']);
      expect(server.received).to.have.length(2);
    });

    it('is an answer cut off', async () => {
      server.prepare({ text: '{"response":{"chat_' }, { text: '{"response":{"chat_' });
      expect(await verdicts()).to.deep.equal(['retry transport.json', 'unknown transport.json']);
    });

    it('is an answer of another shape', async () => {
      server.prepare({ json: { response: 'yes' } }, { json: { response: { chat_id: 'x' } } });
      expect(await verdicts()).to.deep.equal(['retry transport.schema', 'unknown transport.schema']);
      server.prepare({ json: { something: 1 } }, { json: [] });
      expect(await verdicts()).to.deep.equal(['retry transport.schema', 'unknown transport.schema']);
    });

    it('is a connection dropped after the request', async () => {
      server.prepare({ drop: true }, { drop: true });
      expect(await verdicts()).to.deep.equal(['retry transport.reset', 'unknown transport.reset']);
      expect(server.received).to.have.length(2);
    });

    it('is silence beyond the time limit', async () => {
      messenger = new VkMessenger(settings({ timeoutMs: 60 }), clock);
      server.prepare({ silence: true }, { silence: true });
      expect(await verdicts()).to.deep.equal(['retry transport.timeout', 'unknown transport.timeout']);
    });

    it('is a refused connection, where nothing was sent', async () => {
      const closed = new AnsweringServer();
      await closed.start();
      const apiUrl = closed.url;
      await closed.stop();
      messenger = new VkMessenger(settings({ apiUrl }), clock);
      expect(await verdicts()).to.deep.equal(['retry transport.unreachable', 'retry transport.unreachable']);
    });

    it('is a redirect, which is not followed with the token', async () => {
      server.prepare({ text: '', status: 302 });
      expect(await sendOne(create)).to.have.nested.property('failure.class', 'unknown');
      expect(server.received).to.have.length(1);
    });

    it('is a caller who gives up, before or after sending', async () => {
      const before = await sendOne(create, AbortSignal.abort());
      expect(before).to.deep.equal({
        ok: false,
        failure: { class: 'retry', code: 'transport.not-sent', scope: 'request', effect: 'none' },
      });
      expect(server.received).to.deep.equal([]);
      const giveUp = new AbortController();
      server.prepare({ silence: true });
      const pending = sendOne(create, giveUp.signal);
      while (server.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
      giveUp.abort();
      expect(await pending).to.deep.equal({
        ok: false,
        failure: { class: 'unknown', code: 'transport.aborted', scope: 'request', effect: 'possible' },
      });
    });

    it('is a token that no header can carry, which is never sent', async () => {
      for (const accessToken of ['', 'два слова', 'a\nb']) {
        const results = await messenger.send({ accessToken, userId: OWNER }, [add]);
        expect(results).to.deep.equal([
          { ok: false, failure: { class: 'credential', code: 'vk.5', scope: 'credential', effect: 'none' } },
        ]);
      }
      expect(server.received).to.deep.equal([]);
    });
  });
});
