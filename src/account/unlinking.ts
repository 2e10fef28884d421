import { inject, multiInject, optional } from 'inversify';

import { SferumError } from '../errors.js';
import type { SessionContext } from '../host/host-session.js';
import type { UnlinkConsequences } from '../protocol/account-protocol.js';
import { UNLINK_TEXT } from '../protocol/account-texts.js';
import { AccountLinkStore } from './account-link-store.js';
import { LinkedChats } from './linked-chats.js';
import { LinkService } from './link-service.js';
import { OrganizationAccountStore } from './organization-account-store.js';
import { OwnedChats } from './owned-chats.js';

/** Unlinking by the person themselves: what it would do, and the second yes where it stops the chats of a school. */
export class Unlinking {
  constructor(
    @inject(LinkService) private readonly service: LinkService,
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
    @inject(OrganizationAccountStore) private readonly organizations: OrganizationAccountStore,
    @multiInject(LinkedChats) @optional() private readonly linkedChats: LinkedChats[] = [],
    @multiInject(OwnedChats) @optional() private readonly ownedChats: OwnedChats[] = [],
  ) {}

  async consequences({ personId }: SessionContext): Promise<UnlinkConsequences> {
    const [administers, chats, owns] = await Promise.all([
      this.organizations.administratedBy(personId),
      this.chatsOf(personId),
      this.ownedBy(personId),
    ]);
    return { administers: [...administers], owns, ...(chats === undefined ? {} : { chats }) };
  }

  /**
   * @param accepted the person knows that chats of a school stay without an account that can change them
   * @returns chats in the messenger that the person leaves now; undefined where nobody knows
   * @throws SferumError `SFERUM_UNLINK_STOPS_CHATS` with `fields.consequences`; nothing changed then
   */
  async unlink(session: SessionContext, accepted: boolean): Promise<number | undefined> {
    const [link] = await this.links.findAll([session.personId]);
    const consequences = await this.consequences(session);
    if (link !== undefined && !accepted && stopsChats(consequences)) {
      throw new SferumError('SFERUM_UNLINK_STOPS_CHATS', UNLINK_TEXT.stops, { fields: { consequences } });
    }
    await this.service.unlink(session);
    return consequences.chats;
  }

  private async chatsOf(personId: string): Promise<number | undefined> {
    if (this.linkedChats.length === 0) return undefined;
    const counts = await Promise.all(this.linkedChats.map((feature) => feature.count(personId)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Chats that only a person's linked account can change. */
  async ownedBy(personId: string): Promise<UnlinkConsequences['owns']> {
    const [link] = await this.links.findAll([personId]);
    if (link === undefined) return [];
    const owned = await Promise.all(this.ownedChats.map((feature) => feature.ownedBy(link.externalUserId)));
    return owned.flat().map(({ school, chats }) => ({ school, chats }));
  }
}

function stopsChats({ administers, owns }: UnlinkConsequences): boolean {
  return administers.length + owns.length > 0;
}
