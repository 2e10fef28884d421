import type { ServiceIdentifier } from 'inversify';

/** How far each stream of the host has been followed, so that a restart knows what it missed. */
export interface FeedPositionStore {
  /** @returns undefined when nothing of the stream was followed yet */
  read(stream: string): Promise<number | undefined>;
  /** Everything up to this position has been looked at. An older position than the stored one changes nothing. */
  save(stream: string, position: number): Promise<void>;
}
export const FeedPositionStore = Symbol('FeedPositionStore') as ServiceIdentifier<FeedPositionStore>;
