import type { ServiceIdentifier } from 'inversify';

/** Everything that is stored sealed, for the rotation of keys. */
export interface SealedSecretStore {
  /** @throws SferumError `SFERUM_SETTINGS_INVALID` naming each key that stored secrets need and the settings lack */
  check(): Promise<void>;
  /**
   * Seals a bounded number of secrets with the current key that were sealed with an older one. Several processes may
   * do it at once.
   * @returns how many; 0 when all have the current key, or other processes hold the rest
   */
  resealSome(): Promise<number>;
}
export const SealedSecretStore = Symbol('SealedSecretStore') as ServiceIdentifier<SealedSecretStore>;
