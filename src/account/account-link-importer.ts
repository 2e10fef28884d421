import { inject } from 'inversify';

import type { AccountLinkImport, AccountLinkImportResult, KnownAccountLink } from '../host/account-link-import.js';
import { must } from '../must.js';
import { AccountLinkStore, type NewLink } from './account-link-store.js';

/** Takes over links that the host knows from elsewhere. */
export class StoredAccountLinkImport implements AccountLinkImport {
  constructor(@inject(AccountLinkStore) private readonly store: AccountLinkStore) {}

  async import(links: readonly KnownAccountLink[]): Promise<AccountLinkImportResult> {
    const outcomes = await this.store.link(links.map(newLink));
    const refused = links.flatMap(({ personId }, index) => {
      const outcome = must(outcomes[index], `what became of the link of ${personId}`);
      if (outcome === 'linked') return [];
      return [
        { personId, code: outcome === 'already' ? ('SFERUM_LINK_ALREADY' as const) : ('SFERUM_LINK_TAKEN' as const) },
      ];
    });
    return { linked: links.length - refused.length, refused };
  }
}

function newLink(known: KnownAccountLink): NewLink {
  return {
    personId: known.personId,
    profile: {
      userId: known.externalUserId,
      givenName: known.givenName,
      familyName: known.familyName,
      learning: { roles: known.roles, organizationNames: [] },
    },
    tokens: known.tokens && { ...known.tokens, userId: known.externalUserId },
  };
}
