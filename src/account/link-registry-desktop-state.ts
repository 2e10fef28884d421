import { inject } from 'inversify';

import type { DesktopStateContribution } from '../host/contribution-points.js';
import type { SessionContext } from '../host/host-session.js';
import { AccountLinkStore } from './account-link-store.js';
import { LinkRegistry } from './link-registry.js';
import { LinkReminderStore } from './link-reminder-store.js';

/** Flag: the person may see links of others, by right or as a class teacher. */
export const LINKS_FLAG = 'sferum.links';
/** Flag: the school asked the person to link, they have not linked and not looked. */
export const REMINDED_FLAG = 'sferum.link-reminder';

export class LinkRegistryDesktopState implements DesktopStateContribution {
  readonly id = 'sferum.links';

  constructor(
    @inject(LinkRegistry) private readonly registry: LinkRegistry,
    @inject(LinkReminderStore) private readonly reminders: LinkReminderStore,
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
  ) {}

  async flags(session: SessionContext): Promise<Readonly<Record<string, boolean>>> {
    const [mayOpen, reminder, [link]] = await Promise.all([
      this.registry.mayOpen(session),
      this.reminders.unseen(session.personId),
      this.links.findAll([session.personId]),
    ]);
    return { [LINKS_FLAG]: mayOpen, [REMINDED_FLAG]: reminder !== undefined && link?.state !== 'linked' };
  }
}
