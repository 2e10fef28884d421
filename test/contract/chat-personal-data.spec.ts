import { expect } from 'chai';

import { ChatServer } from '../support/chat-server.js';

describe('ChatPersonalData', () => {
  let server: ChatServer;
  beforeEach(async () => {
    server = await ChatServer.start();
    await server.link('p01', '101');
    await server.link('p02', '102');
    await server.deliver();
  });
  afterEach(() => server?.stop());

  const rowsOf = async (personId: string): Promise<number> =>
    (await server.sql('select 1 from chat_member where person_id = :personId', { personId })).length;

  it('counts the chats that a person’s account is in, for the question before unlinking', async () => {
    expect(await server.personalData.count('p01')).to.equal(1);
    expect(await server.personalData.count('nobody')).to.equal(0);
  });

  it('gives out the person’s chats with the reasons, and what went to the messenger', async () => {
    const [membership] = (await server.personalData.export('p01')) as { chat: string; reasons: string[] }[];
    expect(membership?.chat).to.match(/^Классный чат /);
    expect(membership?.reasons).to.deep.equal(['student']);
    expect(await server.personalData.sent('p01')).to.have.length(1);
    expect(await server.personalData.export('nobody')).to.equal(undefined);
  });

  it('gives out where the person was before, and forgets that too', async () => {
    server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p01');
    await server.synchronize();
    await server.deliver();
    const [left] = (await server.personalData.export('p01')) as { chat: string; leftAt: string }[];
    expect(left?.chat).to.match(/^Классный чат /);
    expect(Date.parse(left?.leftAt ?? '')).to.be.closeTo(Date.now(), 60_000);
    expect(await server.personalData.erase('p01')).to.deep.equal([]);
    expect(await server.personalData.export('p01')).to.equal(undefined);
  });

  it('says what remains until the person is out on the messenger’s side, then keeps nothing', async () => {
    await server.unlink('p01');
    expect(await server.personalData.erase('p01')).to.have.length(1);
    await server.deliver();
    expect(await server.sql('select 1 from chat_leaver'), 'nobody remembers an erased person').to.deep.equal([]);
    expect(await server.personalData.erase('p01')).to.deep.equal([]);
    expect(await rowsOf('p01')).to.equal(0);
    const members = Object.values(server.messenger.snapshot()).flatMap((chats) => chats[0]?.memberIds ?? []);
    expect(members).to.include('102');
    expect(members).to.not.include('101');
    expect(await rowsOf('p02'), 'others stay').to.equal(1);
  });
});
