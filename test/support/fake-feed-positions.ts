import type { FeedPositionStore } from '../../src/feed/feed-position-store.js';

/** Positions in memory; every saving is written down. */
export class FakeFeedPositions implements FeedPositionStore {
  readonly saved: string[] = [];
  private readonly positions = new Map<string, number>();

  async read(stream: string): Promise<number | undefined> {
    return Promise.resolve(this.positions.get(stream));
  }

  async save(stream: string, position: number): Promise<void> {
    this.saved.push(`${stream} ${position}`);
    this.positions.set(stream, position);
    return Promise.resolve();
  }
}
