import type { ServiceIdentifier } from 'inversify';

export interface RevocationTask {
  readonly id: string;
  /** This one included. */
  readonly attempts: number;
  readonly accessToken: string;
  readonly deviceId: string;
}

/** Tokens that wait to be taken back at the provider. */
export interface RevocationStore {
  /** Takes one that is due; of several callers one gets it for `leaseMs`. */
  take(leaseMs: number): Promise<RevocationTask | undefined>;
  end(id: string): Promise<void>;
  postpone(id: string, delayMs: number): Promise<void>;
}
export const RevocationStore = Symbol('RevocationStore') as ServiceIdentifier<RevocationStore>;
