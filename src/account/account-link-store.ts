import type { ServiceIdentifier } from 'inversify';

import type { ExternalProfile, TokenSet } from '../messenger/identity-provider.js';
import type { ExternalUserId } from '../messenger/messenger.js';
import type { Executor } from '../storage/database.js';

/** A person's link to an external profile. */
export interface AccountLink {
  readonly personId: string;
  readonly externalUserId: ExternalUserId;
  readonly givenName: string;
  readonly familyName: string;
  readonly roles: readonly string[];
  /** `broken`: the messenger refuses the tokens; the person stays a member of chats and has to link again. */
  readonly state: 'linked' | 'broken';
  readonly brokenCode: string | undefined;
  readonly linkedAt: Date;
  /** Since when no school has the person; absent: some school has them, as far as is known. */
  readonly goneSince?: Date;
}

export interface NewLink {
  readonly personId: string;
  readonly profile: ExternalProfile;
  /** Without tokens the person is a member of chats but cannot run a school's chats. */
  readonly tokens: TokenSet | undefined;
}

export interface LinkOptions {
  /** A broken link gives way to another profile of the same person, and its tokens are booked for revocation. */
  readonly replaceBroken: boolean;
}

export interface UnlinkOptions {
  /** Only a link to this profile. */
  readonly account?: ExternalUserId;
  /** Only a link whose owner no school has for so long. */
  readonly goneForMs?: number;
  /** So long the tokens are not taken back at the provider; default 0. */
  readonly revokeAfterMs?: number;
}

/** What became of an attempt to keep a link; `taken` (another person's profile) and `already` changed nothing. */
export type LinkOutcome = 'linked' | 'taken' | 'already';

/** Which external profile is whose. */
export interface AccountLinkStore {
  findAll(personIds: readonly string[]): Promise<readonly AccountLink[]>;
  /**
   * Keeps links, one outcome each, same order. A link that is there in the same form counts as linked; its tokens
   * are replaced by given ones.
   */
  link(links: readonly NewLink[], options?: LinkOptions): Promise<readonly LinkOutcome[]>;
  /** @returns who holds each of these profiles; one that nobody holds is left out */
  holders(accounts: readonly ExternalUserId[]): Promise<ReadonlyMap<ExternalUserId, string>>;
  /** Takes the link away and books its tokens for revocation. @returns false when there was none */
  unlink(personId: string, options?: UnlinkOptions): Promise<boolean>;
  /**
   * For the start: tells {@link LinkObserver}s of changes whose telling was cut off by a crash.
   * @throws SferumError `SFERUM_SETTINGS_INVALID` naming each key that stored tokens need and the settings lack
   */
  announceForgotten(): Promise<void>;
}
export const AccountLinkStore = Symbol('AccountLinkStore') as ServiceIdentifier<AccountLinkStore>;

/** Is told, within a transaction that follows the change, whose link came, changed or went. Point for features. */
export interface LinkObserver {
  linksChanged(transaction: Executor, personIds: readonly string[]): Promise<void>;
}
export const LinkObserver = Symbol('LinkObserver') as ServiceIdentifier<LinkObserver>;
