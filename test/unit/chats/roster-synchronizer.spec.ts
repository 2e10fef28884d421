import { expect } from 'chai';

import type { ChatRuleStore, RuleWrite, RuleWriteResult } from '../../../src/chats/chat-rule-store.js';
import { DirectoryRosterReader } from '../../../src/chats/roster-reader.js';
import { emptyScope, everythingScope, type RosterScope } from '../../../src/chats/roster-scope.js';
import { RuleRosterSynchronizer } from '../../../src/chats/roster-synchronizer.js';
import type { YearlyChat } from '../../../src/chats/school-year-rules.js';
import { must } from '../../../src/must.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeDirectory } from '../../support/fake-directory.js';
import { FakeLogger } from '../../support/fake-logger.js';
import { MemoryMessenger } from '../../support/memory-messenger.js';

/** Keeps what is written; refuses as many writes as told. */
class FakeRuleStore implements ChatRuleStore {
  readonly writes: RuleWrite[] = [];
  readonly open: YearlyChat[] = [];
  staleWrites = 0;
  crowdedWrites = 0;
  narrowWrites = 0;
  held = 0;

  async version(): Promise<string> {
    return Promise.resolve(String(this.writes.length));
  }

  async openChats(): Promise<readonly YearlyChat[]> {
    return Promise.resolve(this.open);
  }

  add(chatId: string, kind: YearlyChat['kind'], sourceId: string, more: Partial<YearlyChat> = {}): void {
    const base = { schoolYear: '2026', title: chatId, continues: false, keptOpen: false, closingHeld: false };
    this.open.push({ ...base, chatId, kind, sourceId, ...more });
  }

  async write(write: RuleWrite): Promise<RuleWriteResult> {
    this.writes.push(write);
    const stale = this.writes.length <= this.staleWrites;
    const crowded = this.writes.length <= this.crowdedWrites;
    const narrow = this.writes.length <= this.narrowWrites;
    return Promise.resolve({ stale, crowded, narrow, changed: 1, held: this.held });
  }
}

function scope(more: Partial<RosterScope>): RosterScope {
  return { ...emptyScope(), ...more };
}

