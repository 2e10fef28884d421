import { expect } from 'chai';

import type { MessengerCall } from '../../src/messenger/messenger.js';
import type { ChatCard, ChatEntryPage } from '../../src/protocol/chat-protocol.js';
import { ADMINISTRATOR_ACCOUNT, ChatServer } from '../support/chat-server.js';

const TITLE = 'Классный чат 5А';

describe('what was sent and is not answered', () => {
  let server: ChatServer;
  beforeEach(async () => {
    server = await ChatServer.start();
    for (const number of [1, 2, 3]) await server.link(`p0${number}`, `10${number}`);
  });
  afterEach(() => server?.stop());

  const chats = (title = TITLE): readonly (readonly string[])[] =>
    (server.messenger.snapshot()[title] ?? []).map(({ memberIds }) => memberIds);
  const made = (): number => server.messenger.chats.size;

  /** The first such call has its effect, but nobody hears so; `late`: the effect comes when the test says. */
  function lose(isIt: (call: MessengerCall) => boolean, how: 'lost-answer' | 'late' = 'lost-answer'): void {
    let done = false;
    server.messenger.fault = (call) => {
      if (done || !isIt(call)) return undefined;
      done = true;
      return how;
    };
  }
  const creationOf =
    (title: string) =>
    (call: MessengerCall): boolean =>
      call.kind === 'chat.create' && call.title === title;

  async function later(): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      await server.letTimePass();
      await server.deliver();
    }
  }

  async function memberOf(personId: string): Promise<ChatCard['members'][number] | undefined> {
    const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats?query=${encodeURIComponent(TITLE)}`);
    const { body: card } = await server.ask<ChatCard>('GET', `/api/chats/${body.items[0]?.id}`);
    return card.members.find((member) => member.personId === personId);
  }

  it('is looked for as it was sent, also when the class was renamed since', async () => {
    lose(creationOf(TITLE));
    await server.deliver();
    server.directory.classRows = server.directory.classRows.map((row) =>
      row.name === '5А' ? { ...row, name: '5К' } : row,
    );
    await server.synchronize();
    const before = made();
    await later();
    expect(made()).to.equal(before);
    expect(chats('Классный чат 5К')).to.deep.equal([['101', '102', '103', ADMINISTRATOR_ACCOUNT]]);
    expect(chats(TITLE)).to.deep.equal([]);
  });

  it('is looked for by whom it was sent, when another administrator was chosen since', async () => {
    lose(creationOf(TITLE));
    await server.deliver();
    const before = made();
    await server.link('e4', '904');
    server.account = '904';
    server.directory.chatAdministrators.set('school-5', 'e4');
    await server.synchronize();
    await later();
    expect(made()).to.equal(before);
    expect(chats()[0]).to.include('904');
  });

  it('lets go of whoever made it, when another administrator was chosen since', async () => {
    lose((call) => call.kind === 'chat.create');
    await server.deliver();
    await server.link('e4', '904');
    server.account = '904';
    server.directory.chatAdministrators.set('school-5', 'e4');
    await server.synchronize();
    // Nothing can be looked for yet: the chats rest.
    await server.deliver();
    await later();
    await later();
    expect(chats()[0]).to.deep.equal(['101', '102', '103', '904']);
  });

  describe('an invitation', () => {
    beforeEach(async () => {
      server.messenger.refusedUserIds.add('104');
      await server.link('p04', '104');
      await server.deliver();
      expect((await memberOf('p04'))?.state).to.equal('invited');
      // They come in by the link; nobody hears so.
      [...server.messenger.chats.values()].find(({ title }) => title === TITLE)?.members.set('104', 'member');
    });

    it('is taken back when the person is not wanted any more: they may have come in', async () => {
      server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p04');
      await server.synchronize();
      await server.deliver();
      expect(chats()).to.deep.equal([['101', '102', '103', ADMINISTRATOR_ACCOUNT]]);
      expect(await memberOf('p04')).to.equal(undefined);
      expect(await server.sql(`select 1 from chat_member where person_id = 'p04'`)).to.deep.equal([]);
    });

    it('is taken back by hand', async () => {
      const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats?query=${encodeURIComponent(TITLE)}`);
      const id = body.items[0]?.id;
      const { body: card } = await server.ask<ChatCard>('GET', `/api/chats/${id}`);
      const members = [{ action: 'remove', personId: 'p04' }];
      await server.ask('PUT', `/api/chats/${id}`, { revision: card.revision, members });
      await server.deliver();
      expect(chats()).to.deep.equal([['101', '102', '103', ADMINISTRATOR_ACCOUNT]]);
    });

    it('is taken back when the person unlinks', async () => {
      await server.unlink('p04');
      await server.deliver();
      expect(chats()).to.deep.equal([['101', '102', '103', ADMINISTRATOR_ACCOUNT]]);
      expect(await server.sql('select 1 from chat_stray')).to.deep.equal([]);
    });

    it('costs one call where they did not come in', async () => {
      [...server.messenger.chats.values()].find(({ title }) => title === TITLE)?.members.delete('104');
      server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p04');
      await server.synchronize();
      await server.deliver();
      expect(server.messenger.sent('member.remove')).to.have.length(1);
      expect(await server.sql(`select 1 from chat_member where person_id = 'p04'`)).to.deep.equal([]);
    });
  });

  it('is not lost with an account that another person links', async () => {
    await server.deliver();
    server.messenger.fault = (call) => (call.kind === 'member.remove' ? { class: 'retry', code: 'vk.10' } : undefined);
    await server.unlink('p01');
    await server.deliver();
    const before = server.messenger.sent('member.remove').length;
    await server.link('p04', '101');
    delete server.messenger.fault;
    await later();
    expect(server.messenger.sent('member.remove'), 'nobody is taken out').to.have.length(before);
    expect(chats()).to.deep.equal([['101', '102', '103', ADMINISTRATOR_ACCOUNT]]);
    expect((await memberOf('p04'))?.state).to.equal('present');
    expect((await memberOf('p01'))?.state).to.equal('waiting-for-link');
  });

  it('is brought back with an account that was taken out late for the one who had it before', async () => {
    server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p04');
    await server.deliver();
    server.messenger.fault = (call) => (call.kind === 'member.remove' ? { class: 'retry', code: 'vk.10' } : undefined);
    await server.unlink('p01');
    await server.deliver();
    await server.link('p04', '101');
    server.directory.classMembers = [...server.directory.classMembers, { classId: '2022a', studentId: 'p04' }];
    await server.synchronize();
    await server.deliver();
    delete server.messenger.fault;
    await later();
    await later();
    expect(chats()).to.deep.equal([['101', '102', '103', ADMINISTRATOR_ACCOUNT]]);
  });

  it('is not made anew before it can no longer come, and not twice when it comes late', async () => {
    lose(creationOf(TITLE), 'late');
    await server.deliver();
    const before = made();
    await server.sql(`update delivery_doubt set sent_at = sent_at - interval '5 seconds'`);
    await server.sql('update chat set due_at = now(), next_attempt_at = null where due_at is not null');
    await server.sql('update delivery_lane set due_at = now()');
    await server.deliver();
    expect(server.messenger.sent('chat.list').length, 'it was looked for').to.be.greaterThan(1);
    expect(made(), 'nothing was made anew').to.equal(before);
    server.messenger.settleLate();
    await later();
    expect(chats()).to.deep.equal([['101', '102', '103', ADMINISTRATOR_ACCOUNT]]);
  });

  it('of a class that is closed meanwhile leaves nobody in a chat that nobody knows', async () => {
    lose(creationOf(TITLE));
    await server.deliver();
    server.directory.classRows = server.directory.classRows.filter(({ name }) => name !== '5А');
    server.directory.classMembers = server.directory.classMembers.filter(({ classId }) => classId !== '2022a');
    await server.synchronize();
    await later();
    const known = await server.sql<{ remote_id: string }>('select remote_id from chat where remote_id is not null');
    expect(known.map((row) => row.remote_id).sort()).to.deep.equal([...server.messenger.chats.keys()].sort());
  });

  it('of a removal is read before the wish is believed that came after it', async () => {
    await server.deliver();
    lose((call) => call.kind === 'member.remove');
    const members = server.directory.classMembers;
    server.directory.classMembers = members.filter(({ studentId }) => studentId !== 'p01');
    await server.synchronize();
    await server.deliver();
    server.directory.classMembers = members;
    await server.synchronize();
    await server.deliver();
    expect(chats()).to.deep.equal([['101', '102', '103', ADMINISTRATOR_ACCOUNT]]);
    await later();
    expect((await memberOf('p01'))?.state).to.equal('present');
  });

  it('that comes after the first reading is found by the second', async () => {
    await server.deliver();
    lose((call) => call.kind === 'member.remove', 'late');
    const members = server.directory.classMembers;
    server.directory.classMembers = members.filter(({ studentId }) => studentId !== 'p01');
    await server.synchronize();
    await server.deliver();
    server.directory.classMembers = members;
    await server.synchronize();
    await server.deliver();
    server.messenger.settleLate();
    expect(chats()[0], 'it came late').not.to.include('101');
    await later();
    expect(chats()).to.deep.equal([['101', '102', '103', ADMINISTRATOR_ACCOUNT]]);
  });

  it('of a role is not taken for given when the wish is taken back', async () => {
    await server.link('e3', '903');
    await server.deliver();
    const remote = [...server.messenger.chats.values()].find(({ title }) => title === TITLE);
    const led = remote?.members.get('903');
    lose((call) => call.kind === 'member.role' && call.role === 'member');
    const classes = server.directory.classRows;
    const other = classes.map((row) => (row.name === '5А' ? { ...row, classTeacherId: 'e5' } : row));
    const { body } = await server.ask<ChatEntryPage>('GET', `/api/chats?query=${encodeURIComponent(TITLE)}`);
    const chat = body.items[0];
    const { body: card } = await server.ask<ChatCard>('GET', `/api/chats/${chat?.id}`);
    await server.ask('PUT', `/api/chats/${chat?.id}`, {
      revision: card.revision,
      members: [{ action: 'add', personId: 'e3', kind: 'employee' }],
    });
    server.directory.classRows = other;
    await server.synchronize();
    await server.deliver();
    server.directory.classRows = classes;
    await server.synchronize();
    await later();
    expect(led, 'the class teacher led the chat').to.equal('admin');
    expect(remote?.members.get('903')).to.equal('admin');
  });

  it('of a renaming ends with the title that is wanted', async () => {
    await server.deliver();
    lose((call) => call.kind === 'chat.rename');
    const classes = server.directory.classRows;
    server.directory.classRows = classes.map((row) => (row.name === '5А' ? { ...row, name: '5К' } : row));
    await server.synchronize();
    await server.deliver();
    server.directory.classRows = classes;
    await server.synchronize();
    await later();
    expect(chats(TITLE)).to.have.length(1);
    expect(chats('Классный чат 5К')).to.deep.equal([]);
  });

  it('leaves nobody in a chat whose creation does not say who was added', async () => {
    server.messenger.silentCreation = true;
    await server.deliver();
    await server.unlink('p02');
    server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p01');
    await server.synchronize();
    await later();
    expect(chats()).to.deep.equal([['103', ADMINISTRATOR_ACCOUNT]]);
  });

  it('is shown: the person is being checked', async () => {
    await server.deliver();
    lose((call) => call.kind === 'member.remove', 'late');
    server.messenger.madeUpAnswer = () => undefined;
    server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p01');
    await server.synchronize();
    await server.deliver();
    await server.sql(`update delivery_doubt set sent_at = sent_at - interval '4 seconds'`);
    const member = await memberOf('p01');
    expect([member?.state, member?.stateText.split('.')[0]]).to.deep.equal(['checking', 'Сферум не ответил']);
  });

  it('does not take the lane again and again while it is waited for', async () => {
    lose(creationOf(TITLE), 'late');
    await server.deliver();
    server.messenger.fault = (call) => (call.kind === 'chat.list' ? { class: 'retry', code: 'vk.10' } : undefined);
    await server.sql(`update delivery_doubt set sent_at = sent_at - interval '5 seconds'`);
    await server.sql('update chat set due_at = now(), next_attempt_at = null where due_at is not null');
    await server.sql('update delivery_lane set due_at = now()');
    await server.deliver();
    const [lane] = await server.sql<{ seconds: number }>(
      'select extract(epoch from due_at - now())::float as seconds from delivery_lane',
    );
    expect(lane?.seconds).to.be.within(0.2, 30);
  });
});
