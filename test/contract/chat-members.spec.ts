import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import type { ChatCard, ChatEntryPage, ChatMember } from '../../src/protocol/chat-protocol.js';
import type { Progress } from '../../src/protocol/protocol.js';
import { Right } from '../../src/rights/rights.js';
import { ChatServer, EVERY_RIGHT, type Answer, type Failure } from '../support/chat-server.js';

describe('why a person is not in a chat', () => {
  let server: ChatServer;
  let chatId: string;
  beforeEach(async () => {
    server = await ChatServer.start();
    const { body } = await server.ask<ChatEntryPage>('GET', '/api/chats?kind=class&query=5А');
    chatId = body.items[0]?.id ?? '';
  });
  afterEach(() => server?.stop());

  function card(rights: readonly Right[] = EVERY_RIGHT): Promise<Answer<ChatCard>> {
    return server.ask<ChatCard>('GET', `/api/chats/${chatId}`, undefined, { rights });
  }

  async function member(personId: string, rights?: readonly Right[]): Promise<ChatMember | undefined> {
    return (await card(rights)).body.members.find((one) => one.personId === personId);
  }

  it('waits for linking: the list of links helps whoever may see it', async () => {
    expect(await member('p01')).to.include({
      state: 'waiting-for-link',
      stateText: 'Ждёт привязки учебного аккаунта VK ID: добавится сам, когда человек привяжет аккаунт.',
      help: 'open-links',
      linked: false,
    });
    expect(await member('p01', [Right.chatView])).to.not.have.property('help');
  });

  it('is being added, and why not yet while deliveries stand still', async () => {
    await server.link('p01', '101');
    expect(await member('p01')).to.include({ state: 'to-add', stateText: 'Добавляется в чат.' });
    await server.sql(`update delivery_lane set stop_code = 'credential.broken'`);
    const stopped = await member('p01');
    expect(stopped?.stateText).to.match(/^Добавляется в чат\. VK больше не принимает вход/);
  });

  it('is invited where the messenger does not let add: the invite link helps', async () => {
    await server.link('p01', '101');
    server.messenger.refusedUserIds.add('101');
    await server.deliver();
    expect(await member('p01')).to.include({
      state: 'invited',
      stateText: 'Причина vk.15. Добавить напрямую нельзя — войдите по ссылке-приглашению.',
      help: 'copy-invite',
    });
    expect((await card()).body.chat.openUrl).to.match(/^https:/);
  });

  it('failed: says the reason and the next attempt in the school’s time, a retry helps', async () => {
    await server.deliver();
    await server.link('p01', '101');
    server.messenger.fault = (call) =>
      call.kind === 'member.add' ? { class: 'retry', code: 'transport.timeout' } : undefined;
    await server.deliver();
    const failed = await member('p01');
    expect(failed).to.include({ state: 'failed', help: 'retry' });
    const time = new Intl.DateTimeFormat('ru-RU', { timeZone: 'Europe/Moscow', timeStyle: 'short' });
    const at = time.format(new Date(failed?.nextAttemptAt ?? 0));
    expect(failed?.stateText).to.equal(`Причина transport.timeout. Следующая попытка в ${at}.`);
  });

  it('was refused: says the reason and when it is tried again, a retry helps', async () => {
    await server.deliver();
    await server.link('p01', '101');
    server.messenger.fault = (call) =>
      call.kind === 'member.add' ? { class: 'permanent', code: 'vk.103' } : undefined;
    await server.deliver();
    const refused = await member('p01');
    expect(refused).to.include({ state: 'refused', help: 'retry' });
    expect(refused?.stateText).to.match(/^Причина vk\.103\. Следующая попытка (\d\d\.\d\d )?в \d\d:\d\d\.$/);
    expect((await card()).body.chat).to.include({ failed: 1, state: 'problem' });
  });

  it('was removed by hand: the way back to the rule helps whoever may edit', async () => {
    const { body } = await card();
    await server.ask('PUT', `/api/chats/${chatId}`, {
      revision: body.revision,
      members: [{ action: 'remove', personId: 'p01' }],
    });
    expect(await member('p01')).to.include({ state: 'absent', origin: 'removed', help: 'rule' });
    expect((await member('p01'))?.stateText).to.match(/^Удалён из чата вручную/);
    expect(await member('p01', [Right.chatView])).to.not.have.property('help');
  });

  it('left by themselves: the invite link helps', async () => {
    await server.deliver();
    await server.sql(`update chat_member set hand = 'left' where person_id = 'p01' and chat_id = :chatId::uuid`, {
      chatId,
    });
    const left = await member('p01');
    expect(left).to.include({ state: 'absent', origin: 'left', help: 'copy-invite' });
    expect(left?.stateText).to.match(/^Вышел из чата в Сферуме/);
  });

  it('is in the chat, but not yet an administrator: says why', async () => {
    await server.link('e3', '103');
    server.messenger.fault = (call) =>
      call.kind === 'member.role' ? { class: 'permanent', code: 'vk.936' } : undefined;
    await server.deliver();
    const refused = await member('e3');
    expect(refused).to.include({ state: 'present', help: 'retry' });
    expect(refused?.stateText).to.match(
      /^В чате\. Назначается администратором чата\. Причина vk\.936\. Следующая попытка .*\d\d:\d\d\.$/,
    );
  });

  describe('POST /api/chats/:id/retry', () => {
    it('tries one person again at once, and leaves the others waiting', async () => {
      await server.deliver();
      await server.link('p01', '101');
      await server.link('p02', '102');
      server.messenger.fault = (call) =>
        call.kind === 'member.add' ? { class: 'retry', code: 'transport.timeout' } : undefined;
      await server.deliver();
      delete server.messenger.fault;
      const { status } = await server.ask('POST', `/api/chats/${chatId}/retry`, { personId: 'p01' });
      await server.deliver();
      expect([status, (await member('p01'))?.state, (await member('p02'))?.state]).to.deep.equal([
        200,
        'present',
        'failed',
      ]);
      await server.ask('POST', `/api/chats/${chatId}/retry`, {});
      await server.deliver();
      expect((await member('p02'))?.state).to.equal('present');
    });

    it('tries a chat again that could not be made', async () => {
      server.messenger.fault = (call) =>
        call.kind === 'chat.create' ? { class: 'permanent', code: 'vk.100' } : undefined;
      await server.deliver();
      expect((await card()).body.chat.problem).to.include({ code: 'vk.100', text: 'Причина vk.100.' });
      delete server.messenger.fault;
      const { body } = await server.ask<ChatCard>('POST', `/api/chats/${chatId}/retry`, {});
      expect(body.chat).to.not.have.property('problem');
      await server.deliver();
      expect((await card()).body.chat.state).to.equal('ready');
    });

    it('without it: who has every other right tries nothing again', async () => {
      const rights = EVERY_RIGHT.filter((right) => right !== Right.synchronizationRun);
      const { status, body } = await server.ask<Failure>('POST', `/api/chats/${chatId}/retry`, {}, { rights });
      expect([status, body.error.fields['right']]).to.deep.equal([403, Right.synchronizationRun]);
    });
  });

  describe('POST /api/chats/:id/removals', () => {
    const LEAVING = ['p01', 'p02', 'p03', 'p04', 'p05'];
    let everybody: typeof server.directory.classMembers;

    beforeEach(async () => {
      for (const personId of LEAVING) await server.link(personId, `1${personId.slice(1)}`);
      await server.deliver();
      everybody = server.directory.classMembers;
      server.directory.classMembers = everybody.filter(({ studentId }) => !LEAVING.includes(studentId));
      await server.synchronize();
      await server.deliver();
    });

    function decide<T = ChatCard>(decision: string, personIds = LEAVING, rights = EVERY_RIGHT): Promise<Answer<T>> {
      return server.ask<T>('POST', `/api/chats/${chatId}/removals`, { decision, personIds }, { rights });
    }

    it('shows whose removal waits, and takes nobody out before', async () => {
      const { body } = await card();
      expect(body.chat).to.include({ held: 5, state: 'problem' });
      expect(body.chat.problem?.code).to.equal('chat.removal-held');
      expect(body.may.decideRemovals).to.equal(true);
      const held = body.members.filter(({ removalHeld }) => removalHeld);
      expect(held.map(({ personId }) => personId)).to.have.members(LEAVING);
      expect(held[0]?.state).to.equal('present');
      expect(server.messenger.sent('member.remove')).to.deep.equal([]);
    });

    it('takes them out when it is confirmed', async () => {
      const { body } = await decide('confirm');
      expect(body.chat.held).to.equal(0);
      await server.deliver();
      expect(server.messenger.sent('member.remove')).to.have.length(5);
      expect((await card()).body.members.map(({ personId }) => personId)).to.not.include.members(LEAVING);
    });

    it('keeps them when it is refused, through every pass, and lets the rule have them again', async () => {
      await decide('refuse');
      await server.synchronize();
      await server.deliver();
      expect(server.messenger.sent('member.remove')).to.deep.equal([]);
      expect(await member('p01')).to.include({ state: 'present', origin: 'added', removalHeld: false, ruled: false });

      server.directory.classMembers = everybody;
      await server.synchronize();
      expect(await member('p01')).to.include({ origin: 'rule', ruled: true });
      server.directory.classMembers = everybody.filter(({ studentId }) => studentId !== 'p01');
      await server.synchronize();
      await server.deliver();
      expect(await member('p01')).to.equal(undefined);
    });

    it('refuses a decision about another list than the one that waits', async () => {
      for (const personIds of [['p01'], [...LEAVING, 'p06']]) {
        const { status, body } = await decide<Failure>('confirm', personIds);
        expect([status, body.error.code]).to.deep.equal([409, 'SFERUM_CONFLICT']);
      }
      expect((await card()).body.chat.held).to.equal(5);
    });

    it('without it: who has every other right decides nothing', async () => {
      const rights = EVERY_RIGHT.filter((right) => right !== Right.synchronizationConfirm);
      const { status, body } = await decide<Failure>('confirm', LEAVING, rights);
      expect([status, body.error.fields['right']]).to.deep.equal([403, Right.synchronizationConfirm]);
      expect((await card(rights)).body.may.decideRemovals).to.equal(false);
    });
  });
});

