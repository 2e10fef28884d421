import { inject } from 'inversify';

import type { AccountLinkImport, AccountLinkImportResult, KnownAccountLink } from '../host/account-link-import.js';
import { must } from '../must.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { AccountLinkStore, type LinkOutcome, type NewLink } from './account-link-store.js';
import { HeldProfiles } from './held-profiles.js';

/** Takes over links that the host knows from elsewhere. */
export class StoredAccountLinkImport implements AccountLinkImport {
  constructor(
    @inject(AccountLinkStore) private readonly store: AccountLinkStore,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
    @inject(HeldProfiles) private readonly profiles: HeldProfiles,
  ) {}

  async import(links: readonly KnownAccountLink[]): Promise<AccountLinkImportResult> {
    const outcomes = await this.link(links.map((known) => newLink(known, this.clock.now())));
    const refused = links.flatMap(({ personId }, index) => {
      const outcome = must(outcomes[index], `what became of the link of ${personId}`);
      if (outcome === 'linked') return [];
      return [
        { personId, code: outcome === 'already' ? ('SFERUM_LINK_ALREADY' as const) : ('SFERUM_LINK_TAKEN' as const) },
      ];
    });
    return { linked: links.length - refused.length, refused };
  }

  /** Profiles of people whom no school has become free, and are tried again. */
  private async link(links: readonly NewLink[]): Promise<readonly LinkOutcome[]> {
    const outcomes = await this.store.link(links);
    const taken = links.filter((_, index) => outcomes[index] === 'taken');
    if (taken.length === 0) return outcomes;
    const wanted = taken.map(({ personId, profile }) => ({ personId, account: profile.userId }));
    const states = await this.profiles.free(wanted);
    const freed = taken.filter((_, index) => states[index] === 'free');
    if (freed.length === 0) return outcomes;
    const again = new Map<NewLink, LinkOutcome | undefined>();
    for (const [index, outcome] of (await this.store.link(freed)).entries())
      again.set(must(freed[index], 'a link'), outcome);
    return links.map((link, index) => again.get(link) ?? must(outcomes[index], 'what became of a link'));
  }
}

/** @param now by the clock by which the host told when a token ends: only the length between them counts */
function newLink(known: KnownAccountLink, now: Date): NewLink {
  const { tokens } = known;
  return {
    personId: known.personId,
    profile: {
      userId: known.externalUserId,
      givenName: known.givenName,
      familyName: known.familyName,
      learning: { roles: known.roles, organizationNames: [] },
    },
    tokens: tokens && {
      ...{ accessToken: tokens.accessToken, refreshToken: tokens.refreshToken, deviceId: tokens.deviceId },
      ...{ scopes: tokens.scopes, userId: known.externalUserId },
      lifeMs: tokens.expiresAt.getTime() - now.getTime(),
    },
  };
}
