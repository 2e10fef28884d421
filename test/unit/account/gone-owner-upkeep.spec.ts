import { expect } from 'chai';

import type { AccountLinkStore } from '../../../src/account/account-link-store.js';
import type { GoneOwnerStore } from '../../../src/account/gone-owner-store.js';
import { GoneOwnerUpkeep } from '../../../src/account/gone-owner-upkeep.js';
import { SchoolBelonging } from '../../../src/account/school-belonging.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeDirectory } from '../../support/fake-directory.js';
import { FakeLogger } from '../../support/fake-logger.js';

const DAY_MS = 24 * 3_600_000;

describe('GoneOwnerUpkeep', () => {
  let clock: FakeClock;
  let directory: FakeDirectory;
  let logger: FakeLogger;
  /** Linked people, and since when they are gone. */
  let linked: Map<string, number | undefined>;
  let upkeep: GoneOwnerUpkeep;

  beforeEach(() => {
    clock = new FakeClock();
    directory = new FakeDirectory();
    logger = new FakeLogger();
    linked = new Map();
    const owners: GoneOwnerStore = {
      linked: async (after, limit) => {
        const ids = [...linked.keys()].sort();
        return Promise.resolve(ids.filter((id) => after === undefined || id > after).slice(0, limit));
      },
      mark: async (gone) => {
        for (const id of linked.keys()) {
          linked.set(id, gone.includes(id) ? (linked.get(id) ?? clock.now().getTime()) : undefined);
        }
        return Promise.resolve();
      },
      goneFor: async (graceMs) =>
        Promise.resolve(
          [...linked].filter(([, at]) => at !== undefined && at <= clock.now().getTime() - graceMs).map(([id]) => id),
        ),
    };
    const links: Pick<AccountLinkStore, 'unlink'> = { unlink: async (id) => Promise.resolve(linked.delete(id)) };
    upkeep = new GoneOwnerUpkeep(owners, links as AccountLinkStore, new SchoolBelonging(directory), clock, logger);
  });

  function link(...personIds: readonly string[]): void {
    for (const id of personIds) linked.set(id, undefined);
  }

  function employ(...personIds: readonly string[]): void {
    for (const id of personIds) directory.personList.push({ id, givenName: '', familyName: '', kinds: ['employee'] });
  }

  function dismiss(...personIds: readonly string[]): void {
    directory.personList.splice(0, Infinity, ...directory.personList.filter(({ id }) => !personIds.includes(id)));
  }

  it('ends a link when its owner has been gone for a week, not before', async () => {
    link('anna', 'boris', 'vera');
    employ('anna', 'vera');
    await upkeep.look();
    await clock.advance(7 * DAY_MS - 1);
    await upkeep.look();
    expect([...linked.keys()]).to.deep.equal(['anna', 'boris', 'vera']);
    await clock.advance(1);
    await upkeep.look();
    await upkeep.look();
    expect([...linked.keys()]).to.deep.equal(['anna', 'vera']);
    expect(logger.of('info')).to.have.length(1);
  });

  it('counts anew for who came back meanwhile', async () => {
    link('anna', 'boris');
    employ('anna');
    await upkeep.look();
    await clock.advance(6 * DAY_MS);
    employ('boris');
    await upkeep.look();
    dismiss('boris');
    await upkeep.look();
    await clock.advance(6 * DAY_MS);
    await upkeep.look();
    expect([...linked.keys()]).to.deep.equal(['anna', 'boris']);
  });

  it('changes nothing when more than half would be gone, and says so once', async () => {
    link('a', 'b', 'c', 'd', 'e', 'f');
    employ('a', 'b');
    for (let day = 0; day < 20; day += 1) {
      await upkeep.look();
      await clock.advance(DAY_MS);
    }
    expect([...linked.values()]).to.deep.equal(Array(6).fill(undefined));
    expect(logger.of('warn')).to.have.length(1);
    employ('c');
    await upkeep.look();
    await clock.advance(7 * DAY_MS);
    await upkeep.look();
    expect([...linked.keys()], 'half of them is an ordinary look').to.deep.equal(['a', 'b', 'c']);
  });

  it('reads everybody in pages, and asks the directory for as many at once', async () => {
    const ids = Array.from({ length: 2_500 }, (_, index) => `p${String(index).padStart(4, '0')}`);
    link(...ids);
    employ(...ids);
    dismiss('p2499');
    await upkeep.look();
    expect(directory.batches.map(({ size }) => size)).to.deep.equal([1000, 1000, 500]);
    expect([...linked].filter(([, at]) => at !== undefined).map(([id]) => id)).to.deep.equal(['p2499']);
  });

  it('marks nobody from a look that the directory did not answer in full, and looks again soon', async () => {
    const ids = Array.from({ length: 1_500 }, (_, index) => `p${String(index).padStart(4, '0')}`);
    link(...ids);
    employ(...ids);
    dismiss('p0001');
    const { people } = directory;
    let answers = 0;
    directory.people = async (asked) => {
      answers += 1;
      if (answers === 2) throw new Error('the directory is away');
      return people.call(directory, asked);
    };
    await upkeep.lookWhenDue();
    expect([...linked.values()].every((at) => at === undefined)).to.equal(true);
    expect(logger.of('warn')).to.have.length(1);
    await upkeep.lookWhenDue();
    expect(linked.get('p0001')).not.to.equal(undefined);
    await upkeep.lookWhenDue();
    expect(answers, 'a whole look is enough for hours').to.equal(4);
    await clock.advance(6 * 3_600_000);
    await upkeep.lookWhenDue();
    expect(answers).to.equal(6);
  });
});