describe('GET /api/chats', () => {
  let server: ChatServer;
  before(async () => {
    server = await ChatServer.start();
    for (const [title, personId] of [
      ['Хор', 'p01'],
      ['Театр', 'p02'],
    ] as const) {
      await server.ask('POST', '/api/chats', {
        requestId: randomUUID(),
        kind: 'other',
        title,
        members: [{ action: 'add', personId, kind: 'student' }],
      });
    }
  });
  after(() => server?.stop());

  async function titles(query = '', asked: { personId?: string; rights?: readonly Right[] } = {}): Promise<string[]> {
    const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats${query}`, undefined, asked);
    expect(body.total).to.be.at.least(body.items.length);
    return body.items.map(({ title }) => title);
  }

  it('lists kinds in the order of the manual, classes in theirs', async () => {
    expect(await titles()).to.deep.equal([
      'Учительский чат',
      'Классный чат 5А',
      'Классный чат 6А',
      'Родительский чат 5А',
      'Родительский чат 6А',
      'Театр',
      'Хор',
    ]);
  });

  it('sorts by every column both ways, and pages without losing or repeating a chat', async () => {
    const all = await titles();
    for (const sort of ['title', 'kind', 'members', 'waiting', 'failed', 'state', 'source']) {
      const ascending = await titles(`?sort=${sort}`);
      expect(ascending).to.have.members(all);
      expect(await titles(`?sort=${sort}&direction=desc`)).to.deep.equal([...ascending].reverse());
      const pages = [await titles(`?sort=${sort}&limit=3`), await titles(`?sort=${sort}&offset=3`)];
      expect(pages.flat()).to.deep.equal(ascending);
    }
  });

  it('finds by a part of the title in any case, by kind, class and state', async () => {
    expect(await titles('?query=КЛАССНЫЙ')).to.deep.equal(['Классный чат 5А', 'Классный чат 6А']);
    expect(await titles('?kind=other')).to.deep.equal(['Театр', 'Хор']);
    expect(await titles('?source=5А')).to.deep.equal(['Классный чат 5А', 'Родительский чат 5А']);
    expect(await titles('?state=ready')).to.deep.equal([]);
    expect(await titles('?query=%25')).to.deep.equal([]);
    const { body } = await server.ask<{ items: string[] }>('GET', '/api/chat-sources');
    expect(body.items).to.deep.equal(['5А', '6А']);
  });

  it('without it: who may not see all chats sees their own, read-only', async () => {
    const asked = { personId: 'p01', rights: [Right.registryOpen] };
    expect(await titles('', asked)).to.deep.equal(['Классный чат 5А', 'Хор']);
    const { body } = await server.ask<ChatEntryPage>('GET', '/api/chats', undefined, asked);
    expect(body.items.map(({ actions }) => actions)).to.deep.equal([
      { edit: false, delete: false },
      { edit: false, delete: false },
    ]);
    const { body: sources } = await server.ask<{ items: string[] }>('GET', '/api/chat-sources', undefined, asked);
    expect(sources.items).to.deep.equal(['5А']);
    const { body: card } = await server.ask<ChatCard>('GET', `/api/chats/${body.items[1]?.id}`, undefined, asked);
    expect(Object.values(card.may).filter(Boolean)).to.deep.equal([]);
    expect(card.members.filter(({ help }) => help !== undefined)).to.deep.equal([]);
  });

  it('without it: shows a person why they are not in the chat, and of the others only whether they are', async () => {
    await server.link('p02', '102');
    await server.deliver();
    const { body: list } = await server.ask<ChatEntryPage>('GET', '/api/chats?kind=class&query=5А');
    const { body } = await server.ask<ChatCard>('GET', `/api/chats/${list.items[0]?.id}`, undefined, {
      personId: 'p01',
      rights: [Right.registryOpen],
    });
    const byId = new Map(body.members.map((member) => [member.personId, member]));
    expect(byId.get('p01')?.state).to.equal('waiting-for-link');
    expect(byId.get('p02')).to.include({ state: 'present', stateText: 'В чате' });
    expect(byId.get('p03')).to.include({ state: 'to-add', stateText: 'Ещё не в чате.', linked: false });
  });

  it('without it: a chat of others is not found, whatever may be done with one’s own', async () => {
    const { body } = await server.ask<ChatEntryPage>('GET', '/api/chats?query=Театр');
    const path = `/api/chats/${body.items[0]?.id}`;
    const rights = EVERY_RIGHT.filter((right) => right !== Right.chatView);
    for (const [method, below, sent] of [
      ['GET', '', undefined],
      ['PUT', '', { revision: 0 }],
      ['DELETE', '', undefined],
      ['POST', '/restore', undefined],
      ['POST', '/rule', { revision: 0 }],
      ['POST', '/members/p02/rule', undefined],
      ['POST', '/retry', {}],
      ['POST', '/removals', { decision: 'confirm', personIds: ['p02'] }],
    ] as const) {
      const { status, body: refused } = await server.ask<Failure>(method, `${path}${below}`, sent, {
        personId: 'p01',
        rights,
      });
      expect([method, below, status, refused.error.code]).to.deep.equal([method, below, 404, 'SFERUM_NOT_FOUND']);
    }
  });

  it('answers an id that is none as one that is not there', async () => {
    for (const id of ['x', '00000000-0000-4000-8000-000000000000', '------------------------------------']) {
      expect((await server.ask('GET', `/api/chats/${id}`)).status).to.equal(404);
    }
  });
});

describe('GET /api/progress', () => {
  let server: ChatServer;
  before(async () => {
    server = await ChatServer.start();
    await server.deliver();
    await server.sql(`update delivery_lane set stop_code = 'credential.broken'`);
  });
  after(() => server?.stop());

  it('counts the school’s chats and memberships, and says what stops them', async () => {
    const { body } = await server.ask<Progress>('GET', '/api/progress');
    expect(body.chats).to.deep.equal({ total: 5, done: 5 });
    expect(body.memberships).to.include({ done: 5, failed: 0 });
    expect(body.lane).to.equal('stopped');
    expect(body.problem?.code).to.equal('credential.broken');
  });

  it('without it: counts a person’s own chats, and says nothing of the school’s', async () => {
    const rights = EVERY_RIGHT.filter((right) => right !== Right.synchronizationView);
    const { body } = await server.ask<Progress>('GET', '/api/progress', undefined, { personId: 'p01', rights });
    expect(body.chats).to.deep.equal({ total: 1, done: 1 });
    expect(body.lane).to.equal('idle');
    expect(body).to.not.have.property('problem');
  });
});
