import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import knex, { type Knex } from 'knex';

import { emptyDatabase, type TestDatabase } from '../support/test-database.js';

interface Migration {
  up(database: Knex): Promise<void>;
  down(database: Knex): Promise<void>;
}

const NAME = '20261127130101_add_conference_life.js';
const FOLDER = new URL('../../migrations/', import.meta.url);

async function migration(name: string): Promise<Migration> {
  return (await import(new URL(name, FOLDER).href)) as Migration;
}

const id = (last: number): string => `00000000-0000-4000-8000-00000000000${last}`;

describe('migration add_conference_life', () => {
  let testDatabase: TestDatabase;
  let database: Knex;
  before(async () => {
    testDatabase = await emptyDatabase();
    database = knex({ client: 'pg', connection: testDatabase.connectionString, searchPath: ['sferum'] });
    await database.raw('create schema sferum');
    const earlier = (await readdir(FOLDER)).filter((name) => name < NAME).sort();
    for (const name of earlier) await (await migration(name)).up(database);
    await database.raw(`
      insert into chat (organization_id, chat_id, kind, source_id, source_name, title, remote_id, owner_account) values
        ('s', '${id(1)}', 'class', 'c1', '5А', 'Классный чат 5А', 7, 900);
      insert into conference (organization_id, conference_id, kind, title, chat_id, starts_at, ends_at, state, ended_at,
        intent_at, posted_at, join_link, created_by) values
        ('s', '${id(2)}', 'call', 'Начинается', '${id(1)}', now(), now() + interval '1 hour', 'starting', null,
          now(), null, null, 'e1'),
        ('s', '${id(3)}', 'call', 'Идёт', '${id(1)}', now(), now() + interval '1 hour', 'active', null,
          null, now(), 'https://link.example/', 'e1'),
        ('s', '${id(4)}', 'call', 'Завершена', '${id(1)}', now(), now() + interval '1 hour', 'finished', now(),
          null, now(), null, 'e1'),
        ('s', '${id(5)}', 'call', 'Прошла', '${id(1)}', now() - interval '2 hours', now() - interval '1 hour', 'finished',
          now(), null, null, null, 'e1')`);
  });
  after(async () => {
    await database?.destroy();
    await testDatabase?.drop();
  });

  it('makes a doubt of a start that was sent, keeps what was posted, and says who ended what', async () => {
    await (await migration(NAME)).up(database);
    expect(await database('delivery_doubt').select('subject_id', 'kind', 'account')).to.deep.equal([
      { subject_id: id(2), kind: 'call.start', account: '900' },
    ]);
    const posts = await database('conference_post').select('conference_id', 'account').orderBy('conference_id');
    expect(posts).to.deep.equal([
      { conference_id: id(3), account: '900' },
      { conference_id: id(4), account: '900' },
    ]);
    const ended = await database('conference').select('ended_by').orderBy('conference_id');
    expect(ended.map((row: { ended_by: string | null }) => row.ended_by)).to.deep.equal([null, null, 'hand', 'time']);
  });

  it('goes back with what was sent and posted', async () => {
    await (await migration(NAME)).down(database);
    const rows = await database('conference')
      .select(database.raw('intent_at is not null as sent'), database.raw('posted_at is not null as posted'))
      .orderBy('conference_id');
    expect(rows.map(({ sent, posted }: { sent: boolean; posted: boolean }) => [sent, posted])).to.deep.equal([
      [true, false],
      [false, true],
      [false, true],
      [false, false],
    ]);
    expect(await database('delivery_doubt').select('kind')).to.deep.equal([]);
  });
});
