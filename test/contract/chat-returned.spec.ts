import { expect } from 'chai';

import type { ChatCard, ChatEntryPage } from '../../src/protocol/chat-protocol.js';
import { ADMINISTRATOR_ACCOUNT, ChatServer } from '../support/chat-server.js';

const TITLE = 'Классный чат 5А';
const STRANGER = '999';

/** Whoever is in a chat without being wanted there, and how the comparison with the messenger's list tells them apart. */
describe('somebody who is in a chat again', () => {
  let server: ChatServer;
  beforeEach(async () => {
    server = await ChatServer.start();
    for (const number of ['1', '2', '3', '4']) await server.link(`p0${number}`, `10${number}`);
    await server.deliver();
  });
  afterEach(() => server?.stop());

  const chat = () => [...server.messenger.chats.values()].find(({ title }) => title === TITLE);
  const accounts = (): string[] => [...(chat()?.members.keys() ?? [])].sort();
  const everybody = (...others: string[]): string[] =>
    ['101', '102', '103', '104', ADMINISTRATOR_ACCOUNT, ...others].sort();

  async function leaves(personId: string): Promise<void> {
    server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== personId);
    await server.synchronize();
    await server.deliver();
  }
  async function compare(): Promise<void> {
    await server.sql(`update chat set read_offset = 0, due_at = now() where remote_id is not null`);
    await server.sql(`update delivery_lane set due_at = now()`);
    await server.deliver();
  }

  it('is taken out again when they left the class: they know the invite link', async () => {
    await leaves('p04');
    expect(accounts()).not.to.include('104');
    chat()?.members.set('104', 'member');
    await compare();
    expect(accounts()).to.deep.equal(everybody().filter((account) => account !== '104'));
    // And once more, however often.
    chat()?.members.set('104', 'member');
    await compare();
    expect(accounts()).not.to.include('104');
  });

  it('is taken out when an addition took effect long after the person had left', async () => {
    server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p04');
    await server.synchronize();
    chat()?.members.delete('104');
    await server.deliver();
    expect(await server.sql(`select 1 from chat_member where person_id = 'p04'`)).to.deep.equal([]);
    chat()?.members.set('104', 'member');
    await compare();
    expect(accounts()).not.to.include('104');
  });

  it('stays when they are wanted again', async () => {
    const { classMembers } = server.directory;
    await leaves('p04');
    server.directory.classMembers = classMembers;
    chat()?.members.set('104', 'member');
    await server.synchronize();
    await server.deliver();
    await compare();
    expect(accounts()).to.deep.equal(everybody());
    expect(server.messenger.sent('member.remove')).to.have.length(1);
  });

  it('stays when a person with the right adds them by hand', async () => {
    await leaves('p04');
    const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats?query=${encodeURIComponent(TITLE)}`);
    const { body: card } = await server.ask<ChatCard>('GET', `/api/chats/${body.items[0]?.id}`);
    const members = [{ action: 'add', personId: 'p04', kind: 'student', role: 'member' }];
    const { status } = await server.ask('PUT', `/api/chats/${body.items[0]?.id}`, { revision: card.revision, members });
    expect(status).to.equal(200);
    await server.deliver();
    await compare();
    expect(accounts()).to.deep.equal(everybody());
  });

  it('is left alone when nobody here ever put them there', async () => {
    await server.link('e5', '205');
    await server.deliver();
    chat()?.members.set('205', 'member').set(STRANGER, 'member');
    await compare();
    await compare();
    expect(accounts()).to.deep.equal(everybody('205', STRANGER));
  });

  it('is added again when their account was taken out for the person who had it before, while they linked it', async () => {
    const { messenger } = server;
    const send = messenger.send.bind(messenger);
    messenger.send = async (credential, calls, ...more) => {
      const results = await send(credential, calls, ...more);
      if (calls.some((call) => call.kind === 'member.remove' && call.userId === '104')) await server.link('p05', '104');
      return results;
    };
    await server.unlink('p04');
    await server.deliver();
    expect(messenger.sent('member.remove')).to.have.length(1);
    expect(accounts()).to.deep.equal(everybody());
  });

  it('is added again when a call about them says that they are not there', async () => {
    server.messenger.fault = (call) =>
      call.kind === 'member.role' ? { class: 'permanent', code: 'vk.935', scope: 'person' } : undefined;
    chat()?.members.delete('104');
    await server.sql(`update chat_member set delivered_role = 'admin' where person_id = 'p04'`);
    await server.sql(`update chat set due_at = now()`);
    await server.sql(`update delivery_lane set due_at = now()`);
    await server.deliver();
    expect(accounts()).to.deep.equal(everybody());
    const [row] = await server.sql(
      `select failure_code, attempts, next_attempt_at from chat_member where person_id = 'p04'`,
    );
    expect(row).to.deep.equal({ failure_code: null, attempts: 0, next_attempt_at: null });
  });
});
