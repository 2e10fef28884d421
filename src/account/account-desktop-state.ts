import { inject } from 'inversify';

import type { DesktopStateContribution } from '../host/contribution-points.js';
import type { SessionContext } from '../host/host-session.js';
import { AccountLinkStore } from './account-link-store.js';

/** Flag: the person is linked. Decides between the shortcuts «Привязать аккаунт к Сферум» and «Перейти в Сферум». */
export const LINKED_FLAG = 'sferum.linked';

export class AccountDesktopState implements DesktopStateContribution {
  readonly id = 'sferum.account';

  constructor(@inject(AccountLinkStore) private readonly links: AccountLinkStore) {}

  async flags(session: SessionContext): Promise<Readonly<Record<string, boolean>>> {
    const [link] = await this.links.findAll([session.personId]);
    return { [LINKED_FLAG]: link?.state === 'linked' };
  }
}
