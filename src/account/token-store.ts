import type { ServiceIdentifier } from 'inversify';

import type { TokenSet } from '../messenger/identity-provider.js';
import type { ExternalUserId } from '../messenger/messenger.js';

export interface StoredTokens {
  readonly personId: string;
  readonly state: 'linked' | 'broken';
  readonly scopes: readonly string[];
  /** Undefined for a link that was handed over without tokens. */
  readonly tokens: TokenSet | undefined;
}

/** Tokens of linked accounts, encrypted at rest. */
export interface TokenStore {
  find(account: ExternalUserId): Promise<StoredTokens | undefined>;
  /** Of several callers, in any process, one gets true for `leaseMs`. */
  claimRefresh(account: ExternalUserId, leaseMs: number): Promise<boolean>;
  /** Stores the new pair and ends the claim. A pair whose claim went (the person linked anew meanwhile) is left out. */
  save(account: ExternalUserId, tokens: TokenSet): Promise<void>;
  releaseRefresh(account: ExternalUserId): Promise<void>;
  /** The refresh was refused; ends the claim. Without a claim nothing happens. */
  markBroken(account: ExternalUserId, code: string): Promise<void>;
  /**
   * The messenger refused the token in use. The first time it counts as expired; again within ten minutes, that is
   * with a fresh token, the link is broken.
   */
  refuse(account: ExternalUserId, code: string): Promise<void>;
}
export const TokenStore = Symbol('TokenStore') as ServiceIdentifier<TokenStore>;
