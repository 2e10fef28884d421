import { expect } from 'chai';

import { ChatWorkSource } from '../../src/chats/chat-work-source.js';
import { emptyScope } from '../../src/chats/roster-scope.js';
import { LaneStore } from '../../src/delivery/lane-store.js';
import type { ChatCard } from '../../src/protocol/chat-protocol.js';
import { ADMINISTRATOR, ADMINISTRATOR_ACCOUNT, ChatServer, SCHOOL } from '../support/chat-server.js';
import { MemoryDirectory } from '../support/memory-directory.js';

const SUCCESSOR = 'e1';

describe('a chat administrator who is chosen', () => {
  let server: ChatServer;
  beforeEach(async () => {
    server = await ChatServer.start();
  });
  afterEach(() => server?.stop());

  function choose(personId: string): void {
    server.directory.chatAdministrators.set(SCHOOL, personId);
  }

  async function chosen(): Promise<string | null | undefined> {
    const found = await server.sql<{ id: string | null }>(
      'select chat_administrator_id as id from organization where organization_id = :school',
      { school: SCHOOL },
    );
    return found[0]?.id;
  }

  /** Chats of the school that want the person as its chat administrator. */
  async function administered(personId: string): Promise<number> {
    const found = await server.sql<{ count: number }>(
      `select count(*)::integer as count from chat_member
       where person_id = :personId and 'chat-administrator' = any(reasons)`,
      { personId },
    );
    return found[0]?.count ?? 0;
  }

  /** The answer to the next question is as of now, and comes when it is let go; never otherwise. */
  function holdAnswer(method: 'organizationsById' | 'employees' | 'classRosters'): {
    readonly asked: Promise<void>;
    letGo(): void;
  } {
    const read = MemoryDirectory.prototype[method] as (...args: unknown[]) => Promise<unknown>;
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const asked = new Promise<void>((resolve) => {
      Object.assign(server.directory, {
        [method]: async (...args: unknown[]) => {
          Reflect.deleteProperty(server.directory, method);
          const answer = await read.apply(server.directory, args);
          resolve();
          await gate;
          return answer;
        },
      });
    });
    return { asked, letGo };
  }

  for (const method of ['organizationsById', 'employees', 'classRosters'] as const) {
    it(`is not overwritten by a pass that read ${method} before and writes after`, async () => {
      const all = await administered(ADMINISTRATOR);
      const { asked, letGo } = holdAnswer(method);
      const earlier = server.synchronize();
      await asked;
      choose(SUCCESSOR);
      await server.synchronize();
      letGo();
      await earlier;
      expect(await chosen()).to.equal(SUCCESSOR);
      expect([await administered(SUCCESSOR), await administered(ADMINISTRATOR)]).to.deep.equal([all, 0]);
    });
  }

  it('joins every chat though a narrow look sees the choice first', async () => {
    const all = await administered(ADMINISTRATOR);
    choose(SUCCESSOR);
    await server.synchronize({ ...emptyScope(), staff: true });
    expect(await chosen()).to.equal(SUCCESSOR);
    expect([await administered(SUCCESSOR), await administered(ADMINISTRATOR)]).to.deep.equal([all, 0]);
  });

  it('is in a chat they were taken out of by hand, for as long as they run the chats', async () => {
    await server.synchronize();
    const found = await server.sql<{ chat_id: string }>(
      `select chat_id from chat_member where person_id = :personId and rule_role is not null`,
      { personId: SUCCESSOR },
    );
    const chatId = found[0]?.chat_id;
    const wanted = async (): Promise<string | null | undefined> => {
      const member = await server.sql<{ wanted_role: string | null }>(
        `select wanted_role from chat_member where person_id = :personId and chat_id = :chatId::uuid`,
        { personId: SUCCESSOR, chatId },
      );
      return member[0]?.wanted_role;
    };
    const { body } = await server.ask<ChatCard>('GET', `/api/chats/${chatId}`);
    await server.ask('PUT', `/api/chats/${chatId}`, {
      revision: body.revision,
      members: [{ action: 'remove', personId: SUCCESSOR }],
    });
    expect(await wanted()).to.equal(null);
    for (const [administrator, role] of [
      [SUCCESSOR, 'admin'],
      [ADMINISTRATOR, null],
    ] as const) {
      choose(administrator);
      await server.synchronize();
      expect(await wanted(), administrator).to.equal(role);
    }
  });

  it('leaves chats due that a run plans for the account it had before', async () => {
    await server.sql('update organization set chat_administrator_id = null');
    const lanes = server.get(LaneStore);
    const lease = (await lanes.take('00000000-0000-4000-8000-000000000001', 60_000)) ?? expect.fail('no lane');
    await server.synchronize();
    const due = () =>
      server
        .sql<{ count: number }>('select count(*)::integer as count from chat where due_at <= now()')
        .then((found) => found[0]?.count);
    const before = await due();
    expect(before).to.be.above(0);
    // The run asked for its account before the pass was written, and for its chats after.
    expect(await server.get(ChatWorkSource).next(lease, undefined, 25)).to.deep.equal([]);
    expect(await due()).to.equal(before);
    await lanes.release(lease, { dueAt: new Date(), stop: { code: 'credential.no-administrator', restMs: 0 } });
    await server.deliver();
    const made = await server.sql('select 1 from chat where remote_id is not null');
    expect(made).to.have.length(before ?? 0);
  });

  it('makes chats that waited for one: they were planned when nobody ran the chats yet', async () => {
    server.account = undefined;
    await server.deliver();
    const waiting = () => server.sql('select 1 from chat where remote_id is null and due_at is null');
    const chats = await server.sql('select 1 from chat');
    expect(await waiting()).to.have.length(chats.length);
    // Chats made by hand come before the first pass writes down who it is; everybody in them is known then.
    await server.sql('update organization set chat_administrator_id = null');
    server.account = ADMINISTRATOR_ACCOUNT;
    await server.synchronize();
    await server.deliver();
    expect(await waiting()).to.deep.equal([]);
    expect(server.messenger.chats.size).to.equal(chats.length);
  });

  it('asks for their own chats ever later while these cannot be listed, and makes nothing before', async () => {
    server.messenger.fault = (call) => (call.kind === 'chat.list' ? { class: 'retry', code: 'vk.10' } : undefined);
    const rests: number[] = [];
    for (let times = 0; times < 4; times += 1) {
      await server.deliver();
      const [row] = await server.sql<{ seconds: number; attempts: number }>(
        'select extract(epoch from due_at - now())::float as seconds, attempts from chat_survey',
      );
      expect(row?.attempts).to.equal(times + 1);
      rests.push(row?.seconds ?? NaN);
      await server.letTimePass();
    }
    const bounds = [15, 60, 240, 960];
    for (const [index, seconds] of bounds.entries())
      expect(rests[index]).to.be.within(seconds * 0.7, seconds, `after ${index + 1} refusals`);
    expect(server.messenger.chats.size).to.equal(0);
    delete server.messenger.fault;
    await server.deliver();
    expect(server.messenger.chats.size).to.be.above(0);
  });

  it('makes chats that waited for their link', async () => {
    await server.unlink(ADMINISTRATOR);
    server.account = undefined;
    await server.deliver();
    await server.sql(`delete from chat_member where person_id = :administrator`, { administrator: ADMINISTRATOR });
    server.account = ADMINISTRATOR_ACCOUNT;
    await server.link(ADMINISTRATOR, ADMINISTRATOR_ACCOUNT);
    await server.deliver();
    expect(await server.sql('select 1 from chat where remote_id is null')).to.deep.equal([]);
  });

  describe('whose account may not join by the link', () => {
    const [SECOND, THIRD] = ['e1', 'e5'];
    const owners = () =>
      server
        .sql<{ owner_account: string }>('select distinct owner_account from chat where remote_id is not null')
        .then((found) => found.map(({ owner_account: owner }) => owner));
    async function runBy(personId: string, account: string): Promise<void> {
      await server.link(personId, account);
      choose(personId);
      server.account = account;
      await server.synchronize();
      for (let times = 0; times < 3; times += 1) {
        await server.deliver();
        await server.letTimePass();
      }
    }
    beforeEach(async () => {
      await server.link('p01', '101');
      await server.link('p02', '102');
      await server.deliver();
      await runBy(SECOND, '201');
      expect(await owners()).to.deep.equal(['201']);
      server.messenger.fault = (call) =>
        call.kind === 'chat.join' ? { class: 'permanent', code: 'vk.15', scope: 'chat' } : undefined;
    });

    it('finds the chats among its own, by whoever made them and not by who ran them last', async () => {
      await runBy(THIRD, '202');
      expect(await owners()).to.deep.equal(['202']);
      expect(server.messenger.chats.size).to.equal(Object.values(server.messenger.snapshot()).flat().length);
    });

    it('looks once where nothing that it sees is the chat, and rests', async () => {
      const fault = server.messenger.fault;
      server.messenger.fault = (call, ...more) => (call.kind === 'chat.list' ? undefined : fault?.(call, ...more));
      // Everything was renamed there by people.
      for (const chat of server.messenger.chats.values()) chat.title = `Переименован ${chat.chatId}`;
      const chats = server.messenger.chats.size;
      await runBy(THIRD, '202');
      // Three times the rest was cut short.
      expect(server.messenger.sent('chat.list').length).to.be.at.most(3 * chats + 1);
      expect(await owners()).to.deep.equal(['201']);
      await server.deliver();
      const rests = await server.sql<{ code: string; rests: boolean }>(
        `select distinct code, next_attempt_at > now() as rests from chat_failure where property = 'take-over'`,
      );
      expect(rests).to.deep.equal([{ code: 'chat.not-found', rests: true }]);
    });
  });

  it('resumes the lane, and asks anew to take over what the one before was refused', async () => {
    await server.deliver();
    const [first, second] = await server.sql<{ chat_id: string }>('select chat_id from chat order by chat_id');
    await server.sql(
      `insert into chat_failure (organization_id, chat_id, property, code, class) values
         (:school, :first::uuid, 'take-over', 'vk.chat.denied', 'refused'),
         (:school, :first::uuid, 'link', 'vk.chat.denied', 'refused'),
         (:school, :second::uuid, 'title', 'vk.chat.denied', 'refused')`,
      { school: SCHOOL, first: first?.chat_id, second: second?.chat_id },
    );
    const failures = () =>
      server
        .sql<{ property: string }>('select property from chat_failure order by property')
        .then((found) => found.map(({ property }) => property));
    await server.sql(`update delivery_lane set stop_code = 'credential.not-linked', due_at = null, stop_until = null`);
    await server.synchronize();
    expect(await failures(), 'the administrator is the same').to.deep.equal(['link', 'take-over', 'title']);
    await server.sql(`update chat_survey set due_at = now() + interval '1 hour'`);
    choose(SUCCESSOR);
    await server.sql('update chat set due_at = null');
    await server.synchronize();
    expect(await failures()).to.deep.equal(['link', 'title']);
    const [lane] = await server.sql<{ stop_code: string | null; due: boolean }>(
      'select stop_code, due_at <= now() as due from delivery_lane',
    );
    expect(lane).to.deep.equal({ stop_code: null, due: true });
    const [chat] = await server.sql<{ due: boolean; priority: number }>(
      'select due_at <= now() as due, priority from chat where chat_id = :chatId::uuid',
      { chatId: first?.chat_id },
    );
    expect(chat).to.deep.equal({ due: true, priority: 1 });
    const surveys = await server.sql('select due_at <= now() as due from chat_survey');
    expect(surveys, 'the own chats of the new account are listed at once').to.deep.equal([{ due: true }]);
  });
});
