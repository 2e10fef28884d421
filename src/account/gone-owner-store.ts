import type { ServiceIdentifier } from 'inversify';

/** Which links have an owner whom no school has, and since when. */
export interface GoneOwnerStore {
  /** People who have a link, by their ids. @param after the last one of the page before; undefined: the first page */
  linked(after: string | undefined, limit: number): Promise<readonly string[]>;
  /** A whole look has ended: these are gone, since now where they were not before; all others are not. */
  mark(gone: readonly string[]): Promise<void>;
  /** @returns people who have been gone for so long */
  goneFor(graceMs: number): Promise<readonly string[]>;
}
export const GoneOwnerStore = Symbol('GoneOwnerStore') as ServiceIdentifier<GoneOwnerStore>;
