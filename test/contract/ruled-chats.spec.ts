import { expect } from 'chai';

import type { RuleWrite } from '../../src/chats/chat-rule-store.js';
import { classChat } from '../../src/chats/chat-rules.js';
import { identifiedChats } from '../../src/chats/ruled-chat-store-knex.js';
import { Database } from '../../src/storage/database.js';
import { ChatServer, SCHOOL } from '../support/chat-server.js';

describe('identifiedChats', () => {
  let server: ChatServer;
  before(async () => {
    server = await ChatServer.start();
  });
  after(() => server?.stop());

  /** A write that names the chats of these classes, each with one pupil called as the class. */
  function writeOf(...classIds: readonly string[]): RuleWrite {
    const years = new Map(server.directory.classRows.map(({ id, schoolYear }) => [id, schoolYear]));
    return {
      organization: { id: SCHOOL, name: '', timeZone: 'UTC', chatAdministratorId: undefined },
      version: '0',
      chats: classIds.map((id) =>
        classChat(undefined, { id, organizationId: SCHOOL, name: id, schoolYear: years.get(id) ?? '2026' }, [id]),
      ),
      handMade: [],
      turn: { moved: [], archived: [], held: [], released: [] },
      cause: { kind: 'events' },
      allClasses: false,
      complete: false,
    };
  }

  async function pairs(...classIds: readonly string[]): Promise<readonly string[]> {
    const identified = await identifiedChats(server.get(Database).knex, writeOf(...classIds));
    const sources = await server.sql<{ chat_id: string; source_id: string }>('select chat_id, source_id from chat');
    const sourceOf = new Map(sources.map((row) => [row.chat_id, row.source_id]));
    return identified.map(({ chatId, members }) => `${sourceOf.get(chatId)}: ${members[0]?.personId}`);
  }

  it('pairs each chat with its own people, in whatever order', async () => {
    expect(await pairs('2022a', '2021a')).to.deep.equal(['2022a: 2022a', '2021a: 2021a']);
    expect(await pairs('2021a', '2022a')).to.deep.equal(['2021a: 2021a', '2022a: 2022a']);
  });

  it('is loud about a chat that is missing, and gives its people to no other', async () => {
    const error: unknown = await pairs('nowhere', '2022a', '2021a').catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(TypeError);
    expect(String(error)).to.include('missing: the open chat ["class","nowhere"');
  });
});

describe('a list of the directory that comes back empty', () => {
  let server: ChatServer;
  beforeEach(async () => {
    server = await ChatServer.start();
  });
  afterEach(() => server?.stop());

  /** Pupils of the class; the others are not in the class any more. */
  const keep = (...studentIds: string[]): void => {
    server.directory.classMembers = server.directory.classMembers.filter(
      ({ classId, studentId }) => classId !== '2022a' || studentIds.includes(studentId),
    );
  };
  const state = async (): Promise<{ held: number; there: number }> => {
    const [row] = await server.sql<{ held: number; there: number }>(
      `select count(*) filter (where removal_held)::integer as held, count(*)::integer as there
       from chat_member join chat using (organization_id, chat_id)
       where kind = 'class' and source_id = '2022a' and rule_role is not null and person_kind = 'student'`,
    );
    return row ?? { held: NaN, there: NaN };
  };

  for (const pupils of [
    ['p01', 'p02'],
    ['p01', 'p02', 'p03'],
    ['p01', 'p02', 'p03', 'p04'],
  ]) {
    it(`takes nobody out of a chat of ${pupils.length} in a pass, and asks`, async () => {
      keep(...pupils);
      await server.synchronize();
      keep();
      await server.synchronize();
      expect(await state()).to.deep.equal({ held: pupils.length, there: pupils.length });
    });
  }

  it('takes the only one out: the next list may well be empty', async () => {
    for (const rest of [['p01', 'p02'], ['p01']]) {
      keep(...rest);
      await server.synchronize();
    }
    keep();
    await server.synchronize();
    expect(await state()).to.deep.equal({ held: 0, there: 0 });
  });
});
