import { inject } from 'inversify';

import { HostLogger } from '../host/host-services.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { AccountLinkStore } from './account-link-store.js';
import { GoneOwnerStore } from './gone-owner-store.js';
import { SchoolBelonging } from './school-belonging.js';

const DAY_MS = 24 * 3_600_000;
/** A directory that answered wrongly has so long to come right: whoever is there again keeps their link. */
const GRACE_MS = 7 * DAY_MS;
const LOOK_EVERY_MS = 6 * 3_600_000;
const PEOPLE_AT_ONCE = 1000;
/** From so many linked people on more than half of them is a large removal. */
const GUARD_FROM = 5;

/**
 * Ends links of people whom no school has, after a time of grace. A look that the directory did not answer in full
 * changes nothing, nor does one that would end more than half of the links. Any number of processes may look at once.
 */
export class GoneOwnerUpkeep {
  private lookedAtMs = -Infinity;
  /** A large removal is said once, until a look is an ordinary one again. */
  private held = false;

  constructor(
    @inject(GoneOwnerStore) private readonly owners: GoneOwnerStore,
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
    @inject(SchoolBelonging) private readonly belonging: SchoolBelonging,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  /** Looks when the last whole look was long ago; a failure is logged, and the next call looks again. */
  async lookWhenDue(): Promise<void> {
    const now = this.clock.now().getTime();
    if (Math.abs(now - this.lookedAtMs) < LOOK_EVERY_MS) return;
    try {
      await this.look();
      this.lookedAtMs = now;
    } catch (error) {
      this.logger.warn('owners of links cannot be looked for, it is tried again', { error: String(error) });
    }
  }

  /** @throws the directory's or the database's error; no link has ended then that should not have */
  async look(): Promise<void> {
    const { linked, gone } = await this.goneOwners();
    if (isLargeRemoval(linked, gone.length)) {
      if (!this.held)
        this.logger.warn('more than half of the linked people are in no school, no link ends', {
          linked,
          gone: gone.length,
        });
      this.held = true;
      return;
    }
    this.held = false;
    await this.owners.mark(gone);
    for (const personId of await this.owners.goneFor(GRACE_MS)) {
      if (await this.links.unlink(personId, { goneForMs: GRACE_MS })) {
        this.logger.info('a link has ended: no school has its owner', { personId });
      }
    }
  }

  private async goneOwners(): Promise<{ readonly linked: number; readonly gone: readonly string[] }> {
    const gone: string[] = [];
    let linked = 0;
    let after: string | undefined;
    for (;;) {
      const page = await this.owners.linked(after, PEOPLE_AT_ONCE);
      linked += page.length;
      gone.push(...(await this.belonging.gone(page)));
      if (page.length < PEOPLE_AT_ONCE) return { linked, gone };
      after = page.at(-1);
    }
  }
}

function isLargeRemoval(linked: number, gone: number): boolean {
  return linked >= GUARD_FROM && gone * 2 > linked;
}
