import type { HostClock } from '../../../../src/host/host-services.js';

/** Stands still; delays end at once and are written down. */
export class InstantClock implements HostClock {
  readonly delaysMs: number[] = [];

  now(): Date {
    return new Date('2026-11-23T09:00:00Z');
  }

  after(delayMs: number, callback: () => void): () => void {
    this.delaysMs.push(delayMs);
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  }
}
