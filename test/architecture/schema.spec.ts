import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';

import { migrate } from '../../src/storage/migrate.js';
import { freshDatabase, type TestDatabase } from '../support/test-database.js';
import { dumpSchema } from './schema-dump.js';

const GOLDEN = 'fixtures/schema.sql';
const HEAD =
  '-- What the migrations make of the schema "sferum". After a new migration: UPDATE_SCHEMA=1 npm run test:architecture\n\n';

describe('migrations', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  before(async () => {
    database = await freshDatabase();
  });
  after(() => database.drop());

  it(`make the schema that ${GOLDEN} shows`, async () => {
    const dump = HEAD + (await dumpSchema(database.connectionString, 'sferum'));
    expect(dump).to.match(/create table sferum\./);
    if (process.env['UPDATE_SCHEMA'] === '1') await writeFile(GOLDEN, dump);
    expect(dump).to.equal(await readFile(GOLDEN, 'utf8'));
  });

  it('change nothing when they run again', async () => {
    const dump = await dumpSchema(database.connectionString, 'sferum');
    await migrate(database.connectionString);
    expect(await dumpSchema(database.connectionString, 'sferum')).to.equal(dump);
  });

  it('give every table a comment', async () => {
    const dump = await dumpSchema(database.connectionString, 'sferum');
    const tables = [...dump.matchAll(/^create (?:unlogged )?table (\S+)/gm)].map(([, table]) => table);
    const silent = tables.filter(
      (table) => !/\.migration(_lock)?$/.test(table!) && !dump.includes(`comment on table ${table} is`),
    );
    expect(silent).to.deep.equal([]);
  });
});
