import type { HostClock } from '../host/host-services.js';

/**
 * The window in which the messenger counts, longer than the second it names: requests sent exactly a second apart may
 * arrive closer together.
 */
const WINDOW_MS = 1_100;

/** Lets at most `perSecond` requests of one key start in any window. Exact as long as one process serves the key. */
export class RateLimiter {
  private readonly starts = new Map<string, number[]>();

  constructor(
    private readonly clock: HostClock,
    private readonly perSecond: number,
  ) {}

  /** Resolves when a request may start. Callers with one key are let through in the order of asking. */
  async take(key: string): Promise<void> {
    const now = this.clock.now().getTime();
    const starts = (this.starts.get(key) ?? []).filter((at) => at > now - WINDOW_MS);
    const limit = Math.max(1, Math.floor(this.perSecond));
    const earliest = starts.length < limit ? now : (starts[starts.length - limit] ?? now) + WINDOW_MS;
    starts.push(earliest);
    this.starts.set(key, starts);
    if (earliest > now) await this.sleep(earliest - now);
  }

  /** The messenger refused for the rate: nothing of this key starts before `ms` have passed. */
  pause(key: string, ms: number): void {
    const until = this.clock.now().getTime() + ms - WINDOW_MS;
    const limit = Math.max(1, Math.floor(this.perSecond));
    this.starts.set(
      key,
      Array.from({ length: limit }, () => until),
    );
  }

  /** Forgets keys that have not been used for a window. */
  prune(): void {
    const before = this.clock.now().getTime() - WINDOW_MS;
    for (const [key, starts] of this.starts) if ((starts.at(-1) ?? 0) < before) this.starts.delete(key);
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }
}
