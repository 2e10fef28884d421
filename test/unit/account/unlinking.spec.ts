import { expect } from 'chai';

import type { AccountLink, AccountLinkStore } from '../../../src/account/account-link-store.js';
import type { LinkService } from '../../../src/account/link-service.js';
import type { OrganizationAccountStore } from '../../../src/account/organization-account-store.js';
import { Unlinking } from '../../../src/account/unlinking.js';
import { fakeSession } from '../../support/fake-session.js';

const ANNA = fakeSession('anna');
const LINK: AccountLink = {
  personId: 'anna',
  externalUserId: '101',
  givenName: 'Анна',
  familyName: 'Орлова',
  roles: [],
  state: 'linked',
  brokenCode: undefined,
  linkedAt: new Date('2026-11-23T09:00:00Z'),
};

describe('Unlinking', () => {
  let link: AccountLink | undefined;
  let administers: readonly string[];
  let owned: Readonly<Record<string, number>>;
  let unlinked: string[];
  let unlinking: Unlinking;

  beforeEach(() => {
    link = LINK;
    administers = [];
    owned = {};
    unlinked = [];
    const service: Pick<LinkService, 'unlink'> = {
      unlink: async ({ personId }) => void unlinked.push(personId),
    };
    const links: Pick<AccountLinkStore, 'findAll'> = { findAll: async () => (link === undefined ? [] : [link]) };
    const organizations: Pick<OrganizationAccountStore, 'administratedBy'> = {
      administratedBy: async () => administers,
    };
    unlinking = new Unlinking(
      service as LinkService,
      links as AccountLinkStore,
      organizations as OrganizationAccountStore,
      [{ count: async () => 2 }, { count: async () => 3 }],
      [
        {
          ownedBy: async (account) =>
            Object.entries(account === '101' ? owned : {}).map(([school, chats]) => ({
              organizationId: school,
              school,
              chats,
            })),
        },
      ],
    );
  });

  it('unlinks somebody on whom nothing hangs, and says how many chats they leave', async () => {
    expect(await unlinking.unlink(ANNA, false)).to.equal(5);
    expect(unlinked).to.deep.equal(['anna']);
  });

  for (const [what, prepare] of [
    ['owns chats', () => (owned = { 'Школа № 1': 81 })],
    ['is a chosen chat administrator', () => (administers = ['Школа № 1'])],
  ] as const) {
    it(`asks again whoever ${what}, and obeys the second yes`, async () => {
      prepare();
      const refusal: unknown = await unlinking.unlink(ANNA, false).catch((error: unknown) => error);
      expect(refusal).to.have.property('code', 'SFERUM_UNLINK_STOPS_CHATS');
      expect(unlinked).to.deep.equal([]);
      expect(await unlinking.unlink(ANNA, true)).to.equal(5);
      expect(unlinked).to.deep.equal(['anna']);
    });
  }

  it('is harmless without a link, also for the chosen chat administrator', async () => {
    link = undefined;
    administers = ['Школа № 1'];
    expect(await unlinking.unlink(ANNA, false)).to.equal(5);
    expect(await unlinking.ownedBy('anna')).to.deep.equal([]);
  });
});
