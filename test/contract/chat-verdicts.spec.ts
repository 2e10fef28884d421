import { expect } from 'chai';

import type { MessengerCall } from '../../src/messenger/messenger.js';
import type { ChatCard, ChatEntryPage } from '../../src/protocol/chat-protocol.js';
import { ADMINISTRATOR_ACCOUNT, ChatServer } from '../support/chat-server.js';

const TITLE = 'Классный чат 5А';

/** A verdict of the messenger is booked on what it is about, and on nothing wider. */
describe('a verdict of the messenger', () => {
  let server: ChatServer;
  beforeEach(async () => {
    server = await ChatServer.start();
    for (const number of [1, 2, 3]) await server.link(`p0${number}`, `10${number}`);
  });
  afterEach(() => server?.stop());

  const there = (title = TITLE): readonly string[] =>
    server.messenger.snapshot()[title]?.flatMap(({ memberIds }) => memberIds) ?? [];
  const entry = async (title = TITLE): Promise<ChatEntryPage['items'][number] | undefined> => {
    const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats?query=${encodeURIComponent(title)}`);
    return body.items.find((chat) => chat.title === title);
  };
  const card = async (title = TITLE): Promise<ChatCard> =>
    (await server.ask<ChatCard>('GET', `/api/chats/${(await entry(title))?.id}`)).body;

  /** The messenger answers every call that names this account with the code. */
  function dead(account: string, code: string): void {
    const names = (call: MessengerCall): boolean =>
      call.kind === 'chat.create' ? call.userIds.includes(account) : 'userId' in call && call.userId === account;
    server.messenger.fault = (call) => (names(call) ? { class: 'permanent', code, scope: 'person' } : undefined);
  }

  for (const code of ['vk.936', 'vk.113', 'vk.18', 'vk.100']) {
    it(`on one of the first members leaves everybody else in the chat, at once: ${code}`, async () => {
      dead('102', code);
      await server.deliver();
      expect(there()).to.deep.equal(['101', '103', ADMINISTRATOR_ACCOUNT]);
      const { members } = await card();
      const refused = members.find(({ personId }) => personId === 'p02');
      expect(refused?.state).to.equal('refused');
      expect(refused?.stateText).to.satisfy((text: string) => text.startsWith(`Причина ${code}. Следующая попытка `));
      expect(members.filter(({ state }) => state === 'refused')).to.have.length(1);
    });
  }

  it('on a request as a whole is no verdict on its parts: they go again in smaller packs', async () => {
    await server.deliver();
    for (const number of [4, 5, 6]) await server.link(`p0${number}`, `10${number}`);
    server.messenger.requestFault = (calls) =>
      calls.length > 2 ? { class: 'split', code: 'vk.13', effect: 'possible' } : undefined;
    await server.deliver();
    expect(there()).to.deep.equal(['101', '102', '103', '104', '105', '106', ADMINISTRATOR_ACCOUNT]);
    expect((await card()).members.filter(({ state }) => state === 'refused')).to.deep.equal([]);
  });

  it('on a title stops nobody from joining or leaving', async () => {
    await server.deliver();
    server.messenger.fault = (call) =>
      call.kind === 'chat.rename' ? { class: 'permanent', code: 'vk.100' } : undefined;
    server.directory.classRows = server.directory.classRows.map((row) =>
      row.name === '5А' ? { ...row, name: '5К' } : row,
    );
    server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p01');
    await server.link('p04', '104');
    await server.synchronize();
    await server.deliver();
    expect(there()).to.deep.equal(['102', '103', '104', ADMINISTRATOR_ACCOUNT]);
    expect((await entry('Классный чат 5К'))?.problem?.code).to.equal('vk.100');
    const renames = server.messenger.sent('chat.rename').length;
    await server.link('p05', '105');
    await server.deliver();
    expect(there()).to.include('105');
    expect(server.messenger.sent('chat.rename'), 'the title rests').to.have.length(renames);
  });

  it('on an invite link stops nobody, and the school is not asked for ever', async () => {
    server.messenger.fault = (call) =>
      call.kind === 'chat.invite-link' ? { class: 'permanent', code: 'vk.15' } : undefined;
    await server.deliver();
    const asked = server.messenger.sent('chat.invite-link').length;
    await server.link('p04', '104');
    await server.deliver();
    expect(there()).to.include('104');
    expect(server.messenger.sent('chat.invite-link')).to.have.length(asked);
  });

  it('on the right to take one person out leaves the others to come and go', async () => {
    await server.deliver();
    server.messenger.fault = (call) =>
      call.kind === 'member.remove' && call.userId === '101' ? { class: 'chat-refused', code: 'vk.925' } : undefined;
    server.directory.classMembers = server.directory.classMembers.filter(
      ({ studentId }) => studentId !== 'p01' && studentId !== 'p02',
    );
    await server.link('p03', '103');
    await server.link('p04', '104');
    await server.synchronize();
    await server.deliver();
    expect(there()).to.deep.equal(['101', '103', '104', ADMINISTRATOR_ACCOUNT]);
  });

  it('that a chat is gone counts when its own list says so, not when one call does', async () => {
    await server.deliver();
    let once = true;
    server.messenger.fault = (call) => {
      if (call.kind !== 'member.add' || !once) return undefined;
      once = false;
      return { class: 'chat-lost', code: 'vk.917', scope: 'chat' };
    };
    await server.link('p04', '104');
    await server.deliver();
    await server.letTimePass();
    await server.deliver();
    expect(there()).to.include('104');
    expect((await entry())?.problem).to.equal(undefined);
  });

  it('on an account that is gone says who can help, and nothing is tried with it again', async () => {
    await server.deliver();
    server.account = undefined;
    server.gone.add(ADMINISTRATOR_ACCOUNT);
    server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p01');
    await server.synchronize();
    await server.deliver();
    expect((await entry())?.problem?.code).to.equal('chat.owner-gone');
    const requests = server.messenger.requests.length;
    await server.letTimePass();
    await server.deliver();
    expect(server.messenger.requests).to.have.length(requests);
    server.account = ADMINISTRATOR_ACCOUNT;
    server.gone.clear();
    await server.ask('POST', '/api/synchronization/retry', { code: 'chat.owner-gone' });
    await server.deliver();
    expect(there()).to.deep.equal(['102', '103', ADMINISTRATOR_ACCOUNT]);
  });

  it('says of every chat of an account that is let go who can help, also where nothing waits', async () => {
    await server.deliver();
    await server.unlink('e2');
    const { body } = await server.ask<ChatEntryPage>('GET', '/api/chats');
    expect(new Set(body.items.map(({ problem }) => problem?.code))).to.deep.equal(new Set(['chat.owner-gone']));
    await server.link('e2', ADMINISTRATOR_ACCOUNT);
    const { body: again } = await server.ask<ChatEntryPage>('GET', '/api/chats');
    expect(again.items.flatMap(({ problem }) => problem ?? [])).to.deep.equal([]);
  });
});
