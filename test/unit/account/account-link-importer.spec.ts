import { expect } from 'chai';

import { StoredAccountLinkImport } from '../../../src/account/account-link-importer.js';
import type { AccountLinkStore, LinkOutcome } from '../../../src/account/account-link-store.js';
import type { HeldProfiles, ProfileState } from '../../../src/account/held-profiles.js';
import { FakeClock } from '../../support/fake-clock.js';

/** @param states of profiles that are taken, by the person who brings them; default held */
function importer(
  outcomes: readonly LinkOutcome[],
  states: Readonly<Record<string, ProfileState>> = {},
): StoredAccountLinkImport {
  const store: Pick<AccountLinkStore, 'link'> = {
    link: async (links) => {
      const again = links.every(({ personId }) => states[personId] === 'free');
      return Promise.resolve(again ? links.map(() => 'linked' as const) : outcomes);
    },
  };
  const profiles: Pick<HeldProfiles, 'free'> = {
    free: async (wanted) => Promise.resolve(wanted.map(({ personId }) => states[personId] ?? 'held')),
  };
  return new StoredAccountLinkImport(store as AccountLinkStore, new FakeClock(), profiles as HeldProfiles);
}

function known(personId: string): Parameters<StoredAccountLinkImport['import']>[0][number] {
  return { personId, externalUserId: `1-${personId}`, givenName: 'Анна', familyName: 'Орлова', roles: [] };
}

describe('AccountLinkImport', () => {
  it('says whose link was refused, and why', async () => {
    const result = await importer(['linked', 'already', 'taken']).import([known('a'), known('b'), known('c')]);
    expect(result).to.deep.equal({
      linked: 1,
      refused: [
        { personId: 'b', code: 'SFERUM_LINK_ALREADY' },
        { personId: 'c', code: 'SFERUM_LINK_TAKEN' },
      ],
    });
  });

  it('links a profile anew whose owner no school has, and refuses the others', async () => {
    const outcomes = ['taken', 'linked', 'taken', 'taken'] as const;
    const result = await importer(outcomes, { a: 'free', d: 'unknown' }).import(['a', 'b', 'c', 'd'].map(known));
    expect(result).to.deep.equal({
      linked: 2,
      refused: [
        { personId: 'c', code: 'SFERUM_LINK_TAKEN' },
        { personId: 'd', code: 'SFERUM_LINK_TAKEN' },
      ],
    });
  });

  it('refuses nobody for an answer that is missing: that is a fault, and it is loud', async () => {
    const error: unknown = await importer(['linked'])
      .import([known('a'), known('b')])
      .catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(TypeError).with.property('message', 'missing: what became of the link of b');
  });
});
