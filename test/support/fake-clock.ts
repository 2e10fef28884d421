import type { HostClock } from '../../src/host/host-services.js';

interface Delay {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Turns of the event loop in which everything that was due has spoken out. */
const TURNS = 5;

/** Time that a test moves, and a time of day that it sets; delays end in their order, promises that follow them settle in between. */
export class FakeClock implements HostClock {
  private readonly delays = new Set<Delay>();
  private time: number;
  private count = 0;
  /** How much later the time of day is than the time that has passed tells. */
  private ahead = 0;
  /** A time that never jumps, in milliseconds. */
  readonly monotonicMs = (): number => this.time;

  constructor(start = '2026-11-23T09:00:00Z') {
    this.time = Date.parse(start);
  }

  /** Delays that have neither ended nor been cancelled. */
  get waiting(): number {
    return this.delays.size;
  }

  now(): Date {
    return new Date(this.time + this.ahead);
  }

  /** Sets the time of day forward, or back; no delay ends earlier or later for it. */
  jump(ms: number): void {
    this.ahead += ms;
  }

  after(delayMs: number, callback: () => void): () => void {
    const delay = { at: this.time + Math.max(0, delayMs), order: this.count++, callback };
    this.delays.add(delay);
    return () => this.delays.delete(delay);
  }

  /** Lets promises settle without moving the time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await this.settle();
    for (let next = this.next(end); next !== undefined; next = this.next(end)) {
      this.delays.delete(next);
      this.time = next.at;
      next.callback();
      await this.settle();
    }
    this.time = end;
  }

  private next(end: number): Delay | undefined {
    return [...this.delays].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}
