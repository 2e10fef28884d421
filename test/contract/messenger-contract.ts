import { expect } from 'chai';

import { answerTo, isDone } from '../../src/messenger/messenger-result.js';
import type {
  ExternalChatId,
  ExternalUserId,
  Messenger,
  MessengerAnswers,
  MessengerCall,
  MessengerCallKind,
  MessengerCredential,
  MessengerFailure,
  MessengerResult,
} from '../../src/messenger/messenger.js';

/** A messenger with nothing in it but people. */
export interface MessengerWorld {
  readonly messenger: Messenger;
  readonly owner: MessengerCredential;
  readonly teacher: MessengerCredential;
  readonly pupil: MessengerCredential;
  /** Is in no chat unless a test brings them in. */
  readonly stranger: MessengerCredential;
  /** Does not let others add them. */
  readonly unwillingId: ExternalUserId;
  /** Texts that people posted into the chats of this title. */
  posts(title: string): Promise<readonly string[]>;
  /** What somebody is answered who joins a chat that they are in. */
  joiningAgain(answer: 'id' | 'refusal'): Promise<void>;
  stop(): Promise<void>;
}

/** What every messenger does, whatever is behind it. */
export function messengerContract(name: string, start: () => Promise<MessengerWorld>): void {
  describe(`the messenger port: ${name}`, () => {
    let world: MessengerWorld;
    beforeEach(async () => {
      world = await start();
    });
    afterEach(() => world?.stop());

    async function send(as: MessengerCredential, call: MessengerCall): Promise<MessengerResult> {
      const results = await world.messenger.send(as, [call]);
      expect(results).to.have.length(1);
      return results[0] as MessengerResult;
    }
    async function ask<K extends MessengerCallKind>(
      as: MessengerCredential,
      call: Extract<MessengerCall, { kind: K }>,
    ): Promise<MessengerAnswers[K]> {
      const result = await send(as, call);
      if (!result.ok) return expect.fail(`${call.kind}: ${result.failure.code}`);
      return answerTo<K>(call.kind, result);
    }
    async function refusal(as: MessengerCredential, call: MessengerCall): Promise<MessengerFailure> {
      const result = await send(as, call);
      return result.ok ? expect.fail(`${call.kind} was not refused`) : result.failure;
    }
    async function twice(as: MessengerCredential, call: MessengerCall): Promise<void> {
      for (const time of ['first', 'second'])
        expect(isDone(await send(as, call)), `${call.kind}, ${time}`).to.equal(true);
    }
    async function newChat(title: string, ...people: MessengerCredential[]): Promise<ExternalChatId> {
      const userIds = people.map(({ userId }) => userId);
      return (await ask<'chat.create'>(world.owner, { kind: 'chat.create', title, userIds })).chatId;
    }
    async function rolesIn(chatId: ExternalChatId, as = world.owner): Promise<Record<ExternalUserId, string>> {
      const { members, total } = await ask<'chat.members'>(as, { kind: 'chat.members', chatId, offset: 0 });
      expect(members).to.have.length(total);
      return Object.fromEntries(members.map(({ userId, role, owner }) => [userId, owner ? 'owner' : String(role)]));
    }
    async function listOf(as: MessengerCredential): Promise<MessengerAnswers['chat.list']['chats']> {
      return (await ask<'chat.list'>(as, { kind: 'chat.list' })).chats;
    }
    async function idOf(title: string, as: MessengerCredential): Promise<ExternalChatId> {
      return (await listOf(as)).find((chat) => chat.title === title)?.chatId ?? expect.fail(`no chat ${title}`);
    }
    async function linkOf(chatId: ExternalChatId): Promise<string> {
      return (await ask<'chat.invite-link'>(world.owner, { kind: 'chat.invite-link', chatId })).link;
    }

    describe('chat.create', () => {
      it('makes a chat of those who may be added, and says who they are', async () => {
        const userIds = [world.teacher.userId, world.unwillingId, world.pupil.userId];
        const call = { kind: 'chat.create' as const, title: '5А', userIds };
        const { chatId, memberIds } = await ask<'chat.create'>(world.owner, call);
        expect(memberIds).to.have.members([world.teacher.userId, world.pupil.userId]);
        expect(await rolesIn(chatId)).to.deep.equal({
          [world.owner.userId]: 'owner',
          [world.teacher.userId]: 'member',
          [world.pupil.userId]: 'member',
        });
      });

      it('makes a chat of its owner alone', async () => {
        const call = { kind: 'chat.create' as const, title: '5А', userIds: [] };
        const { chatId, memberIds } = await ask<'chat.create'>(world.owner, call);
        expect(memberIds).to.deep.equal([]);
        expect(await rolesIn(chatId)).to.deep.equal({ [world.owner.userId]: 'owner' });
      });

      it('makes a second chat when it is repeated', async () => {
        expect(await newChat('5А')).not.to.equal(await newChat('5А'));
        expect(await listOf(world.owner)).to.have.length(2);
      });
    });

    describe('chat.list', () => {
      it('gives every chat that the account is in, with title, owner and count, and no other', async () => {
        const first = await newChat('5А', world.pupil);
        const second = await newChat('6Б');
        const left = await newChat('7В');
        await ask(world.owner, { kind: 'member.remove', chatId: left, userId: world.owner.userId });
        const ownerId = world.owner.userId;
        expect(await listOf(world.owner)).to.have.deep.members([
          { chatId: first, title: '5А', ownerId, membersCount: 2 },
          { chatId: second, title: '6Б', ownerId, membersCount: 1 },
        ]);
        expect((await listOf(world.pupil)).map(({ title }) => title)).to.deep.equal(['5А']);
        expect(await listOf(world.stranger)).to.deep.equal([]);
      });

      it('is one reading for all who ask in one request', async () => {
        await newChat('5А');
        const results = await world.messenger.send(world.owner, [{ kind: 'chat.list' }, { kind: 'chat.list' }]);
        expect(results[1]).to.deep.equal(results[0]);
        expect(answerTo('chat.list', results[0] as Extract<MessengerResult, { ok: true }>).chats).to.have.length(1);
      });
    });

    describe('chat.describe and chat.rename', () => {
      it('tell and change the title, as often as they are asked', async () => {
        const chatId = await newChat('5А');
        const described = { kind: 'chat.describe' as const, chatId };
        expect(await ask(world.owner, described)).to.deep.equal({ title: '5А', ownerId: world.owner.userId });
        await twice(world.owner, { kind: 'chat.rename', chatId, title: '6А' });
        expect(await ask(world.owner, described)).to.deep.equal({ title: '6А', ownerId: world.owner.userId });
      });

      it('know a chat by the id that the account itself sees', async () => {
        await newChat('another one');
        await newChat('5А', world.teacher);
        const chatId = await idOf('5А', world.teacher);
        expect(await ask(world.teacher, { kind: 'chat.describe', chatId })).to.deep.equal({
          title: '5А',
          ownerId: world.owner.userId,
        });
      });
    });

    describe('chat.join', () => {
      it("brings the account in by the link, and tells the chat's id as that account sees it", async () => {
        const chatId = await newChat('5А');
        const { chatId: own } = await ask<'chat.join'>(world.stranger, {
          kind: 'chat.join',
          link: await linkOf(chatId),
        });
        expect(await idOf('5А', world.stranger)).to.equal(own);
        expect(await rolesIn(own, world.stranger)).to.have.property(world.stranger.userId, 'member');
      });

      it('changes nothing for who is in: the id is told, or it is refused', async () => {
        const chatId = await newChat('5А', world.teacher);
        const call = { kind: 'chat.join' as const, link: await linkOf(chatId) };
        await world.joiningAgain('id');
        expect(await ask<'chat.join'>(world.teacher, call)).to.deep.equal({ chatId: await idOf('5А', world.teacher) });
        await world.joiningAgain('refusal');
        expect(await refusal(world.teacher, call))
          .to.have.property('class')
          .that.is.oneOf(['settled', 'permanent']);
        expect(Object.keys(await rolesIn(chatId))).to.have.length(2);
      });

      it('is refused with a link that leads nowhere', async () => {
        const failure = await refusal(world.stranger, { kind: 'chat.join', link: 'https://vk.me/join/nowhere' });
        expect(failure.class).to.be.oneOf(['chat-lost', 'permanent']);
      });
    });

    describe('members', () => {
      it('come and go, as often as it is asked', async () => {
        const chatId = await newChat('5А');
        const who = { chatId, userId: world.pupil.userId };
        await twice(world.owner, { kind: 'member.add', ...who });
        expect(await rolesIn(chatId)).to.have.property(who.userId, 'member');
        await twice(world.owner, { kind: 'member.remove', ...who });
        expect(await rolesIn(chatId)).not.to.have.property(who.userId);
      });

      it('become administrators and cease to be, as often as it is asked', async () => {
        const chatId = await newChat('5А', world.teacher);
        const role = { kind: 'member.role' as const, chatId, userId: world.teacher.userId };
        await twice(world.owner, { ...role, role: 'admin' });
        expect(await rolesIn(chatId)).to.have.property(role.userId, 'admin');
        await twice(world.owner, { ...role, role: 'member' });
        expect(await rolesIn(chatId)).to.have.property(role.userId, 'member');
      });

      it('who may only be invited are told so, and are not in', async () => {
        const chatId = await newChat('5А');
        const failure = await refusal(world.owner, { kind: 'member.add', chatId, userId: world.unwillingId });
        expect(failure).to.include({ class: 'invite', scope: 'person', effect: 'none' });
        expect(await rolesIn(chatId)).not.to.have.property(world.unwillingId);
      });

      it('that are not in have no role', async () => {
        const call = { kind: 'member.role' as const, chatId: await newChat('5А'), userId: world.pupil.userId };
        const failure = await refusal(world.owner, { ...call, role: 'admin' });
        expect(failure).to.include({ class: 'permanent', scope: 'person', effect: 'none' });
      });

      it('are read page by page to their total', async () => {
        const chatId = await newChat('5А', world.teacher, world.pupil);
        const read = (offset: number) => ask<'chat.members'>(world.owner, { kind: 'chat.members', chatId, offset });
        const whole = await read(0);
        expect(whole).to.include({ total: 3 }).and.not.to.have.property('nextOffset');
        expect((await read(1)).members).to.deep.equal(whole.members.slice(1));
        expect(await read(3)).to.deep.equal({ members: [], total: 3 });
      });
    });

    describe('message.post', () => {
      it('posts once per key, and again with another', async () => {
        const chatId = await newChat('5А');
        const post = { kind: 'message.post' as const, chatId, text: 'Урок' };
        await twice(world.owner, { ...post, key: 7 });
        expect(await world.posts('5А')).to.deep.equal(['Урок']);
        await twice(world.owner, { ...post, key: 8 });
        expect(await world.posts('5А')).to.deep.equal(['Урок', 'Урок']);
      });
    });

    describe('calls', () => {
      it('are started anew each time, and ended as often as it is asked', async () => {
        const first = await ask<'call.start'>(world.owner, { kind: 'call.start' });
        const second = await ask<'call.start'>(world.owner, { kind: 'call.start' });
        expect(first.joinLink)
          .to.match(/^https?:\/\//)
          .and.not.to.equal(second.joinLink);
        expect(first.callId).to.be.a('string').and.not.to.equal(second.callId);
        await twice(world.owner, { kind: 'call.end', callId: first.callId ?? '' });
      });

      it('that do not exist are over', async () => {
        const callId = '00000000-0000-4000-8000-000000000000';
        expect(isDone(await send(world.owner, { kind: 'call.end', callId }))).to.equal(true);
      });
    });

    it('refuses everything in a chat to who is not in it', async () => {
      await newChat('5А', world.pupil);
      const chatId = await idOf('5А', world.pupil);
      await ask(world.pupil, { kind: 'member.remove', chatId, userId: world.pupil.userId });
      const calls: MessengerCall[] = [
        { kind: 'chat.describe', chatId },
        { kind: 'chat.rename', chatId, title: '6А' },
        { kind: 'chat.invite-link', chatId },
        { kind: 'chat.members', chatId, offset: 0 },
        { kind: 'member.add', chatId, userId: world.pupil.userId },
        { kind: 'member.remove', chatId, userId: world.owner.userId },
        { kind: 'member.role', chatId, userId: world.owner.userId, role: 'member' },
        { kind: 'message.post', chatId, text: 'Привет', key: 1 },
      ];
      for (const as of [world.pupil, world.stranger]) {
        for (const call of calls) {
          const failure = await refusal(as, call);
          expect(failure, call.kind).to.include({ class: 'chat-lost', scope: 'chat', effect: 'none' });
        }
      }
      expect(await world.posts('5А')).to.deep.equal([]);
      expect(await rolesIn(await idOf('5А', world.owner))).to.deep.equal({ [world.owner.userId]: 'owner' });
    });

    describe('a request', () => {
      it('carries as many calls as the ability says, in order, one result each', async () => {
        const chatId = await newChat('5А', world.teacher);
        const { callsPerRequest } = world.messenger.abilities;
        const kinds = ['chat.rename', 'chat.describe'] as const;
        const calls = Array.from({ length: callsPerRequest }, (_, index): MessengerCall =>
          index % 2 === 0 ? { kind: kinds[0], chatId, title: `5А ${index}` } : { kind: kinds[1], chatId },
        );
        const results = await world.messenger.send(world.owner, calls);
        expect(results.map((result) => result.ok && result.kind)).to.deep.equal(calls.map(({ kind }) => kind));
        const titles = results.flatMap((result) =>
          result.ok && result.kind === 'chat.describe' ? [result.answer.title] : [],
        );
        expect(titles).to.deep.equal(titles.map((_, index) => `5А ${index * 2}`));
      });

      it('with more calls than that is refused, and none is made', async () => {
        const call: MessengerCall = { kind: 'chat.create', title: '5А', userIds: [] };
        const calls = Array<MessengerCall>(world.messenger.abilities.callsPerRequest + 1).fill(call);
        const error: unknown = await world.messenger.send(world.owner, calls).catch((cause: unknown) => cause);
        expect(error).to.be.instanceOf(RangeError);
        expect(await listOf(world.owner)).to.deep.equal([]);
      });

      it('leaves the other calls their results when one is refused', async () => {
        const chatId = await newChat('5А');
        const results = await world.messenger.send(world.owner, [
          { kind: 'member.add', chatId, userId: world.pupil.userId },
          { kind: 'member.add', chatId, userId: world.unwillingId },
          { kind: 'member.add', chatId, userId: world.teacher.userId },
        ]);
        expect(results.map(({ ok }) => ok)).to.deep.equal([true, false, true]);
        expect(Object.keys(await rolesIn(chatId))).to.have.members([
          world.owner.userId,
          world.pupil.userId,
          world.teacher.userId,
        ]);
      });

      it('is not sent when the caller gave up before', async () => {
        const call: MessengerCall = { kind: 'chat.create', title: '5А', userIds: [] };
        const [result] = await world.messenger.send(world.owner, [call], AbortSignal.abort());
        expect(result).to.have.deep.property('failure').that.includes({ class: 'retry', effect: 'none' });
        expect(await listOf(world.owner)).to.deep.equal([]);
      });
    });
  });
}
