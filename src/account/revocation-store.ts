import type { ServiceIdentifier } from 'inversify';

import type { TokenSet } from '../messenger/identity-provider.js';

export interface RevocationTask {
  readonly id: string;
  /** This one included. */
  readonly attempts: number;
  readonly tokens: TokenSet;
  /**
   * Whether the rights may be taken back now. The provider takes back everything the profile gave to the application,
   * tokens of a newer link included.
   * - `due`: nobody is linked with the profile.
   * - `linked`: somebody is: the old tokens are only forgotten.
   * - `signing-in`: somebody may be soon: wait.
   */
  readonly profile: 'due' | 'linked' | 'signing-in';
}

/** Tokens that wait to be taken back at the provider. */
export interface RevocationStore {
  /** Takes one that is due; of several callers one gets it for `leaseMs`. */
  take(leaseMs: number): Promise<RevocationTask | undefined>;
  /** Keeps a refreshed pair instead of the one it came from. */
  renew(id: string, tokens: TokenSet): Promise<void>;
  end(id: string): Promise<void>;
  postpone(id: string, delayMs: number): Promise<void>;
}
export const RevocationStore = Symbol('RevocationStore') as ServiceIdentifier<RevocationStore>;
