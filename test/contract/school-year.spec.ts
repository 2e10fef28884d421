import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { emptyScope } from '../../src/chats/roster-scope.js';
import type { ChatCard, ChatEntryPage } from '../../src/protocol/chat-protocol.js';
import { Right } from '../../src/rights/rights.js';
import { ADMINISTRATOR_ACCOUNT, ChatServer, EVERY_RIGHT, type Failure } from '../support/chat-server.js';

const CLASS = '2022a';
const TITLE = 'Классный чат 5А';

describe('the turn of the school year', () => {
  let server: ChatServer;
  beforeEach(async () => {
    server = await ChatServer.start();
    await server.link('p01', '101');
    await server.link('p02', '102');
    await server.deliver();
  });
  afterEach(() => server?.stop());

  async function find(query: string): Promise<ChatEntryPage['items']> {
    const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats?${query}`);
    return body.items;
  }

  async function chatNamed(title: string, more = ''): Promise<string> {
    return (await find(`query=${encodeURIComponent(title)}${more}`))[0]?.id ?? '';
  }

  /** The class enters a new school year under a new name, one pupil fewer. */
  function turnYear(): void {
    server.directory.classRows = server.directory.classRows.map((one) =>
      one.id === CLASS ? { ...one, name: '6Ю', schoolYear: '2027' } : { ...one, schoolYear: '2027' },
    );
    server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p02');
  }

  function remoteMembers(title: string): readonly string[] | undefined {
    return server.messenger.snapshot()[title]?.[0]?.memberIds;
  }

  it('keeps last year’s chat with its people, and makes a new one for this year’s', async () => {
    const last = await chatNamed(TITLE);
    turnYear();
    await server.synchronize();
    await server.deliver();
    const archived = (await find('state=archived&kind=class')).find(({ id }) => id === last);
    expect(archived?.title).to.match(/^Классный чат 5А \(\d{4}\/\d\d\)$/);
    expect(remoteMembers(archived?.title ?? '')).to.deep.equal(['101', '102', ADMINISTRATOR_ACCOUNT]);
    expect(remoteMembers('Классный чат 6Ю')).to.deep.equal(['101', ADMINISTRATOR_ACCOUNT]);
    expect((await find('kind=class')).map(({ id }) => id)).to.not.include(last);
  });

  it('changes nobody in the archive any more, but takes out who unlinks', async () => {
    const last = await chatNamed(TITLE);
    turnYear();
    await server.synchronize();
    await server.deliver();
    server.messenger.requests.length = 0;
    await server.link('p03', '103');
    await server.unlink('p02');
    await server.synchronize();
    await server.deliver();
    const { body } = await server.ask<ChatCard>('GET', `/api/chats/${last}`);
    expect(remoteMembers(body.chat.title)).to.deep.equal(['101', ADMINISTRATOR_ACCOUNT]);
    expect(body.members.map(({ personId }) => personId)).to.have.members(['p01', 'e2']);
    expect(body.may).to.include({ edit: false, delete: false, retry: false, goOn: true });
  });

  it('does nothing the second time', async () => {
    turnYear();
    await server.synchronize();
    await server.deliver();
    server.messenger.requests.length = 0;
    await server.synchronize();
    await server.deliver();
    expect(server.messenger.requests).to.deep.equal([]);
  });

  it('goes on with the same chat where that was decided before', async () => {
    const chatId = await chatNamed(TITLE);
    const decided = await server.ask<ChatCard>('PUT', `/api/chats/${chatId}/next-year`, { continues: true });
    expect(decided.body.nextYear).to.deep.equal({ continues: true, byHand: true });
    turnYear();
    await server.synchronize();
    await server.deliver();
    expect(await chatNamed('Классный чат 6Ю')).to.equal(chatId);
    expect(remoteMembers('Классный чат 6Ю')).to.deep.equal(['101', ADMINISTRATOR_ACCOUNT]);
    expect(server.messenger.sent('chat.create').filter(({ title }) => title.includes('6Ю'))).to.have.length(1);
  });

  it('goes on with the same chat when somebody decides so afterwards, and empties the new one', async () => {
    const last = await chatNamed(TITLE);
    turnYear();
    await server.synchronize();
    await server.deliver();
    const made = await chatNamed('Классный чат 6Ю');
    const { status, body } = await server.ask<ChatCard>('POST', `/api/chats/${last}/continue`);
    expect([status, body.chat.title, body.chat.state]).to.deep.equal([200, 'Классный чат 6Ю', 'pending']);
    expect((await server.ask('POST', `/api/chats/${last}/continue`)).status).to.equal(200);
    await server.synchronize({ ...emptyScope(), classIds: new Set([CLASS]) });
    await server.deliver();
    const chats = server.messenger.snapshot()['Классный чат 6Ю'] ?? [];
    expect(chats.map(({ memberIds }) => memberIds)).to.have.deep.members([['101', ADMINISTRATOR_ACCOUNT], []]);
    expect((await server.ask<ChatCard>('GET', `/api/chats/${made}`)).body.chat.state).to.equal('closed');
    await server.synchronize();
    await server.deliver();
    expect(await chatNamed('Классный чат 6Ю')).to.equal(last);
  });

  it('archives a closed class’s chats on its event alone, and opens them again when the class is back', async () => {
    const chatId = await chatNamed(TITLE);
    const rows = server.directory.classRows;
    server.directory.classRows = rows.filter(({ id }) => id !== CLASS);
    await server.synchronize({ ...emptyScope(), classIds: new Set([CLASS]) });
    await server.deliver();
    expect(await chatNamed(TITLE, '&state=archived')).to.equal(chatId);
    server.directory.classRows = rows;
    await server.synchronize({ ...emptyScope(), classIds: new Set([CLASS]) });
    await server.deliver();
    expect((await find(`query=${encodeURIComponent(TITLE)}`)).map(({ id, title }) => [id, title])).to.deep.equal([
      [chatId, TITLE],
    ]);
    expect(remoteMembers(TITLE)).to.deep.equal(['101', '102', ADMINISTRATOR_ACCOUNT]);
  });

  it('holds the archive when the directory has lost all classes, until somebody decides', async () => {
    const chatId = await chatNamed(TITLE);
    server.directory.classRows = [];
    await server.synchronize();
    await server.deliver();
    const held = await server.ask<ChatCard>('GET', `/api/chats/${chatId}`);
    expect(held.body.chat.problem?.code).to.equal('chat.closing-held');
    expect(held.body.may.decideClosing).to.equal(true);
    expect(remoteMembers(TITLE)).to.deep.equal(['101', '102', ADMINISTRATOR_ACCOUNT]);
    const kept = await server.ask<ChatCard>('POST', `/api/chats/${chatId}/closing`, { decision: 'refuse' });
    expect(kept.body.chat.problem).to.equal(undefined);
    await server.synchronize();
    expect((await server.ask<ChatCard>('GET', `/api/chats/${chatId}`)).body.chat.problem).to.equal(undefined);
    const again = await server.ask<Failure>('POST', `/api/chats/${chatId}/closing`, { decision: 'confirm' });
    expect(again.body.error.code).to.equal('SFERUM_CONFLICT');
  });

  it('archives what was held once somebody confirms', async () => {
    const chatId = await chatNamed(TITLE);
    server.directory.classRows = [];
    await server.synchronize();
    const { body } = await server.ask<ChatCard>('POST', `/api/chats/${chatId}/closing`, { decision: 'confirm' });
    expect(body.chat.state).to.equal('archived');
    expect(body.may.goOn).to.equal(false);
    const gone = await server.ask<Failure>('POST', `/api/chats/${chatId}/continue`);
    expect([gone.status, gone.body.error.code]).to.deep.equal([400, 'SFERUM_REQUEST_INVALID']);
  });

  it('archives a subject chat with its group’s year', async () => {
    const { body } = await server.ask<ChatCard>('POST', '/api/chats', {
      requestId: randomUUID(),
      kind: 'subject',
      title: 'Английский',
      groupId: '2022a-eng',
    });
    await server.deliver();
    server.directory.groupYear = '2027';
    turnYear();
    await server.synchronize();
    await server.deliver();
    expect((await server.ask<ChatCard>('GET', `/api/chats/${body.chat.id}`)).body.chat.state).to.equal('archived');
    const on = await server.ask<ChatCard>('POST', `/api/chats/${body.chat.id}/continue`);
    expect([on.body.chat.state, on.body.chat.title]).to.deep.equal(['pending', 'Английский']);
  });

  for (const [what, right, method, path, body] of [
    ['decides about the next year', Right.chatEdit, 'PUT', 'next-year', { continues: true }],
    ['continues a chat', Right.chatEdit, 'POST', 'continue', undefined],
    ['decides about an archive', Right.synchronizationConfirm, 'POST', 'closing', { decision: 'confirm' }],
  ] as const) {
    it(`without it: nobody ${what}`, async () => {
      const chatId = await chatNamed(TITLE);
      const rights = EVERY_RIGHT.filter((one) => one !== right);
      const answer = await server.ask<Failure>(method, `/api/chats/${chatId}/${path}`, body, { rights });
      expect([answer.status, answer.body.error.code]).to.deep.equal([403, 'SFERUM_RIGHT_MISSING']);
      expect(await chatNamed(TITLE)).to.equal(chatId);
    });
  }

  it('refuses a decision about a chat that has no school year', async () => {
    const chatId = await chatNamed('Учительский чат');
    const { status } = await server.ask('PUT', `/api/chats/${chatId}/next-year`, { continues: true });
    expect(status).to.equal(400);
  });
});
