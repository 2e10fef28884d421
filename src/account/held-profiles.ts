import { inject } from 'inversify';

import { HostLogger } from '../host/host-services.js';
import type { ExternalUserId } from '../messenger/messenger.js';
import { AccountLinkStore } from './account-link-store.js';
import { SchoolBelonging } from './school-belonging.js';

/** Somebody brings a profile that another person's link holds. */
export interface ProfileWanted {
  readonly personId: string;
  readonly account: ExternalUserId;
}

/** `free`: nobody holds it; `held`: somebody whom a school has; `unknown`: the directory did not answer. */
export type ProfileState = 'free' | 'held' | 'unknown';

/**
 * The profile is about to be linked again: taking its rights back at the provider would end the new tokens, too. So long
 * the revocation waits; once the profile is linked, the old tokens are only forgotten.
 */
const REVOKE_AFTER_MS = 10 * 60_000;

/** Frees profiles that are held by people whom no school has: these can be asked to unlink by nobody. */
export class HeldProfiles {
  constructor(
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
    @inject(SchoolBelonging) private readonly belonging: SchoolBelonging,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  /**
   * Ends the links of holders whom no school has. A directory that does not even know who brings the profile is not
   * believed. Safe to repeat.
   * @returns one state each, same order
   */
  async free(wanted: readonly ProfileWanted[]): Promise<readonly ProfileState[]> {
    const holders = await this.links.holders(wanted.map(({ account }) => account));
    let belongs: ReadonlyMap<string, boolean>;
    try {
      belongs = await this.belonging.of([...wanted.map(({ personId }) => personId), ...holders.values()]);
    } catch (error) {
      this.logger.warn('the directory does not say whether the owner of a profile still belongs to a school', {
        profiles: wanted.length,
        error: String(error),
      });
      return wanted.map(() => 'unknown');
    }
    const states: ProfileState[] = [];
    for (const { personId, account } of wanted) {
      const holder = holders.get(account);
      states.push(
        holder === undefined || holder === personId
          ? 'free'
          : belongs.get(holder) === true
            ? 'held'
            : belongs.has(personId)
              ? await this.end(holder, account, personId)
              : 'unknown',
      );
    }
    return states;
  }

  private async end(holder: string, account: ExternalUserId, personId: string): Promise<ProfileState> {
    if (await this.links.unlink(holder, { account, revokeAfterMs: REVOKE_AFTER_MS })) {
      this.logger.info('a link has ended: no school has its owner, and another person brings the profile', {
        personId: holder,
        broughtBy: personId,
      });
    }
    return 'free';
  }
}