describe('RosterSynchronizer', () => {
  let directory: FakeDirectory;
  let store: FakeRuleStore;
  let logger: FakeLogger;
  let synchronizer: RuleRosterSynchronizer;

  beforeEach(() => {
    directory = new FakeDirectory().addOrganization('school', 'olga');
    store = new FakeRuleStore();
    logger = new FakeLogger();
    synchronizer = new RuleRosterSynchronizer(
      new DirectoryRosterReader(directory),
      store,
      new MemoryMessenger(),
      new FakeClock('2026-09-01T06:00:00Z'),
      logger,
    );
  });

  /** `kind source: people` of the last write. */
  function written(): string[] {
    const write = store.writes.at(-1);
    return [
      ...(write?.chats ?? []).map(
        (chat) => `${chat.kind} ${chat.sourceId}: ${chat.members.map((member) => member.personId).join(' ')}`,
      ),
      ...(write?.handMade ?? []).map(
        (chat) => `made ${chat.chatId}: ${chat.members.map((member) => member.personId).join(' ')}`,
      ),
    ];
  }

  it('writes every chat of the organization when everything is looked at', async () => {
    directory.addClass('5a', ['anna'], { classTeacherId: 'petr' }).guardianIds.set('anna', ['mother']);
    directory.employeeList.push({
      ...{ personId: 'petr', organizationId: 'school', positionTypes: ['teaching'], position: 'Учитель' },
    });
    await synchronizer.synchronize('school', everythingScope());
    expect(written()).to.deep.equal([
      'teachers : olga petr',
      'class 5a: olga petr anna',
      'guardians 5a: olga petr mother',
    ]);
    expect(store.writes[0]?.complete).to.equal(true);
    expect(store.writes[0]?.organization.chatAdministratorId).to.equal('olga');
  });

  it('writes only the classes in scope, and says that it is not everything', async () => {
    directory.addClass('5a', ['anna']).addClass('6b', ['boris']);
    await synchronizer.synchronize('school', scope({ classIds: new Set(['6b']) }));
    expect(written()).to.deep.equal(['class 6b: olga boris', 'guardians 6b: olga']);
    expect(store.writes[0]?.complete).to.equal(false);
  });

  it('looks at the classes of a student whose guardians changed', async () => {
    directory.addClass('5a', ['anna']).addClass('6b', ['boris']);
    await synchronizer.synchronize('school', scope({ studentIds: new Set(['anna']) }));
    expect(written()).to.deep.equal(['class 5a: olga anna', 'guardians 5a: olga']);
  });

  it('looks at the staff only when asked to', async () => {
    await synchronizer.synchronize('school', scope({ staff: true }));
    expect(written()).to.deep.equal(['teachers : olga']);
  });

  it('leaves a class without an answer untouched, and an empty class empty', async () => {
    directory.addClass('5a', undefined).addClass('6b', []);
    await synchronizer.synchronize('school', scope({ classIds: new Set(['5a', '6b']) }));
    expect(written()).to.deep.equal(['class 6b: olga', 'guardians 6b: olga']);
  });

  it('writes nothing from a read that failed', async () => {
    directory.addClass('5a', ['anna']);
    directory.guardians = () => Promise.reject(new Error('the directory is away'));
    const error: unknown = await synchronizer.synchronize('school', everythingScope()).catch((cause: unknown) => cause);
    expect(error).to.have.property('message', 'the directory is away');
    expect(store.writes).to.deep.equal([]);
  });

  it('fills subject chats from their groups, and other chats with the chat administrator', async () => {
    directory.addGroup('algebra', ['anna'], { teacherId: 'petr' });
    store.add('subject', 'subject', 'algebra');
    store.add('other', 'other', '');
    await synchronizer.synchronize('school', everythingScope());
    expect(written().slice(1)).to.deep.equal(['made subject: olga petr anna', 'made other: olga']);
  });

  it('looks only at the chats of a group that changed', async () => {
    directory.addGroup('algebra', ['anna']).addGroup('biology', ['boris']);
    store.add('one', 'subject', 'algebra');
    store.add('two', 'subject', 'biology');
    store.add('other', 'other', '');
    await synchronizer.synchronize('school', scope({ groupIds: new Set(['biology']) }));
    expect(written()).to.deep.equal(['made two: olga boris']);
  });

  it('looks at subject chats too when a class changed', async () => {
    directory.addGroup('algebra', ['anna']);
    store.add('one', 'subject', 'algebra');
    await synchronizer.synchronize('school', scope({ classIds: new Set(['5a']) }));
    expect(written()).to.deep.equal(['made one: olga anna']);
  });

  it('leaves a subject chat whose group has no answer untouched', async () => {
    directory.addGroup('algebra', undefined);
    store.add('one', 'subject', 'algebra');
    await synchronizer.synchronize('school', scope({ groupIds: new Set(['algebra']) }));
    expect(written()).to.deep.equal([]);
  });

  it('archives the chats of a class that is closed, and of no other', async () => {
    directory.addClass('6b', ['boris']);
    store.add('five', 'class', '5a');
    store.add('five parents', 'guardians', '5a');
    store.add('six', 'class', '6b');
    store.add('seven', 'class', '7c');
    await synchronizer.synchronize('school', scope({ classIds: new Set(['5a', '6b']) }));
    expect(store.writes[0]?.turn).to.deep.equal({
      moved: [],
      archived: [
        { chatId: 'five', title: 'five (2025/26)' },
        { chatId: 'five parents', title: 'five parents (2025/26)' },
      ],
      held: [],
      released: [],
    });
  });

  it('archives subject chats of groups that are gone, and writes no members into them', async () => {
    directory.addGroup('algebra', ['anna'], { schoolYear: '2027' }).addClass('6b', [], { schoolYear: '2027' });
    store.add('last year', 'subject', 'algebra');
    store.add('gone', 'subject', 'botany');
    await synchronizer.synchronize('school', everythingScope());
    expect(store.writes[0]?.turn.archived.map(({ chatId }) => chatId)).to.deep.equal(['gone', 'last year']);
    expect(store.writes[0]?.handMade).to.deep.equal([]);
  });

  it('writes nothing about a class of another organization that an event names', async () => {
    directory.addClass('a5', ['anna']).addClass('b5', ['boris'], { organizationId: 'other school' });
    await synchronizer.synchronize('school', scope({ classIds: new Set(['a5', 'b5', 'unknown']) }));
    expect(written()).to.deep.equal(['class a5: olga anna', 'guardians a5: olga']);
    expect(store.writes[0]?.turn.archived).to.deep.equal([]);
  });

  it('asks no roster of another organization’s class or group', async () => {
    directory.addClass('b5', ['boris'], { organizationId: 'other school' });
    directory.addGroup('algebra', ['boris'], { organizationId: 'other school' });
    store.add('subject', 'subject', 'algebra');
    await synchronizer.synchronize('school', scope({ classIds: new Set(['b5']), groupIds: new Set(['algebra']) }));
    const asked = directory.batches.filter(({ method, size }) => /Rosters|guardians/.test(method) && size > 0);
    expect(asked).to.deep.equal([]);
  });

  for (const [when, where] of [
    ['on an event', scope({ classIds: new Set(['a5']), groupIds: new Set(['algebra']) })],
    ['at a look at everything', everythingScope()],
  ] as const) {
    it(`archives the chats of a class and of a group that went to another organization: ${when}`, async () => {
      directory.addClass('a5', ['anna'], { organizationId: 'other school' });
      directory.addGroup('algebra', ['anna'], { organizationId: 'other school' });
      store.add('class', 'class', 'a5');
      store.add('parents', 'guardians', 'a5');
      store.add('subject', 'subject', 'algebra');
      await synchronizer.synchronize('school', where);
      const { turn, handMade, chats } = must(store.writes.at(-1), 'a write');
      expect(turn.archived.map(({ chatId }) => chatId)).to.deep.equal(['class', 'parents', 'subject']);
      expect(turn.held).to.deep.equal([]);
      expect(handMade).to.deep.equal([]);
      expect(chats.filter(({ kind }) => kind !== 'teachers')).to.deep.equal([]);
    });
  }

  it('brings no foreign pupils into a subject chat that was decided to stay', async () => {
    directory.addGroup('algebra', ['boris'], { organizationId: 'other school' });
    store.add('subject', 'subject', 'algebra', { keptOpen: true });
    await synchronizer.synchronize('school', scope({ groupIds: new Set(['algebra']) }));
    expect(store.writes[0]?.handMade).to.deep.equal([]);
    expect(store.writes[0]?.turn.archived).to.deep.equal([]);
  });

  it('reads again when somebody wrote meanwhile', async () => {
    store.staleWrites = 2;
    directory.addClass('5a', ['anna']);
    await synchronizer.synchronize('school', scope({ classIds: new Set(['5a']) }));
    expect(store.writes.map((write) => write.version)).to.deep.equal(['0', '1', '2']);
    expect(directory.batches.filter(({ method }) => method === 'classRosters')).to.have.length(3);
  });

  it('looks at all classes when a title is held by a class that was not looked at', async () => {
    store.crowdedWrites = 1;
    directory.addClass('6a', ['anna']).addClass('7a', ['boris']);
    await synchronizer.synchronize('school', scope({ classIds: new Set(['6a']) }));
    expect(store.writes.map(({ allClasses, complete }) => [allClasses, complete])).to.deep.equal([
      [false, false],
      [true, false],
    ]);
    expect(written()).to.deep.equal([
      'class 6a: olga anna',
      'guardians 6a: olga',
      'class 7a: olga boris',
      'guardians 7a: olga',
    ]);
  });

  it('looks at everything when the chat administrator is another one', async () => {
    store.narrowWrites = 1;
    directory.addClass('6a', ['anna']).addClass('7a', ['boris']);
    await synchronizer.synchronize('school', scope({ classIds: new Set(['6a']) }));
    expect(store.writes.map(({ complete }) => complete)).to.deep.equal([false, true]);
    expect(written()).to.include('class 7a: olga boris');
  });

  it('gives up after ten writes of others in a row, so that it is tried later', async () => {
    store.staleWrites = 100;
    const error: unknown = await synchronizer.synchronize('school', everythingScope()).catch((cause: unknown) => cause);
    expect(String(error)).to.include('10 times');
    expect(store.writes).to.have.length(10);
  });

  it('writes nothing for an organization that the directory does not know', async () => {
    await synchronizer.synchronize('gone', everythingScope());
    expect(store.writes).to.deep.equal([]);
    expect(logger.of('warn')).to.deep.equal(['the directory does not know an organization']);
  });

  it('reports a large removal that waits for a person', async () => {
    store.held = 1;
    await synchronizer.synchronize('school', everythingScope());
    expect(logger.of('warn')).to.deep.equal(['a large removal waits for a confirmation']);
  });
});

describe('RosterReader', () => {
  it('reads sets that are larger than a page in whole', async () => {
    const directory = new FakeDirectory();
    for (let count = 0; count < 2_001; count += 1) directory.addClass(`class-${count}`, [`student-${count}`]);
    const read = await new DirectoryRosterReader(directory).allClasses('school');
    expect(read.classes).to.have.length(2_001);
    expect(read.students.size).to.equal(2_001);
    expect(read.guardians.size).to.equal(2_001);
    expect(directory.batches.every(({ size }) => size <= 1_000)).to.equal(true);
  });

  it('asks for the guardians of a pupil of two classes once', async () => {
    const directory = new FakeDirectory().addClass('5a', ['anna']).addClass('circle', ['anna']);
    await new DirectoryRosterReader(directory).allClasses('school');
    expect(directory.batches).to.deep.include({ method: 'guardians', size: 1 });
  });

  it('asks nothing about no groups', async () => {
    const directory = new FakeDirectory();
    await new DirectoryRosterReader(directory).groups('school', []);
    expect(directory.batches).to.deep.equal([]);
  });
});
