import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import type { ChatCard, ChatCheck } from '../../src/protocol/chat-protocol.js';
import { Right } from '../../src/rights/rights.js';
import { ADMINISTRATOR, ChatServer, EVERY_RIGHT, type Failure } from '../support/chat-server.js';

const GROUP = '2022a-eng';

describe('POST /api/chats', () => {
  let server: ChatServer;
  before(async () => {
    server = await ChatServer.start();
  });
  after(() => server?.stop());

  function create(body: object): Promise<{ status: number; body: ChatCard }> {
    return server.ask<ChatCard>('POST', '/api/chats', { requestId: randomUUID(), members: [], ...body });
  }

  async function refusal(body: object): Promise<{ status: number; body: Failure }> {
    return server.ask<Failure>('POST', '/api/chats', { requestId: randomUUID(), members: [], ...body });
  }

  it('fills a subject chat from its group: pupils, the teacher and the chat administrator as administrators', async () => {
    const { status, body } = await create({ kind: 'subject', title: 'Английский 5А', groupId: GROUP });
    expect(status).to.equal(201);
    expect(body.group).to.deep.equal({ id: GROUP, title: 'Английский язык/5А Английский язык (5А)' });
    const roles = body.members.map(({ personId, role, locked, ruled }) => ({ personId, role, locked, ruled }));
    expect(roles).to.have.deep.members([
      { personId: ADMINISTRATOR, role: 'admin', locked: true, ruled: true },
      { personId: 'e5', role: 'admin', locked: false, ruled: true },
      ...['p01', 'p02', 'p03', 'p04'].map((personId) => ({ personId, role: 'member', locked: false, ruled: true })),
    ]);
    expect(body.chat.actions).to.deep.equal({ edit: true, delete: true });
  });

  it('takes out pupils that the form left out, and adds people', async () => {
    const { body } = await create({
      kind: 'subject',
      title: 'Английский, сильная группа',
      groupId: GROUP,
      members: [
        { action: 'remove', personId: 'p01' },
        { action: 'add', personId: 'e6', kind: 'employee', role: 'admin' },
      ],
    });
    const byId = new Map(body.members.map((member) => [member.personId, member]));
    expect(byId.get('p01')).to.include({ origin: 'removed', state: 'absent', help: 'rule' });
    expect(byId.get('e6')).to.include({ origin: 'added', role: 'admin' });
    expect(body.chat.members).to.equal(6);
  });

  it('adds the chat administrator to any other chat, and parents only there', async () => {
    const { body } = await create({
      kind: 'other',
      title: 'Родительский комитет',
      members: [{ action: 'add', personId: 'g01', kind: 'guardian' }],
    });
    expect(body.members.map(({ personId }) => personId)).to.have.members([ADMINISTRATOR, 'g01']);

    const refused = await refusal({
      kind: 'subject',
      title: 'Английский с родителями',
      groupId: GROUP,
      members: [{ action: 'add', personId: 'g01', kind: 'guardian' }],
    });
    expect(refused.status).to.equal(400);
    expect(refused.body.error.fields['personIds']).to.deep.equal(['g01']);
  });

  it('makes one chat of a double click', async () => {
    const requestId = randomUUID();
    const answers = await Promise.all(
      [1, 2, 3].map(() => create({ requestId, kind: 'other', title: 'Двойной щелчок' })),
    );
    expect(new Set(answers.map(({ body }) => body.chat.id)).size).to.equal(1);
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 200, 201]);
  });

  it('lets one of two people have a title, in any case of letters', async () => {
    const answers = await Promise.all(
      ['Хор', 'хОР'].map((title) =>
        server.ask<Failure>('POST', '/api/chats', { requestId: randomUUID(), kind: 'other', title }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 400]);
    const refused = answers.find(({ status }) => status === 400);
    expect(refused?.body.error.fields['field']).to.equal('title');
    expect(refused?.body.error.message).to.match(/уже есть/);
  });

  it('cleans a title: control characters go, white space is joined, emoji stay', async () => {
    const { body } = await create({ kind: 'other', title: '  Поход\u0001\n\t на \u202eгору 👩‍👧‍👦 🏔️\u200b ' });
    expect(body.chat.title).to.equal('Поход на гору 👩‍👧‍👦 🏔️');
  });

  it('refuses a title that is empty after cleaning, or longer than the messenger keeps', async () => {
    for (const title of ['', ' \u200b\n', 'а'.repeat(129)]) {
      const { status, body } = await refusal({ kind: 'other', title });
      expect([status, body.error.code, body.error.fields['field']]).to.deep.equal([
        400,
        'SFERUM_REQUEST_INVALID',
        'title',
      ]);
    }
    expect((await create({ kind: 'other', title: '🏔'.repeat(128) })).status).to.equal(201);
  });

  it('names people who are not of the organisation, or not of that kind', async () => {
    const { status, body } = await refusal({
      kind: 'other',
      title: 'Чужие',
      members: [
        { action: 'add', personId: 'nobody', kind: 'student' },
        { action: 'add', personId: 'p01', kind: 'employee' },
        { action: 'add', personId: 'p02', kind: 'student' },
      ],
    });
    expect(status).to.equal(400);
    expect(body.error.fields['personIds']).to.have.members(['nobody', 'p01']);
    const { body: list } = await server.ask<{ total: number }>('GET', '/api/chats?query=Чужие');
    expect(list.total).to.equal(0);
  });

  it('refuses an unknown group, a subject chat without one, and another chat with one', async () => {
    for (const wrong of [
      { kind: 'subject', title: 'Без группы' },
      { kind: 'subject', title: 'Чужая группа', groupId: 'unknown' },
      { kind: 'other', title: 'С группой', groupId: GROUP },
    ]) {
      const { status, body } = await refusal(wrong);
      expect([status, body.error.fields['field']]).to.deep.equal([400, 'groupId']);
    }
  });

  it('does not take the chat administrator out', async () => {
    const { status, body } = await refusal({
      kind: 'other',
      title: 'Без администратора',
      members: [{ action: 'remove', personId: ADMINISTRATOR }],
    });
    expect(status).to.equal(400);
    expect(body.error.fields['personIds']).to.deep.equal([ADMINISTRATOR]);
  });

  it('reaches the messenger before everything else that is due', async () => {
    await create({ kind: 'other', title: 'Сразу' });
    await server.deliver();
    const titles = server.messenger.sent('chat.create').map(({ title }) => title);
    expect(titles.indexOf('Учительский чат')).to.be.greaterThan(titles.indexOf('Сразу'));
    expect(server.messenger.snapshot()['Сразу']).to.have.length(1);
  });

  it('gives a chat made during a pass of the rules what the pass changed', async () => {
    const passes = Promise.all([1, 2, 3].map(() => server.synchronize()));
    const made = await Promise.all(
      [1, 2, 3].map((number) => create({ kind: 'subject', title: `Во время обхода ${number}`, groupId: GROUP })),
    );
    await passes;
    expect(made.map(({ status }) => status)).to.deep.equal([201, 201, 201]);
  });

  it('without it: who has every other right creates nothing', async () => {
    const rights = EVERY_RIGHT.filter((right) => right !== Right.chatCreate);
    const { status, body } = await server.ask<Failure>(
      'POST',
      '/api/chats',
      { requestId: randomUUID(), kind: 'other', title: 'Без права' },
      { rights },
    );
    expect([status, body.error.code, body.error.fields['right']]).to.deep.equal([
      403,
      'SFERUM_RIGHT_MISSING',
      Right.chatCreate,
    ]);
  });
});

