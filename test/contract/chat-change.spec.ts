import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import type { ChatCard, ChatEdit, ChatMember } from '../../src/protocol/chat-protocol.js';
import type { ChatKind } from '../../src/protocol/protocol.js';
import { Right } from '../../src/rights/rights.js';
import { ADMINISTRATOR, ChatServer, EVERY_RIGHT, SCHOOL, type Answer, type Failure } from '../support/chat-server.js';

interface Conflict {
  readonly error: { readonly code: string; readonly message: string; readonly fields: { readonly current: ChatCard } };
}

describe('PUT /api/chats/:id', () => {
  let server: ChatServer;
  beforeEach(async () => {
    server = await ChatServer.start();
  });
  afterEach(() => server?.stop());

  async function defaultChat(kind: ChatKind, query = ''): Promise<ChatCard> {
    const { body } = await server.ask<{ items: { id: string }[] }>('GET', `/api/chats?kind=${kind}&query=${query}`);
    return card(body.items[0]?.id ?? '');
  }

  async function card(chatId: string): Promise<ChatCard> {
    return (await server.ask<ChatCard>('GET', `/api/chats/${chatId}`)).body;
  }

  function change<T = ChatCard>(chat: ChatCard, edit: Partial<ChatEdit>, personId = 'e1'): Promise<Answer<T>> {
    return server.ask<T>('PUT', `/api/chats/${chat.chat.id}`, { revision: chat.revision, ...edit }, { personId });
  }

  function member(chat: ChatCard, personId: string): ChatMember | undefined {
    return chat.members.find((one) => one.personId === personId);
  }

  it('keeps removals and additions by hand through a whole pass of the rules', async () => {
    const before = await defaultChat('class', '5А');
    const { status } = await change(before, {
      members: [
        { action: 'remove', personId: 'p01' },
        { action: 'add', personId: 'e7', kind: 'employee' },
      ],
    });
    expect(status).to.equal(200);
    await server.synchronize();
    const after = await card(before.chat.id);
    expect(member(after, 'p01')).to.include({ state: 'absent', origin: 'removed', ruled: true, help: 'rule' });
    expect(member(after, 'e7')).to.include({ origin: 'added', ruled: false });
    expect(after.chat.members).to.equal(before.chat.members);
  });

  it('lets an added member stay when the rule that wanted them as well goes', async () => {
    const before = await defaultChat('class', '5А');
    await change(before, { members: [{ action: 'add', personId: 'p01', kind: 'student' }] });
    server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p01');
    await server.synchronize();
    const after = await card(before.chat.id);
    expect(member(after, 'p01')).to.include({ origin: 'added', ruled: false, state: 'waiting-for-link' });
  });

  it('takes a member out when the last reason goes, and back when one comes', async () => {
    const before = await defaultChat('class', '5А');
    const all = server.directory.classMembers;
    server.directory.classMembers = all.filter(({ studentId }) => studentId !== 'p01');
    await server.synchronize();
    expect(member(await card(before.chat.id), 'p01')).to.equal(undefined);
    server.directory.classMembers = all;
    await server.synchronize();
    expect(member(await card(before.chat.id), 'p01')).to.include({ ruled: true, origin: 'rule' });
  });

  it('makes a member an administrator for as long as they belong, and takes that back', async () => {
    const before = await defaultChat('class', '5А');
    const { body: promoted } = await change(before, { members: [{ action: 'role', personId: 'p02', role: 'admin' }] });
    expect(member(promoted, 'p02')).to.include({ role: 'admin', origin: 'rule', adminByRule: false });
    await server.synchronize();
    const kept = await card(before.chat.id);
    expect(member(kept, 'p02')?.role).to.equal('admin');
    const { body: demoted } = await change(kept, { members: [{ action: 'role', personId: 'p02', role: 'member' }] });
    expect(member(demoted, 'p02')?.role).to.equal('member');
  });

  it('leaves the chat administrator and the class teacher administrators', async () => {
    const before = await defaultChat('class', '5А');
    for (const personId of [ADMINISTRATOR, 'e3']) {
      const { status, body } = await change<Failure>(before, {
        members: [{ action: 'role', personId, role: 'member' }],
      });
      expect([status, body.error.fields['personIds']]).to.deep.equal([400, [personId]]);
    }
    const { status } = await change(before, { members: [{ action: 'remove', personId: ADMINISTRATOR }] });
    expect(status).to.equal(400);
    expect(await card(before.chat.id)).to.deep.include({ revision: before.revision, members: before.members });
  });

  it('keeps a title written by hand through a pass, and goes back to the rule’s', async () => {
    const before = await defaultChat('class', '5А');
    const { body: named } = await change(before, { title: 'Наш 5А' });
    expect(named).to.include({ titleByHand: true, ruleTitle: 'Классный чат 5А' });
    await server.synchronize();
    const kept = await card(before.chat.id);
    expect(kept.chat.title).to.equal('Наш 5А');
    const { body: ruled } = await change(kept, { titleByRule: true });
    expect(ruled).to.include({ titleByHand: false });
    expect(ruled.chat.title).to.equal('Классный чат 5А');
  });

  it('does not take a title that was only sent along for one written by hand', async () => {
    const before = await defaultChat('class', '5А');
    const { body } = await change(before, { title: before.chat.title });
    expect(body.titleByHand).to.equal(false);
  });

  it('refuses the title of another chat', async () => {
    const { status, body } = await change<Failure>(await defaultChat('class', '5А'), { title: 'УЧИТЕЛЬСКИЙ чат' });
    expect([status, body.error.fields['field']]).to.deep.equal([400, 'title']);
  });

  it('tells the second of two editors, shows both versions, and takes their change after another look', async () => {
    const opened = await defaultChat('class', '5А');
    await change(opened, { title: 'Первый', members: [{ action: 'remove', personId: 'p01' }] }, 'e3');
    const edit: Partial<ChatEdit> = { title: 'Второй', members: [{ action: 'remove', personId: 'p02' }] };
    const { status, body } = await change<Conflict>(opened, edit, 'e1');
    expect([status, body.error.code]).to.deep.equal([409, 'SFERUM_CONFLICT']);
    const { current } = body.error.fields;
    expect(current.chat.title).to.equal('Первый');
    expect(current.edited?.by).to.equal('Ершова Анна Павловна');
    expect(member(current, 'p02')?.origin).to.equal('rule');

    const { body: saved } = await change(current, edit, 'e1');
    expect(saved.chat.title).to.equal('Второй');
    expect([member(saved, 'p01')?.origin, member(saved, 'p02')?.origin]).to.deep.equal(['removed', 'removed']);
  });

  it('lets one of two editors at the same moment through', async () => {
    const opened = await defaultChat('class', '5А');
    const answers = await Promise.all(['Раз', 'Два'].map((title) => change(opened, { title })));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
  });

  it('answers a double click as the first', async () => {
    const opened = await defaultChat('class', '5А');
    const edit = { requestId: randomUUID(), title: 'Один раз' };
    const answers = await Promise.all([change(opened, edit), change(opened, edit)]);
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
    expect(answers.map(({ body }) => body.revision)).to.deep.equal([opened.revision + 1, opened.revision + 1]);
  });

  it('is not disturbed by what rules, links and deliveries change meanwhile', async () => {
    const opened = await defaultChat('class', '5А');
    await server.link('p02', '102');
    server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p03');
    await server.synchronize();
    await server.deliver();
    const { status } = await change(opened, { members: [{ action: 'remove', personId: 'p01' }] });
    expect(status).to.equal(200);
  });

  it('lets a new chat administrator into a chat they were taken out of', async () => {
    const before = await defaultChat('teachers');
    await change(before, { members: [{ action: 'remove', personId: 'e1' }] });
    server.directory.chatAdministrators.set(SCHOOL, 'e1');
    await server.synchronize();
    const after = await card(before.chat.id);
    expect(member(after, 'e1')).to.include({ locked: true, role: 'admin', origin: 'rule' });
    expect(member(after, ADMINISTRATOR)).to.include({ locked: false, role: 'member' });
  });

  it('says of a chat that is being deleted that it is, and changes nothing', async () => {
    const { body: made } = await server.ask<ChatCard>('POST', '/api/chats', {
      requestId: randomUUID(),
      kind: 'other',
      title: 'Удаляемый',
    });
    await server.ask('DELETE', `/api/chats/${made.chat.id}`);
    const { status, body } = await change<Conflict>(made, { title: 'Поздно' });
    expect([status, body.error.fields.current.chat.state]).to.deep.equal([409, 'closing']);
    expect(body.error.message).to.match(/удаляется/);
  });

  it('stands still for nobody while people, rules, links and deliveries write at once', async () => {
    const rounds = [1, 2, 3, 4, 5, 6];
    const opened = await defaultChat('class', '5А');
    const deliveries = (async () => {
      for (let round = 0; round < rounds.length; round += 1) await server.deliver();
    })();
    const links = Promise.all(rounds.map((number) => server.link(`p0${number}`, `10${number}`)));
    const passes = (async () => {
      for (const round of rounds) {
        server.directory.classMembers = server.directory.classMembers.filter(
          ({ studentId }) => studentId !== `p1${round}`,
        );
        await server.synchronize();
      }
    })();
    const edits = Promise.all(
      rounds.map((number) => server.ask('POST', `/api/chats/${opened.chat.id}/members/p0${number}/rule`)),
    );
    expect((await edits).map(({ status }) => status)).to.deep.equal(rounds.map(() => 200));
    await Promise.all([deliveries, links, passes]);
    await server.deliver();
    const after = await card(opened.chat.id);
    expect(after.members.filter(({ kinds }) => kinds[0] === 'student').map(({ state }) => state)).to.deep.equal(
      rounds.map(() => 'present'),
    );
  });

  it('saves while the messenger is down, and delivers when it is back', async () => {
    await server.deliver();
    const opened = await defaultChat('class', '5А');
    await server.link('p07', '107');
    server.messenger.fault = () => ({ class: 'retry', code: 'transport.timeout' });
    const { status, body } = await change(opened, { members: [{ action: 'add', personId: 'p07', kind: 'student' }] });
    expect([status, member(body, 'p07')?.state]).to.deep.equal([200, 'to-add']);
    await server.deliver();
    expect(member(await card(opened.chat.id), 'p07')).to.include({ state: 'failed', help: 'retry' });

    delete server.messenger.fault;
    await server.ask('POST', `/api/chats/${opened.chat.id}/retry`, { personId: 'p07' });
    await server.deliver();
    expect(member(await card(opened.chat.id), 'p07')).to.include({ state: 'present', stateText: 'В чате' });
  });

  it('takes whoever was removed by hand out on the messenger’s side', async () => {
    await server.link('p01', '101');
    await server.deliver();
    const opened = await defaultChat('class', '5А');
    expect(member(opened, 'p01')?.state).to.equal('present');
    const { body: leaving } = await change(opened, { members: [{ action: 'remove', personId: 'p01' }] });
    expect(member(leaving, 'p01')?.state).to.equal('to-remove');
    await server.deliver();
    expect(member(await card(opened.chat.id), 'p01')?.state).to.equal('absent');
    expect(server.messenger.snapshot()['Классный чат 5А']?.[0]?.memberIds).to.deep.equal(['900']);
  });

  it('without it: who has every other right changes nothing', async () => {
    const opened = await defaultChat('class', '5А');
    const rights = EVERY_RIGHT.filter((right) => right !== Right.chatEdit);
    const path = `/api/chats/${opened.chat.id}`;
    for (const [method, below, body] of [
      ['PUT', '', { revision: 0, title: 'Без права' }],
      ['POST', '/rule', { revision: 0 }],
      ['POST', '/members/p01/rule', undefined],
    ] as const) {
      const { status, body: refused } = await server.ask<Failure>(method, `${path}${below}`, body, { rights });
      expect([status, refused.error.fields['right']]).to.deep.equal([403, Right.chatEdit]);
    }
    expect(await card(opened.chat.id)).to.deep.include({ revision: opened.revision });
  });

  describe('POST …/rule', () => {
    it('brings one person back to the rule, again and again', async () => {
      const opened = await defaultChat('class', '5А');
      await change(opened, {
        members: [
          { action: 'remove', personId: 'p01' },
          { action: 'remove', personId: 'p02' },
        ],
      });
      const path = `/api/chats/${opened.chat.id}/members/p01/rule`;
      await server.ask('POST', path);
      const { body } = await server.ask<ChatCard>('POST', path);
      expect([member(body, 'p01')?.origin, member(body, 'p02')?.origin]).to.deep.equal(['rule', 'removed']);
    });

    it('brings the whole chat back: members, administrators, title', async () => {
      const opened = await defaultChat('class', '5А');
      const { body: edited } = await change(opened, {
        title: 'Другой',
        members: [
          { action: 'remove', personId: 'p01' },
          { action: 'role', personId: 'p02', role: 'admin' },
          { action: 'add', personId: 'e7', kind: 'employee' },
        ],
      });
      const path = `/api/chats/${opened.chat.id}/rule`;
      const { body } = await server.ask<ChatCard>('POST', path, { revision: edited.revision });
      expect(body.members).to.deep.equal(opened.members);
      expect(body.chat.title).to.equal(opened.chat.title);
      const { status } = await server.ask<Conflict>('POST', path, { revision: edited.revision });
      expect(status).to.equal(409);
    });

    it('has no rule for a chat of kind «Другое»', async () => {
      const { body } = await server.ask<ChatCard>('POST', '/api/chats', {
        requestId: randomUUID(),
        kind: 'other',
        title: 'Без правила',
      });
      const { status } = await server.ask('POST', `/api/chats/${body.chat.id}/rule`, { revision: body.revision });
      expect(status).to.equal(400);
    });
  });
});
