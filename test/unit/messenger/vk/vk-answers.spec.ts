import { expect } from 'chai';
import fc, { type Arbitrary } from 'fast-check';

import { hasEffect } from '../../../../src/messenger/messenger-result.js';
import type { MessengerCall, MessengerResult } from '../../../../src/messenger/messenger.js';
import { VkMessenger } from '../../../../src/messenger/vk/vk-messenger.js';
import {
  answers,
  chatPeerId,
  conversations,
  error,
  userId,
  wireText,
  type AnsweredMethod,
} from '../../../support/vk-answers.js';
import { AnsweringServer, type PreparedAnswer, type ReceivedRequest } from './answering-server.js';
import { InstantClock } from './instant-clock.js';

const METHODS: Readonly<Record<Exclude<MessengerCall['kind'], 'chat.list'>, AnsweredMethod>> = {
  'chat.create': 'messages.createChat',
  'chat.describe': 'messages.getConversationsById',
  'chat.join': 'messages.joinChatByInviteLink',
  'chat.rename': 'messages.editChat',
  'chat.invite-link': 'messages.getInviteLink',
  'chat.members': 'messages.getConversationMembers',
  'member.add': 'messages.addChatUser',
  'member.remove': 'messages.removeChatUser',
  'member.role': 'messages.setMemberRole',
  'message.post': 'messages.send',
  'call.start': 'calls.start',
  'call.end': 'calls.forceFinish',
};

const CLASSES =
  'retry rate split unknown settled invite permanent chat-lost chat-refused credential person-needed flood stop'.split(
    ' ',
  );
const SCOPES = 'request credential ability chat person call'.split(' ');
const ACCOUNT = '200000000001';

