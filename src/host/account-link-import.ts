import type { ServiceIdentifier } from 'inversify';

/** A link that the host already knows, for example from an earlier integration. */
export interface KnownAccountLink {
  readonly personId: string;
  /** Account on the messenger's side: a decimal number of up to 64 bits, as text. */
  readonly externalUserId: string;
  /** Name on the external profile. */
  readonly givenName: string;
  readonly familyName: string;
  readonly roles: readonly ('teacher' | 'student' | 'parent' | 'administrator')[];
  /** Tokens, where the host has them. Without them the person is a member of chats but cannot run a school's chats. */
  readonly tokens?: {
    readonly accessToken: string;
    readonly refreshToken: string;
    readonly deviceId: string;
    readonly expiresAt: Date;
    readonly scopes: readonly string[];
  };
}

export interface AccountLinkImportResult {
  /** Links that are there now; rows that were there before in the same form included. */
  readonly linked: number;
  /**
   * Rows left out: the person has another link, or the account is another person's. Nothing of theirs changed. An
   * account of a person whom no school has (`HostDirectory.people`) is linked anew, and their link ends.
   */
  readonly refused: readonly {
    readonly personId: string;
    readonly code: 'SFERUM_LINK_TAKEN' | 'SFERUM_LINK_ALREADY';
  }[];
}

/** Bound by the plugin, called by the host after `start()`: hands over links that exist already. Repeatable. */
export interface AccountLinkImport {
  /** @param links any number; carried out in bounded transactions */
  import(links: readonly KnownAccountLink[]): Promise<AccountLinkImportResult>;
}
export const AccountLinkImport = Symbol.for('eschool.sferum.AccountLinkImport') as ServiceIdentifier<AccountLinkImport>;
