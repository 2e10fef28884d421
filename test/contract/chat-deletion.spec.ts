import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import type { ChatCard, ChatEntryPage } from '../../src/protocol/chat-protocol.js';
import { Right } from '../../src/rights/rights.js';
import { ADMINISTRATOR_ACCOUNT, ChatServer, EVERY_RIGHT, type Failure } from '../support/chat-server.js';

const TITLE = 'Английский';

describe('DELETE /api/chats/:id', () => {
  let server: ChatServer;
  let chatId: string;
  beforeEach(async () => {
    server = await ChatServer.start();
    await server.link('p01', '101');
    await server.link('e5', '105');
    const { body } = await server.ask<ChatCard>('POST', '/api/chats', {
      requestId: randomUUID(),
      kind: 'subject',
      title: TITLE,
      groupId: '2022a-eng',
    });
    chatId = body.chat.id;
    await server.deliver();
    server.messenger.requests.length = 0;
  });
  afterEach(() => server?.stop());

  function remoteMembers(): readonly string[] | undefined {
    return server.messenger.snapshot()[TITLE]?.[0]?.memberIds;
  }

  async function listed(query = ''): Promise<readonly string[]> {
    const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats?query=${TITLE}${query}`);
    return body.items.map(({ id }) => id);
  }

  it('does nothing on the messenger’s side while it can be taken back', async () => {
    const { status, body } = await server.ask<ChatCard>('DELETE', `/api/chats/${chatId}`);
    expect(status).to.equal(200);
    expect(body.chat.state).to.equal('closing');
    expect(new Date(body.chat.restorableUntil ?? 0).getTime()).to.be.greaterThan(Date.now() + 30_000);
    expect(body.may).to.include({ restore: true, delete: false, edit: false });
    await server.synchronize();
    await server.link('p02', '102');
    await server.deliver();
    expect(server.messenger.requests.flat()).to.not.deep.include({ kind: 'member.remove' });
    expect(remoteMembers()).to.deep.equal(['101', '105', ADMINISTRATOR_ACCOUNT]);
    expect(await listed()).to.deep.equal([chatId]);
  });

  it('is taken back as if nothing had been, with what changed meanwhile', async () => {
    await server.ask('DELETE', `/api/chats/${chatId}`);
    server.directory.groupMembers = server.directory.groupMembers.filter(({ studentId }) => studentId !== 'p01');
    await server.synchronize();
    const { status, body } = await server.ask<ChatCard>('POST', `/api/chats/${chatId}/restore`);
    expect([status, body.chat.state]).to.deep.equal([200, 'pending']);
    await server.deliver();
    expect(remoteMembers()).to.deep.equal(['105', ADMINISTRATOR_ACCOUNT]);
    expect((await server.ask('POST', `/api/chats/${chatId}/restore`)).status).to.equal(200);
  });

  it('takes the members out first, the owner last, then closes the chat', async () => {
    await server.ask('DELETE', `/api/chats/${chatId}`);
    await server.letDeletionBegin(chatId);
    await server.deliver();
    const left = server.messenger.sent('member.remove').map(({ userId }) => userId);
    expect(left).to.have.members(['101', '105', ADMINISTRATOR_ACCOUNT]);
    expect(left.at(-1)).to.equal(ADMINISTRATOR_ACCOUNT);
    const { body } = await server.ask<ChatCard>('GET', `/api/chats/${chatId}`);
    expect(body.chat.state).to.equal('closed');
    expect(await listed()).to.deep.equal([]);
    expect(await listed('&state=closed')).to.deep.equal([chatId]);
  });

  it('closes although one member cannot be taken out for now, as soon as they can', async () => {
    await server.ask('DELETE', `/api/chats/${chatId}`);
    await server.letDeletionBegin(chatId);
    server.messenger.fault = (call) =>
      call.kind === 'member.remove' && call.userId === '101' ? { class: 'retry', code: 'vk.10' } : undefined;
    await server.deliver();
    expect(server.messenger.sent('member.remove').filter(({ userId }) => userId === '101')).to.have.length(1);
    expect(remoteMembers()).to.deep.equal(['101', ADMINISTRATOR_ACCOUNT]);
    delete server.messenger.fault;
    await server.ask('POST', `/api/chats/${chatId}/retry`, {});
    await server.deliver();
    expect(remoteMembers()).to.deep.equal([]);
  });

  it('cannot be taken back once it has begun', async () => {
    await server.ask('DELETE', `/api/chats/${chatId}`);
    await server.letDeletionBegin(chatId);
    const { status, body } = await server.ask<Failure>('POST', `/api/chats/${chatId}/restore`);
    expect([status, body.error.code]).to.deep.equal([409, 'SFERUM_CONFLICT']);
  });

  it('is one deletion however often it is asked for', async () => {
    const answers = await Promise.all([1, 2].map(() => server.ask<ChatCard>('DELETE', `/api/chats/${chatId}`)));
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
    expect(new Set(answers.map(({ body }) => body.chat.restorableUntil)).size).to.equal(1);
  });

  it('closes a chat that never reached the messenger without a call', async () => {
    const { body } = await server.ask<ChatCard>('POST', '/api/chats', {
      requestId: randomUUID(),
      kind: 'other',
      title: 'Передумали',
    });
    await server.ask('DELETE', `/api/chats/${body.chat.id}`);
    await server.letDeletionBegin(body.chat.id);
    await server.deliver();
    expect(server.messenger.sent('chat.create').map(({ title }) => title)).to.not.include('Передумали');
    const { body: card } = await server.ask<ChatCard>('GET', `/api/chats/${body.chat.id}`);
    expect(card.chat.state).to.equal('closed');
  });

  it('frees the title when the chat is closed, not before', async () => {
    await server.ask('DELETE', `/api/chats/${chatId}`);
    const again = { kind: 'other', title: TITLE };
    expect((await server.ask('POST', '/api/chats', { requestId: randomUUID(), ...again })).status).to.equal(400);
    await server.letDeletionBegin(chatId);
    await server.deliver();
    expect((await server.ask('POST', '/api/chats', { requestId: randomUUID(), ...again })).status).to.equal(201);
  });

  it('refuses default chats', async () => {
    const { body: list } = await server.ask<ChatEntryPage>('GET', '/api/chats');
    const byDefault = list.items.filter(({ kind }) => kind !== 'subject' && kind !== 'other');
    expect(byDefault.map(({ kind }) => kind)).to.include.members(['teachers', 'class', 'guardians']);
    for (const { id, actions } of byDefault) {
      expect(actions.delete).to.equal(false);
      const { status, body } = await server.ask<Failure>('DELETE', `/api/chats/${id}`);
      expect([status, body.error.code]).to.deep.equal([409, 'SFERUM_CHAT_DEFAULT_NOT_DELETABLE']);
    }
  });

  it('without it: who has every other right neither deletes nor restores', async () => {
    const rights = EVERY_RIGHT.filter((right) => right !== Right.chatDelete);
    for (const [method, path] of [
      ['DELETE', `/api/chats/${chatId}`],
      ['POST', `/api/chats/${chatId}/restore`],
    ] as const) {
      const { status, body } = await server.ask<Failure>(method, path, undefined, { rights });
      expect([status, body.error.fields['right']]).to.deep.equal([403, Right.chatDelete]);
    }
    const { body } = await server.ask<ChatCard>('GET', `/api/chats/${chatId}`, undefined, { rights });
    expect(body.chat.state).to.equal('ready');
    expect(body.chat.actions.delete).to.equal(false);
  });
});
