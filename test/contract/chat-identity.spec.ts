import { expect } from 'chai';

import { MemberComparisonStore } from '../../src/chats/member-comparison-store.js';
import type { ChatEntryPage } from '../../src/protocol/chat-protocol.js';
import { ADMINISTRATOR, ADMINISTRATOR_ACCOUNT, ChatServer, SCHOOL } from '../support/chat-server.js';

const TITLE = 'Классный чат 5А';
const SUCCESSOR = 'e4';
const SUCCESSOR_ACCOUNT = '904';

/** Whose chat a chat is, is proven by its id, its link and its people; its name proves nothing. */
describe('a chat on the messenger’s side', () => {
  let server: ChatServer;
  beforeEach(async () => {
    server = await ChatServer.start();
    for (const number of [1, 2, 3]) await server.link(`p0${number}`, `10${number}`);
  });
  afterEach(() => server?.stop());

  const remote = (title = TITLE) => server.messenger.snapshot()[title] ?? [];
  const problems = async (): Promise<readonly (string | undefined)[]> =>
    (await server.ask<ChatEntryPage>('GET', '/api/chats')).body.items.map(({ problem }) => problem?.code);

  async function later(): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      await server.letTimePass();
      await server.deliver();
    }
  }

  /** Somebody makes a chat in the messenger by themselves. */
  async function handMade(title: string, members: readonly string[], account = ADMINISTRATOR_ACCOUNT): Promise<void> {
    await server.messenger.send({ accessToken: 'own', userId: account }, [
      { kind: 'chat.create', title, userIds: members },
    ]);
  }

  async function succeed(): Promise<void> {
    await server.link(SUCCESSOR, SUCCESSOR_ACCOUNT);
    server.account = SUCCESSOR_ACCOUNT;
    server.directory.chatAdministrators.set(SCHOOL, SUCCESSOR);
    await server.synchronize();
    await server.deliver();
  }

  describe('that people made by hand', () => {
    it('is not taken for one whose creation was lost, whatever it is called', async () => {
      await handMade(TITLE, ['555', '556']);
      let lost = true;
      server.messenger.fault = (call) => {
        if (call.kind !== 'chat.create' || call.title !== TITLE || !lost) return undefined;
        lost = false;
        return 'lost-answer';
      };
      await server.deliver();
      await later();
      expect(remote().map(({ memberIds }) => memberIds)).to.deep.equal([
        ['555', '556', ADMINISTRATOR_ACCOUNT],
        ['101', '102', '103', ADMINISTRATOR_ACCOUNT],
      ]);
    });

    it('with a stranger beside our people is asked about before a second one is made', async () => {
      await handMade(TITLE, ['101', '102', '555']);
      await server.deliver();
      expect(remote()).to.have.length(1);
      expect(await problems()).to.include('chat.candidates');
    });

    it('of another owner is nobody’s business', async () => {
      await handMade(TITLE, ['101', '102', '103', ADMINISTRATOR_ACCOUNT], '777');
      await server.deliver();
      expect(remote().map(({ ownerId }) => ownerId)).to.deep.equal(['777', ADMINISTRATOR_ACCOUNT]);
    });
  });

  describe('that another administrator takes over', () => {
    for (const refusesJoined of [false, true]) {
      it(`is taken over ${refusesJoined ? 'by its people, where the link does not help' : 'by its link'}`, async () => {
        await server.deliver();
        const before = [...server.messenger.chats.values()].map((chat) => chat);
        server.messenger.refusesJoined = refusesJoined;
        await succeed();
        await later();
        expect([...server.messenger.chats.values()], 'no chat is made').to.deep.equal(before);
        const owners = await server.sql<{ owner: string }>('select distinct owner_account::text as owner from chat');
        expect(owners.map(({ owner }) => owner)).to.deep.equal([SUCCESSOR_ACCOUNT]);
        await server.link('p04', '104');
        await server.deliver();
        expect(remote()[0]?.memberIds).to.include('104');
      });
    }

    it('is known by its people also when two are called the same', async () => {
      await server.deliver();
      server.messenger.refusesJoined = true;
      await handMade(TITLE, ['555', '556', SUCCESSOR_ACCOUNT]);
      await succeed();
      await later();
      await server.link('p04', '104');
      await server.deliver();
      expect(remote().map(({ memberIds }) => memberIds.includes('104'))).to.deep.equal([true, false]);
    });

    it('goes on with the old account until the new one can take it over', async () => {
      await server.deliver();
      server.account = undefined;
      server.directory.chatAdministrators.set(SCHOOL, SUCCESSOR);
      server.directory.classMembers = server.directory.classMembers.filter(({ studentId }) => studentId !== 'p01');
      await server.link('p04', '104');
      await server.synchronize();
      await server.deliver();
      expect(remote()[0]?.memberIds).to.deep.equal(['102', '103', '104', ADMINISTRATOR_ACCOUNT]);
    });

    it('keeps as administrators neither the one before, nor the one before that', async () => {
      await server.deliver();
      await succeed();
      await later();
      await server.link('e1', '901');
      server.account = '901';
      server.directory.chatAdministrators.set(SCHOOL, 'e1');
      await server.synchronize();
      await later();
      const staff = [...server.messenger.chats.values()].find(({ title }) => title === 'Учительский чат');
      expect(staff?.members.has(SUCCESSOR_ACCOUNT)).to.equal(true);
      const leading = [...(staff?.members ?? [])].flatMap(([account, role]) => (role === 'admin' ? [account] : []));
      // Who made the chat stays its owner there.
      expect(leading.sort()).to.deep.equal([ADMINISTRATOR_ACCOUNT, '901']);
    });

    it('is taken over although its owner was put out of it', async () => {
      await server.deliver();
      server.messenger.fault = (call, _index, account) =>
        account === ADMINISTRATOR_ACCOUNT && 'chatId' in call && call.kind !== 'chat.describe'
          ? { class: 'chat-lost', code: 'vk.917', scope: 'chat' }
          : undefined;
      await server.link('p04', '104');
      await server.deliver();
      await later();
      expect(await problems()).to.include('vk.917');
      await succeed();
      await later();
      expect(remote()[0]?.memberIds).to.include('104');
      expect(await problems()).to.not.include('vk.917');
    });

    it('lets go of the one who was replaced', async () => {
      await server.deliver();
      await succeed();
      await later();
      expect(remote()[0]?.memberIds).to.deep.equal(['101', '102', '103', SUCCESSOR_ACCOUNT]);
      expect(
        await server.sql(
          `select title from chat_member join chat using (organization_id, chat_id)
           where person_id = :id and delivered_account is not null and kind <> 'teachers'`,
          {
            id: ADMINISTRATOR,
          },
        ),
      ).to.deep.equal([]);
    });
  });

  describe('that a restored database knows nothing of', () => {
    /** What tells that the rows are those of a backup. */
    const TRACES = {
      'in another database': `update chat_survey set database_id = 'before'`,
      'by a copy of the server’s folder': `update chat_survey
        set server_started_at = server_started_at - interval '1 hour', written_in = pg_current_xact_id()`,
      'by rows put back in their place': `update chat_survey set attempts = attempts`,
    };

    /** The database as it was before the chats were made. */
    async function forget(trace = TRACES['in another database']): Promise<void> {
      await server.sql(`update chat set remote_id = null, owner_account = null, remote_title = null, invite_link = null,
        due_at = now()`);
      await server.sql('update chat_member set delivered_account = null, delivered_role = null');
      await server.sql('delete from delivery_doubt');
      await server.sql(trace);
      await server.sql('update delivery_lane set due_at = now()');
    }

    for (const [how, trace] of Object.entries(TRACES)) {
      it(`is found by its people, and none is made a second time: restored ${how}`, async () => {
        await server.deliver();
        const before = server.messenger.chats.size;
        await forget(trace);
        await server.deliver();
        expect(server.messenger.chats.size).to.equal(before);
      });
    }

    it('is listed once for a database whose history is whole', async () => {
      await server.deliver();
      const before = server.messenger.sent('chat.list').length;
      server.directory.classRows = [
        ...server.directory.classRows,
        ...server.directory.classRows.slice(0, 1).map((row) => ({ ...row, id: 'new', name: '1Я' })),
      ];
      await server.synchronize();
      await server.deliver();
      expect(remote('Классный чат 1Я')).to.have.length(1);
      expect(server.messenger.sent('chat.list')).to.have.length(before);
    });

    it('is found by its people', async () => {
      await server.deliver();
      const before = server.messenger.chats.size;
      await forget();
      await server.deliver();
      expect(server.messenger.chats.size).to.equal(before);
      expect(remote()[0]?.memberIds).to.deep.equal(['101', '102', '103', ADMINISTRATOR_ACCOUNT]);
      expect(await problems()).to.deep.equal(before === 5 ? Array(5).fill(undefined) : []);
    });

    it('is asked about when others are in it', async () => {
      await server.deliver();
      const before = server.messenger.chats.size;
      await forget();
      await server.unlink('p03');
      await server.deliver();
      expect(server.messenger.chats.size).to.equal(before);
      expect(await problems()).to.include('chat.candidates');
    });

    it('has every chat compared: what happened since the backup is not known', async () => {
      await server.deliver();
      expect(await server.get(MemberComparisonStore).beginRestored()).to.equal(0);
      await server.sql(`update chat_survey set database_id = 'before'`);
      await server.sql(
        `update chat_member set delivered_account = null, delivered_role = null where person_id = 'p01'`,
      );
      expect(await server.get(MemberComparisonStore).beginRestored()).to.equal(5);
      await server.deliver();
      expect(server.messenger.sent('chat.members')).to.have.length(5);
      expect(await server.get(MemberComparisonStore).beginRestored()).to.equal(0);
    });
  });

  it('that appears as a twin is said, and left to a person', async () => {
    await server.deliver();
    await handMade(TITLE, ['101']);
    await server.get(MemberComparisonStore).beginAll(SCHOOL);
    await server.deliver();
    expect(await problems()).to.include('chat.twin');
    expect(remote().map(({ memberIds }) => memberIds)).to.deep.equal([
      ['101', '102', '103', ADMINISTRATOR_ACCOUNT],
      ['101', ADMINISTRATOR_ACCOUNT],
    ]);
  });
});
