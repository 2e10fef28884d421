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
      calls: true,
      callsPerRequest: 25,
      requestsPerSecond: 3,
      titleLength: 128,
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
        { chatId: '12', memberIds: [] },
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
        expect(result).to.deep.equal({ ok: true, answer });
      });
    }

    it('starts a call whose answer has no id', async () => {
      const { result } = await exchange({ kind: 'call.start' }, { join_link: 'https://vk.com/call/join/a' });
      expect(result).to.deep.equal({ ok: true, answer: { joinLink: 'https://vk.com/call/join/a' } });
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
      expect(result).to.deep.equal({ ok: true, answer: { members, total: 4 } });
    });

    it('promises no further page after an empty one, so that a cut list shows', async () => {
      const { result } = await exchange({ kind: 'chat.members', chatId: '4', offset: 3 }, page(5));
      expect(result).to.deep.equal({ ok: true, answer: { members: [], total: 5 } });
    });

    it('keeps an id above 2⁵³ digit for digit', async () => {
      server.prepare({ text: '{"response":{"count":1,"items":[{"member_id":9007199254740993}]}}' });
      const result = await sendOne({ kind: 'chat.members', chatId: '4', offset: 0 });
      expect(result).to.have.nested.property('answer.members[0].userId', '9007199254740993');
    });
  });

  describe('chat.find', () => {
    it('finds own chats with exactly this title that the account is in', async () => {
      const response = page(
        6,
        conversation(1, '5А'),
        conversation(2, '5а'),
        conversation(3, '5А', 200000000009),
        conversation(4, '5А', 200000000001, 'left'),
        { conversation: { peer: { id: 200000000005, type: 'user' } } },
        conversation(6, '5А'),
      );
      const { sent, result } = await exchange({ kind: 'chat.find', title: '5А' }, response);
      expect(sent).to.deep.equal({
        path: '/method/messages.getConversations',
        form: { offset: '0', count: '200', filter: 'all' },
      });
      const found = { title: '5А', ownerId: OWNER, membersCount: 3 };
      const chats = [
        { chatId: '1', ...found },
        { chatId: '3', ...found, ownerId: '200000000009' },
        { chatId: '6', ...found },
      ];
      expect(result).to.deep.equal({ ok: true, answer: { chats } });
    });

    it('reads the conversations to the end, with the first page again, spaced by the rate', async () => {
      server.prepare(
        { json: { response: page(1300, conversation(1, 'другой')) } },
        { json: { response: [...Array<unknown>(5).fill(page(1300)), page(1300, conversation(5, '5А'))] } },
        { json: { response: [page(1300, conversation(9, '5А'), conversation(5, '5А')), page(1300)] } },
      );
      const result = await sendOne({ kind: 'chat.find', title: '5А' });
      const offsets = server.received
        .slice(1)
        .map(({ form }) => [...(form.get('code') ?? '').matchAll(/"offset":"(\d+)"/g)]);
      expect(offsets.map((matches) => matches.map((match) => match[1]))).to.deep.equal([
        ['200', '400', '600', '800', '1000', '0'],
        ['1200', '0'],
      ]);
      expect(result).to.have.nested.property('answer.chats').with.length(2);
      expect(clock.delaysMs.map(Math.round)).to.deep.equal([367, 367]);
    });

    it('fails rather than answer from a part of the list', async () => {
      server.prepare(
        { json: { response: page(300, conversation(1, '5А')) } },
        {
          json: {
            response: [false, page(300)],
            execute_errors: [{ method: 'messages.getConversations', error_code: 10 }],
          },
        },
      );
      const result = await sendOne({ kind: 'chat.find', title: '5А' });
      expect(result).to.deep.equal({ ok: false, failure: { class: 'retry', code: 'vk.10' } });
    });

    it('stops reading when the caller gives up', async () => {
      const giveUp = new AbortController();
      server.prepare({ json: { response: page(300) } });
      clock.after = (): (() => void) => {
        giveUp.abort();
        return () => undefined;
      };
      const result = await sendOne({ kind: 'chat.find', title: '5А' }, giveUp.signal);
      expect(result).to.deep.equal({ ok: false, failure: { class: 'retry', code: 'transport.not-sent' } });
      expect(server.received).to.have.length(1);
    });

    it('reads the rest once for several titles, and leaves the other calls their answers', async () => {
      server.prepare(
        { json: { response: [page(201, conversation(1, 'А')), 1, page(201)] } },
        { json: { response: [page(201, conversation(2, 'Б')), page(201)] } },
      );
      const results = await messenger.send(credential, [
        { kind: 'chat.find', title: 'А' },
        { kind: 'member.add', chatId: '3', userId: '4' },
        { kind: 'chat.find', title: 'Б' },
      ]);
      expect(server.received).to.have.length(2);
      expect(results[0]).to.have.nested.property('answer.chats[0].chatId', '1');
      expect(results[1]).to.deep.equal({ ok: true, answer: {} });
      expect(results[2]).to.have.nested.property('answer.chats[0].chatId', '2');
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
        expect(result).to.deep.equal({ ok: false, failure: { class: 'rate', code: 'vk.6', retryAfterMs: 1100 } });
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
      expect(await sendOne(add)).to.deep.equal({ ok: false, failure: { class: 'credential', code: 'vk.5.1130' } });
      server.prepare({ json: { error: { error_code: 14, redirect_uri: 'https://id.vk.ru/c', captcha_sid: '1' } } });
      expect(await sendOne(add)).to.deep.equal({
        ok: false,
        failure: { class: 'person-needed', code: 'vk.14', actionUrl: 'https://id.vk.ru/c' },
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
      expect(before).to.deep.equal({ ok: false, failure: { class: 'retry', code: 'transport.not-sent' } });
      expect(server.received).to.deep.equal([]);
      const giveUp = new AbortController();
      server.prepare({ silence: true });
      const pending = sendOne(create, giveUp.signal);
      while (server.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
      giveUp.abort();
      expect(await pending).to.deep.equal({ ok: false, failure: { class: 'unknown', code: 'transport.aborted' } });
    });

    it('is a token that no header can carry, which is never sent', async () => {
      for (const accessToken of ['', 'два слова', 'a\nb']) {
        const results = await messenger.send({ accessToken, userId: OWNER }, [add]);
        expect(results).to.deep.equal([{ ok: false, failure: { class: 'credential', code: 'vk.5' } }]);
      }
      expect(server.received).to.deep.equal([]);
    });
  });
});