const idText = userId.map((id) => String(id).replaceAll('#', ''));
const chat = chatPeerId.map((peer) => String(peer - 2_000_000_000));
const call: Arbitrary<MessengerCall> = fc.oneof(
  fc.record({ kind: fc.constant('chat.create'), title: fc.string(), userIds: fc.array(idText, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('chat.list') }),
  fc.record({ kind: fc.constant('chat.describe'), chatId: chat }),
  fc.record({ kind: fc.constant('chat.join'), link: fc.webUrl() }),
  fc.record({ kind: fc.constant('chat.rename'), chatId: chat, title: fc.string() }),
  fc.record({ kind: fc.constant('chat.invite-link'), chatId: chat }),
  fc.record({ kind: fc.constant('chat.members'), chatId: chat, offset: fc.nat(3) }),
  fc.record({ kind: fc.constant('member.add'), chatId: chat, userId: idText }),
  fc.record({ kind: fc.constant('member.remove'), chatId: chat, userId: idText }),
  fc.record({
    kind: fc.constant('member.role'),
    chatId: chat,
    userId: idText,
    role: fc.constantFrom('member', 'admin'),
  }),
  fc.record({ kind: fc.constant('message.post'), chatId: chat, text: fc.string(), key: fc.nat() }),
  fc.record({ kind: fc.constant('call.start') }),
  fc.record({ kind: fc.constant('call.end'), callId: fc.uuid() }),
);

/** A call and what VK answers to it; an error in place of an answer now and then. */
const exchange = call.chain((sent) =>
  fc.record({
    sent: fc.constant(sent),
    answer: sent.kind === 'chat.list' ? conversations : (answers[METHODS[sent.kind]] as Arbitrary<unknown>),
    error: fc.option(error, { nil: undefined, freq: 3 }),
  }),
);
type Exchange = typeof exchange extends Arbitrary<infer T> ? T : never;

function codeOf(refusal: Exchange['error']): number | undefined {
  return typeof refusal?.error_code === 'number' ? refusal.error_code : undefined;
}

describe('VkMessenger and all answers that the official types allow', () => {
  const server = new AnsweringServer();
  const credential = { accessToken: 'token', userId: ACCOUNT };
  let messenger: VkMessenger;

  before(async () => {
    await server.start();
    const settings = {
      ...{ idUrl: server.url, apiUrl: server.url, apiVersion: '5.199', applicationId: '1', scopes: [] },
      ...{ requestsPerSecond: 3, timeoutMs: 2000, lateEffectMs: 30_000 },
    };
    messenger = new VkMessenger(settings, new InstantClock());
  });
  after(() => server.stop());

  /** Answers as VK does: a method by itself, or `execute` with `false` and an error for each that failed. */
  function answerWith(exchanges: readonly Exchange[]): (request: ReceivedRequest) => PreparedAnswer {
    // All `chat.list` of a request are one, the first one's.
    const listed = exchanges.findIndex(({ sent }) => sent.kind === 'chat.list');
    const made = exchanges.filter(({ sent }, index) => sent.kind !== 'chat.list' || index === listed);
    return ({ path }) => {
      const [first] = made;
      if (!path.endsWith('/execute')) {
        return { text: wireText(first?.error === undefined ? { response: first?.answer } : { error: first.error }) };
      }
      const failed = made.filter((one) => one.error !== undefined);
      const execute_errors = failed.map((one) => ({ method: methodOf(one.sent), ...one.error }));
      return { text: wireText({ response: made.map((one) => (one.error ? false : one.answer)), execute_errors }) };
    };
  }

  function methodOf(sent: MessengerCall): string {
    return sent.kind === 'chat.list' ? 'messages.getConversations' : METHODS[sent.kind];
  }

  async function send(exchanges: readonly Exchange[]): Promise<readonly MessengerResult[]> {
    server.received.length = 0;
    server.answer = answerWith(exchanges);
    return messenger.send(
      credential,
      exchanges.map(({ sent }) => sent),
    );
  }

  /** Every id that an answer holds. */
  function idsIn(result: MessengerResult): string[] {
    if (!result.ok) return [];
    const ids = (value: unknown, name: string): string[] => {
      if (Array.isArray(value)) return value.flatMap((item) => ids(item, name));
      if (typeof value === 'object' && value !== null)
        return Object.entries(value).flatMap(([key, item]) => ids(item, key));
      return ['userId', 'ownerId', 'memberIds'].includes(name) && typeof value === 'string' ? [value] : [];
    };
    return ids(result.answer, '');
  }

  it('gives one result per call, of its kind, and rounds no id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(exchange, { minLength: 1, maxLength: 6 }), async (exchanges) => {
        const results = await send(exchanges);
        expect(results).to.have.length(exchanges.length);
        const digits = new Set(wireText(exchanges).match(/\d+/g));
        for (const [index, result] of results.entries()) {
          const { sent } = exchanges[index] as Exchange;
          if (result.ok) expect(result.kind).to.equal(sent.kind);
          else {
            expect(result.failure.class).to.be.oneOf(CLASSES);
            expect(result.failure.scope).to.be.oneOf(SCOPES);
            expect(result.failure.effect).to.be.oneOf(['none', 'possible']);
          }
          for (const id of idsIn(result)) expect(digits, id).to.include(id.replace('-', ''));
        }
      }),
      { numRuns: 120 },
    );
  });

  it('is sure that nothing was done only where VK said no', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(exchange, { minLength: 1, maxLength: 6 }), async (exchanges) => {
        const results = await send(exchanges);
        for (const [index, result] of results.entries()) {
          const { sent, error: refusal } = exchanges[index] as Exchange;
          if (result.ok || !hasEffect(sent)) continue;
          const code = codeOf(refusal);
          const saidNo = code !== undefined && ![1, 10, 13].includes(code);
          // Errors of one method are told apart by their order, so that all of them are needed to know one.
          const told = exchanges.every((one) => one.error === undefined || codeOf(one.error) !== undefined);
          if (!saidNo) expect(result.failure.effect).to.equal('possible');
          else if (told) expect(result.failure.effect).to.equal('none');
        }
      }),
      { numRuns: 120 },
    );
  });

  it('loses nothing of an honest list, and reads no other for complete', async () => {
    const entry = fc.record({
      id: fc.integer({ min: 0, max: 700 }),
      kind: fc.constantFrom('chat', 'user'),
      state: fc.constantFrom('in', 'in', 'left'),
    });
    const trouble = fc.constantFrom('none', 'none', 'cut', 'repeats', 'grows');
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(entry, { maxLength: 450, selector: ({ id }) => id, size: 'max' }),
        trouble,
        async (entries, wrong) => {
          const all = entries.map(({ id, kind, state }) => ({
            conversation: {
              peer: { id: (kind === 'chat' ? 2_000_000_000 : 300_000_000_000) + id, type: kind },
              ...(kind === 'chat' ? { chat_settings: { title: `чат ${id}`, state } } : {}),
            },
          }));
          let pages = 0;
          const page = (offset: number): unknown => {
            pages += 1;
            const from = wrong === 'repeats' ? 0 : offset;
            const items = all.slice(from, from + 200);
            const grown = wrong === 'grows' && pages > 1 ? 1 : 0;
            return { count: all.length + grown, items: wrong === 'cut' ? items.slice(0, -1) : items };
          };
          server.answer = ({ path, form }) => {
            const offsets = [...(form.get('code') ?? '').matchAll(/"offset":"(\d+)"/g)].map(([, text]) => Number(text));
            return {
              json: { response: path.endsWith('/execute') ? offsets.map(page) : page(Number(form.get('offset'))) },
            };
          };
          const [result] = await messenger.send(credential, [{ kind: 'chat.list' }]);
          const harmed =
            (wrong === 'cut' && all.length > 0) || ((wrong === 'repeats' || wrong === 'grows') && all.length > 200);
          if (harmed) expect(result).to.have.nested.property('failure.code', 'transport.incomplete');
          else {
            const inside = entries
              .filter(({ kind, state }) => kind === 'chat' && state === 'in')
              .map(({ id }) => String(id));
            const chats =
              result?.ok && result.kind === 'chat.list' ? result.answer.chats.map(({ chatId }) => chatId) : [];
            expect(result?.ok).to.equal(true);
            expect(chats).to.have.members(inside);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes no list of any shape for complete that shows fewer conversations than it counts', async () => {
    await fc.assert(
      fc.asyncProperty(conversations, async (list) => {
        server.answer = () => ({ text: wireText({ response: list }) });
        const [result] = await messenger.send(credential, [{ kind: 'chat.list' }]);
        const shown = new Set((list.items ?? []).map((item) => item.conversation?.peer?.id));
        shown.delete(undefined);
        if (result?.ok) {
          expect(shown.size).to.equal(list.count);
          const chats = (list.items ?? []).filter((item) => item.conversation?.peer?.type === 'chat');
          for (const item of chats) expect(item.conversation?.chat_settings?.title).to.be.a('string');
        } else expect(result?.failure.class).to.equal('retry');
      }),
      { numRuns: 120 },
    );
  });
});