describe('POST /api/chats/check', () => {
  let server: ChatServer;
  before(async () => {
    server = await ChatServer.start();
  });
  after(() => server?.stop());

  it('names who has not linked, of the group and of the added, and changes nothing', async () => {
    await server.link('p01', '101');
    await server.link('e5', '105');
    const { body } = await server.ask<ChatCheck>('POST', '/api/chats/check', {
      kind: 'subject',
      groupId: GROUP,
      title: 'Проверка',
      members: [
        { action: 'remove', personId: 'p02' },
        { action: 'add', personId: 'e6', kind: 'employee' },
      ],
    });
    expect(body.unlinked.map(({ personId }) => personId)).to.have.members(['p03', 'p04', 'e6']);
    expect(body.unlinked.find(({ personId }) => personId === 'e6')).to.deep.equal({
      personId: 'e6',
      name: 'Поляков Денис Андреевич',
      kind: 'employee',
    });
    const { body: list } = await server.ask<{ total: number }>('GET', '/api/chats?query=Проверка');
    expect(list.total).to.equal(0);
  });

  it('warns of an existing chat only about those who would come', async () => {
    const { body: list } = await server.ask<{ items: { id: string }[] }>('GET', '/api/chats?kind=class&query=5А');
    const { body } = await server.ask<ChatCheck>('POST', '/api/chats/check', {
      chatId: list.items[0]?.id,
      members: [
        { action: 'add', personId: 'p07', kind: 'student' },
        { action: 'role', personId: 'p02', role: 'admin' },
      ],
    });
    expect(body.unlinked.map(({ personId }) => personId)).to.deep.equal(['p07']);
  });

  it('refuses a title that is taken', async () => {
    const { status, body } = await server.ask<Failure>('POST', '/api/chats/check', {
      kind: 'other',
      title: 'учительский чат',
    });
    expect([status, body.error.fields['field']]).to.deep.equal([400, 'title']);
  });

  it('without it: checking a new chat wants the right to create, an existing one the right to edit', async () => {
    const { body: list } = await server.ask<{ items: { id: string }[] }>('GET', '/api/chats');
    const asked = { members: [], kind: 'other' };
    const create = await server.ask<Failure>('POST', '/api/chats/check', asked, { rights: [Right.chatEdit] });
    expect(create.status).to.equal(403);
    const edit = await server.ask<Failure>(
      'POST',
      '/api/chats/check',
      { ...asked, chatId: list.items[0]?.id },
      { rights: [Right.chatCreate] },
    );
    expect(edit.status).to.equal(403);
  });
});
