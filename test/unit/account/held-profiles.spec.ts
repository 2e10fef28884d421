import { expect } from 'chai';

import type { AccountLinkStore, UnlinkOptions } from '../../../src/account/account-link-store.js';
import { HeldProfiles, type ProfileState } from '../../../src/account/held-profiles.js';
import { SchoolBelonging } from '../../../src/account/school-belonging.js';
import type { Person } from '../../../src/host/host-directory.js';
import { FakeDirectory } from '../../support/fake-directory.js';
import { FakeLogger } from '../../support/fake-logger.js';

function person(id: string, kinds: Person['kinds']): Person {
  return { id, givenName: 'Анна', familyName: 'Орлова', kinds };
}

describe('HeldProfiles', () => {
  let directory: FakeDirectory;
  let logger: FakeLogger;
  let holders: Map<string, string>;
  let unlinked: { personId: string; options: UnlinkOptions | undefined }[];
  let profiles: HeldProfiles;

  beforeEach(() => {
    directory = new FakeDirectory();
    directory.personList.push(person('new', ['employee']));
    logger = new FakeLogger();
    holders = new Map([['101', 'old']]);
    unlinked = [];
    const links: Pick<AccountLinkStore, 'holders' | 'unlink'> = {
      holders: async (accounts) =>
        Promise.resolve(new Map([...holders].filter(([account]) => accounts.includes(account)))),
      unlink: async (personId, options) => Promise.resolve(unlinked.push({ personId, options }) > 0),
    };
    profiles = new HeldProfiles(links as AccountLinkStore, new SchoolBelonging(directory), logger);
  });

  async function state(personId = 'new', account = '101'): Promise<ProfileState | undefined> {
    return (await profiles.free([{ personId, account }]))[0];
  }

  it('ends the link of a person whom the directory does not know, and only to this profile', async () => {
    expect(await state()).to.equal('free');
    expect(unlinked.map(({ personId, options }) => [personId, options?.account])).to.deep.equal([['old', '101']]);
    expect(unlinked[0]?.options?.revokeAfterMs, 'the new tokens are of the same profile').to.be.above(60_000);
    expect(JSON.stringify(logger.lines)).to.include('old').and.to.include('new');
  });

  it('ends the link of a person who is known and in no school', async () => {
    directory.personList.push(person('old', []));
    expect(await state()).to.equal('free');
    expect(unlinked).to.have.length(1);
  });

  for (const kind of ['employee', 'student', 'guardian'] as const) {
    it(`leaves the link to who is somewhere: ${kind}`, async () => {
      directory.personList.push(person('old', [kind]));
      expect(await state()).to.equal('held');
      expect(unlinked).to.deep.equal([]);
    });
  }

  it('ends nothing when the directory does not answer, and says so', async () => {
    directory.people = async () => Promise.reject(new Error('the directory is away'));
    expect(await state()).to.equal('unknown');
    expect(unlinked).to.deep.equal([]);
    expect(logger.of('warn')).to.have.length(1);
  });

  it('does not believe a directory that does not know who brings the profile', async () => {
    directory.personList.splice(0);
    expect(await state()).to.equal('unknown');
    expect(unlinked).to.deep.equal([]);
  });

  it('has nothing to end where nobody holds the profile, or the person themselves', async () => {
    holders.clear();
    expect(await state()).to.equal('free');
    holders.set('101', 'new');
    expect(await state()).to.equal('free');
    expect(unlinked).to.deep.equal([]);
  });

  it('judges each profile by its own holder', async () => {
    holders.set('102', 'here').set('103', 'gone');
    directory.personList.push(person('here', ['guardian']));
    const wanted = ['101', '102', '103'].map((account) => ({ personId: 'new', account }));
    expect(await profiles.free(wanted)).to.deep.equal(['free', 'held', 'free']);
    expect(unlinked.map(({ personId }) => personId)).to.deep.equal(['old', 'gone']);
  });
});
