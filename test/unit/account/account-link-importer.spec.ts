import { expect } from 'chai';

import { StoredAccountLinkImport } from '../../../src/account/account-link-importer.js';
import type { AccountLinkStore, LinkOutcome } from '../../../src/account/account-link-store.js';
import { FakeClock } from '../../support/fake-clock.js';

function importer(outcomes: readonly LinkOutcome[]): StoredAccountLinkImport {
  const store: Pick<AccountLinkStore, 'link'> = { link: async () => Promise.resolve(outcomes) };
  return new StoredAccountLinkImport(store as AccountLinkStore, new FakeClock('2026-11-27T09:00:00Z'));
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

  it('refuses nobody for an answer that is missing: that is a fault, and it is loud', async () => {
    const error: unknown = await importer(['linked'])
      .import([known('a'), known('b')])
      .catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(TypeError).with.property('message', 'missing: what became of the link of b');
  });
});
