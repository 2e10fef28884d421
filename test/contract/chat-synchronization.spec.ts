import { expect } from 'chai';

import { MemberComparisonStore } from '../../src/chats/member-comparison-store.js';
import { succeeded } from '../../src/messenger/messenger-result.js';
import type { ChatCard, ChatEntryPage, ChatSynchronization } from '../../src/protocol/chat-protocol.js';
import { Right } from '../../src/rights/rights.js';
import { ADMINISTRATOR_ACCOUNT, ChatServer, EVERY_RIGHT, type Failure } from '../support/chat-server.js';
import type { MemoryChat } from '../support/memory-messenger.js';

const TITLE = 'Классный чат 5А';
const HOUR_MS = 3_600_000;

let server: ChatServer;
let chatId: string;

async function start(): Promise<void> {
  server = await ChatServer.start();
  for (const number of [1, 2, 3]) await server.link(`p0${number}`, `10${number}`);
  await server.deliver();
  const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats?query=${encodeURIComponent(TITLE)}`);
  chatId = body.items[0]?.id ?? '';
  server.messenger.requests.length = 0;
}

function remote(): MemoryChat {
  const chat = [...server.messenger.chats.values()].find(({ title }) => title === TITLE);
  if (chat === undefined) throw new Error(`no chat «${TITLE}»`);
  return chat;
}

function remoteMembers(): readonly string[] {
  return [...remote().members.keys()].sort();
}

/** The night comes: every chat is old enough. */
async function compare(): Promise<number> {
  const begun = await server.get(MemberComparisonStore).begin(['Europe/Moscow'], -HOUR_MS, 100);
  await server.deliver();
  return begun;
}

async function card(): Promise<ChatCard> {
  return (await server.ask<ChatCard>('GET', `/api/chats/${chatId}`)).body;
}

describe('comparing with the messenger’s list', () => {
  beforeEach(start);
  afterEach(() => server?.stop());

  it('reads every chat once, and changes nothing where nothing differs', async () => {
    const chats = server.messenger.chats.size;
    expect(await compare()).to.equal(chats);
    const kinds = new Set(server.messenger.requests.flat().map(({ kind }) => kind));
    expect([...kinds].sort()).to.deep.equal(['chat.describe', 'chat.list', 'chat.members']);
    expect(server.messenger.sent('chat.list')).to.have.length(1);
    expect(server.messenger.sent('chat.members')).to.have.length(chats);
  });

  it('brings back who is missing there, once; missing again means that they left', async () => {
    remote().members.delete('102');
    await compare();
    expect(remoteMembers()).to.deep.equal(['101', '102', '103', ADMINISTRATOR_ACCOUNT]);
    remote().members.delete('102');
    await compare();
    expect(remoteMembers()).to.deep.equal(['101', '103', ADMINISTRATOR_ACCOUNT]);
    const left = (await card()).members.find(({ personId }) => personId === 'p02');
    expect(left).to.include({ origin: 'left', state: 'absent' });
    await server.ask('POST', `/api/chats/${chatId}/members/p02/rule`);
    await server.deliver();
    expect(remoteMembers()).to.deep.equal(['101', '102', '103', ADMINISTRATOR_ACCOUNT]);
  });

  it('takes out a managed person who should not be there, and leaves strangers alone', async () => {
    await server.ask('PUT', `/api/chats/${chatId}`, {
      revision: (await card()).revision,
      members: [{ action: 'remove', personId: 'p03' }],
    });
    await server.deliver();
    remote().members.set('103', 'member');
    remote().members.set('999', 'member');
    await compare();
    expect(remoteMembers()).to.deep.equal(['101', '102', ADMINISTRATOR_ACCOUNT, '999'].sort());
  });

  it('mends a role that was changed there', async () => {
    remote().members.set('101', 'admin');
    await compare();
    expect(remote().members.get('101')).to.equal('member');
  });

  it('learns who came in by the invite link', async () => {
    server.messenger.refusedUserIds.add('104');
    await server.link('p04', '104');
    await server.deliver();
    expect((await card()).members.find(({ personId }) => personId === 'p04')?.state).to.equal('invited');
    remote().members.set('104', 'member');
    await compare();
    expect((await card()).members.find(({ personId }) => personId === 'p04')?.state).to.equal('present');
  });

  for (const [what, answer] of [
    ['an empty list', { members: [], total: 0 }],
    ['a list without its second page', { members: [{ userId: '101', role: 'member', owner: false }], total: 4 }],
  ] as const) {
    it(`takes ${what} for unknown: nobody is added, removed or marked`, async () => {
      server.messenger.madeUpAnswer = (call) =>
        call.kind === 'chat.members' ? succeeded(call.kind, answer) : undefined;
      await compare();
      await server.sql('update chat_failure set next_attempt_at = now()');
      await server.sql('update chat set due_at = now() where due_at is not null');
      await server.deliver();
      const kinds = new Set(server.messenger.requests.flat().map(({ kind }) => kind));
      expect([...kinds].sort()).to.deep.equal(['chat.describe', 'chat.list', 'chat.members']);
      expect((await card()).members.filter(({ state }) => state === 'present')).to.have.length(4);
    });
  }

  it('leaves out schools whose deliveries stand still, and schools of other zones', async () => {
    expect(await server.get(MemberComparisonStore).begin(['Asia/Omsk'], -HOUR_MS, 100)).to.equal(0);
    await server.sql(`update delivery_lane set stop_code = 'vk.14'`);
    expect(await server.get(MemberComparisonStore).begin(['Europe/Moscow'], -HOUR_MS, 100)).to.equal(0);
  });

  it('begins once: chats that are being read are not begun again', async () => {
    const store = server.get(MemberComparisonStore);
    expect(await store.begin(['Europe/Moscow'], -HOUR_MS, 100)).to.equal(server.messenger.chats.size);
    expect(await store.begin(['Europe/Moscow'], -HOUR_MS, 100)).to.equal(0);
  });
});

describe('/api/chats/:id/synchronization', () => {
  beforeEach(start);
  afterEach(() => server?.stop());

  function leaveClass(studentId: string): void {
    server.directory.classMembers = server.directory.classMembers.filter((row) => row.studentId !== studentId);
  }

  it('shows what would be done, and does nothing', async () => {
    leaveClass('p02');
    await server.link('p04', '104');
    const { status, body } = await server.ask<ChatSynchronization>('GET', `/api/chats/${chatId}/synchronization`);
    expect(status).to.equal(200);
    expect(body.leaving.map(({ personId }) => personId)).to.deep.equal(['p02']);
    expect(body.coming.map(({ personId, reasons }) => [personId, reasons])).to.deep.equal([['p04', ['ученик класса']]]);
    expect(body).to.include({ guarded: false, archives: false });
    expect(body).to.not.have.property('availableAt');
    expect(server.messenger.requests).to.deep.equal([]);
  });

  it('does what it showed, the messenger’s list included, and then rests for a minute', async () => {
    leaveClass('p02');
    remote().members.delete('103');
    const { status, body } = await server.ask<ChatCard>('POST', `/api/chats/${chatId}/synchronization`);
    expect([status, body.chat.state]).to.deep.equal([200, 'pending']);
    await server.deliver();
    expect(remoteMembers()).to.deep.equal(['101', '103', ADMINISTRATOR_ACCOUNT]);
    const again = await server.ask<Failure>('POST', `/api/chats/${chatId}/synchronization`);
    expect([again.status, again.body.error.code]).to.deep.equal([429, 'SFERUM_TOO_SOON']);
    const preview = await server.ask<ChatSynchronization>('GET', `/api/chats/${chatId}/synchronization`);
    expect(preview.body.availableAt).to.equal(again.body.error.fields['availableAt']);
    expect(preview.body.comparedAt).to.be.a('string');
  });

  it('says that a chat would be archived, and archives it', async () => {
    server.directory.classRows = server.directory.classRows.filter(({ name }) => name !== '5А');
    const { body } = await server.ask<ChatSynchronization>('GET', `/api/chats/${chatId}/synchronization`);
    expect(body).to.include({ archives: true });
    await server.ask('POST', `/api/chats/${chatId}/synchronization`);
    expect((await card()).chat.state).to.equal('archived');
    const refused = await server.ask<Failure>('GET', `/api/chats/${chatId}/synchronization`);
    expect([refused.status, refused.body.error.code]).to.deep.equal([400, 'SFERUM_REQUEST_INVALID']);
  });

  it('without it: nobody previews or starts a check', async () => {
    const rights = EVERY_RIGHT.filter((right) => right !== Right.synchronizationRun);
    for (const method of ['GET', 'POST']) {
      const { status } = await server.ask(method, `/api/chats/${chatId}/synchronization`, undefined, { rights });
      expect(status).to.equal(403);
    }
    await server.deliver();
    expect(server.messenger.requests).to.deep.equal([]);
  });
});
