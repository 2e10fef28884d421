import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { emptyScope } from '../../src/chats/roster-scope.js';
import { titleKey } from '../../src/chats/chat-title.js';
import type { ChatCard, ChatEntryPage } from '../../src/protocol/chat-protocol.js';
import { must } from '../../src/must.js';
import { ChatServer, SCHOOL, type Failure } from '../support/chat-server.js';

const FIRST = '2022a';
const SECOND = '2021a';

describe('titles of a school’s chats', () => {
  let server: ChatServer;
  beforeEach(async () => {
    server = await ChatServer.start();
    await server.deliver();
  });
  afterEach(() => server?.stop());

  function rename(names: Readonly<Record<string, string>>): void {
    server.directory.classRows = server.directory.classRows.map((one) => ({ ...one, name: names[one.id] ?? one.name }));
  }

  function addClass(id: string, name: string): void {
    const { schoolYear } = must(server.directory.classRows[0], 'a class');
    server.directory.classRows.push({ id, organizationId: SCHOOL, name, schoolYear });
  }

  async function lookAt(...classIds: string[]): Promise<void> {
    await server.synchronize({ ...emptyScope(), classIds: new Set(classIds) });
  }

  /** Titles of open class chats by their class. */
  async function titles(): Promise<Record<string, string>> {
    const found = await server.sql<{ source_id: string; title: string }>(
      `select source_id, title from chat where kind = 'class' and state = 'open'`,
    );
    return Object.fromEntries(found.map((row) => [row.source_id, row.title]));
  }

  function create(title: string): Promise<{ status: number; body: ChatCard & Failure }> {
    return server.ask('POST', '/api/chats', { requestId: randomUUID(), kind: 'other', title });
  }

  it('are told apart whatever the roster is called, also where the messenger cuts them', async () => {
    const long = 'с углублённым изучением '.repeat(8);
    ['5А', '5а', '5A', ' 5\u00a0\u200bА', '5\nА', 'Й', 'И\u0306', 'Ёж', 'еж', `${long}а`, `${long}б`].forEach(
      (name, index) => addClass(`new-${index}`, name),
    );
    await server.synchronize();
    await server.deliver();
    const remote = Object.entries(server.messenger.snapshot());
    const longest = server.messenger.abilities.titleLength;
    expect(remote.filter(([title]) => [...title].length > longest)).to.deep.equal([]);
    expect(new Set(remote.map(([title]) => titleKey(title))).size).to.equal(remote.length);
    expect(remote.every(([, chats]) => chats.length === 1)).to.equal(true);
    expect((await titles())[FIRST]).to.equal('Классный чат 5А');
    server.messenger.requests.length = 0;
    await server.synchronize();
    await server.deliver();
    expect(server.messenger.requests).to.deep.equal([]);
  });

  it('are the same whichever of two passes is first', async () => {
    for (let count = 0; count < 5; count += 1) addClass(`new-${count}`, '7В');
    await Promise.all([server.synchronize(), server.synchronize()]);
    const first = await titles();
    expect(new Set(Object.values(first)).size).to.equal(Object.keys(first).length);
    await server.synchronize();
    expect(await titles()).to.deep.equal(first);
  });

  it('leave a hand-made chat its title when a class chat of that title comes', async () => {
    const { body } = await create('классный чат 7в');
    addClass('new', '7В');
    await lookAt('new');
    expect((await titles())['new']).to.equal('Классный чат 7В (2)');
    expect((await server.ask<ChatCard>('GET', `/api/chats/${body.chat.id}`)).body.chat.title).to.equal(
      'классный чат 7в',
    );
  });

  it('number a class that is renamed to a name in use, and keep the number when the other class goes', async () => {
    rename({ [SECOND]: '5А' });
    await lookAt(SECOND);
    expect(await titles()).to.deep.equal({ [FIRST]: 'Классный чат 5А', [SECOND]: 'Классный чат 5А (2)' });
    server.directory.classRows = server.directory.classRows.filter(({ id }) => id !== FIRST);
    await lookAt(FIRST);
    await server.synchronize();
    expect(await titles()).to.deep.equal({ [SECOND]: 'Классный чат 5А (2)' });
  });

  it('show a number in the form as the rules’ title', async () => {
    rename({ [SECOND]: '5А' });
    await lookAt(SECOND);
    const { body } = await server.ask<ChatEntryPage>(
      'GET',
      `/api/chats?query=${encodeURIComponent('Классный чат 5А (2)')}`,
    );
    const { body: card } = await server.ask<ChatCard>('GET', `/api/chats/${body.items[0]?.id ?? ''}`);
    expect([card.titleByHand, card.ruleTitle]).to.deep.equal([false, 'Классный чат 5А (2)']);
  });

  it('follow names that change places, although only one of the classes was named', async () => {
    rename({ [FIRST]: '6А', [SECOND]: '7А' });
    await lookAt(FIRST);
    expect(await titles()).to.deep.equal({ [FIRST]: 'Классный чат 6А', [SECOND]: 'Классный чат 7А' });
  });

  it('are given to a class made anew under another id before its chat of old is archived', async () => {
    server.directory.classRows = server.directory.classRows.filter(({ id }) => id !== FIRST);
    addClass('again', '5А');
    await lookAt('again');
    expect((await titles())['again']).to.equal('Классный чат 5А');
  });

  it('are told apart in the archive too', async () => {
    addClass('new', '5А');
    await server.synchronize();
    await server.sql(
      `update chat set title = 'Классный чат 5А' where source_id in ('new', '${FIRST}') and kind = 'class'`,
    );
    server.directory.classRows = server.directory.classRows.filter(({ id }) => id === SECOND);
    await server.synchronize();
    const found = await server.sql<{ title: string }>(
      `select title from chat where state = 'archived' and kind = 'class' order by title`,
    );
    expect(found.map(({ title }) => title.replace(/\d{4}\/\d\d/, 'год'))).to.deep.equal([
      'Классный чат 5А (год)',
      'Классный чат 5А (год) (2)',
    ]);
  });

  it('typed, are refused when they cannot be told apart', async () => {
    expect((await create('Весёлый йогурт')).status).to.equal(201);
    for (const title of [
      'веселый йогурт',
      'Весе\u0308лый и\u0306огурт',
      'Весёлый\u00a0 \u200bйогурт',
      'Beсёлый йогурт',
    ]) {
      const { status, body } = await create(title);
      expect([title, status, body.error?.fields['field']]).to.deep.equal([title, 400, 'title']);
    }
    expect((await create('Весёлый йогурт 2')).status).to.equal(201);
  });

  it('of the rules come back numbered when somebody took them meanwhile', async () => {
    const found = await server.ask<ChatEntryPage>('GET', `/api/chats?query=${encodeURIComponent('Классный чат 5А')}`);
    const chat = must(found.body.items[0], 'the class chat');
    const { body: card } = await server.ask<ChatCard>('GET', `/api/chats/${chat.id}`);
    const renamed = await server.ask<ChatCard>('PUT', `/api/chats/${chat.id}`, {
      revision: card.revision,
      title: 'Дружный класс',
      members: [],
    });
    expect(renamed.body.ruleTitle).to.equal('Классный чат 5А');
    await create('Классный чат 5А');
    const back = await server.ask<ChatCard>('POST', `/api/chats/${chat.id}/rule`, { revision: renamed.body.revision });
    expect([back.body.chat.title, back.body.titleByHand]).to.deep.equal(['Классный чат 5А (2)', false]);
  });

  it('leave pairs that exist already', async () => {
    rename({ [SECOND]: '5А' });
    await server.synchronize();
    await server.sql(`update chat set title = 'Классный чат 5А' where kind = 'class'`);
    await server.synchronize();
    expect(await titles()).to.deep.equal({ [FIRST]: 'Классный чат 5А', [SECOND]: 'Классный чат 5А' });
  });
});
