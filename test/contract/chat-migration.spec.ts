import { expect } from 'chai';
import knex, { type Knex } from 'knex';

import { emptyDatabase, type TestDatabase } from '../support/test-database.js';

interface Migration {
  up(database: Knex): Promise<void>;
  down(database: Knex): Promise<void>;
}

async function migration(name: string): Promise<Migration> {
  return (await import(new URL(`../../migrations/${name}.js`, import.meta.url).href)) as Migration;
}

describe('migration add_chat_editing', () => {
  let testDatabase: TestDatabase;
  let database: Knex;
  before(async () => {
    testDatabase = await emptyDatabase();
    database = knex({ client: 'pg', connection: testDatabase.connectionString, searchPath: ['sferum'] });
    await database.raw('create schema sferum');
    await (await migration('20261123000001_create_base')).up(database);
    await database.raw(`
      insert into chat (organization_id, chat_id, kind, source_id, source_name, title) values
        ('s', '00000000-0000-4000-8000-000000000001', 'class', 'c1', '10А', 'Классный чат 10А'),
        ('s', '00000000-0000-4000-8000-000000000002', 'class', 'c2', '2А', 'Классный чат 2А');
      insert into chat_member (organization_id, chat_id, person_id, person_kind, rule_role, removal_held) values
        ('s', '00000000-0000-4000-8000-000000000001', 'p1', 'student', 'member', true),
        ('s', '00000000-0000-4000-8000-000000000001', 'p2', 'student', 'member', true),
        ('s', '00000000-0000-4000-8000-000000000001', 'p3', 'student', 'member', false)`);
  });
  after(async () => {
    await database?.destroy();
    await testDatabase?.drop();
  });

  it('counts held removals that are there already, and puts classes in their natural order', async () => {
    await (await migration('20261123163000_add_chat_editing')).up(database);
    const chats = await database('chat').select('source_name', 'held_count', 'title_key').orderBy('source_number');
    expect(chats).to.deep.equal([
      { source_name: '2А', held_count: 0, title_key: 'классный чат 2а' },
      { source_name: '10А', held_count: 2, title_key: 'классный чат 10а' },
    ]);
  });

  it('goes back, people who were kept counting as added', async () => {
    await database('chat_member').where({ person_id: 'p3' }).update({ hand: 'kept' });
    await (await migration('20261123163000_add_chat_editing')).down(database);
    const kept = await database('chat_member').where({ person_id: 'p3' }).select('hand', 'wanted_role');
    expect(kept).to.deep.equal([{ hand: 'added', wanted_role: 'member' }]);
  });
});
