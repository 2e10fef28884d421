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
  /** Takes the link away and books its tokens for revocation. @returns false when there was none */
  unlink(personId: string): Promise<boolean>;
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
