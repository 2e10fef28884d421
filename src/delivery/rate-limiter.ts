import type { HostClock } from '../host/host-services.js';

/**
 * The window in which the messenger counts, longer than the second it names: requests sent exactly a second apart may
 * arrive closer together.
 */
const WINDOW_MS = 1_100;

/** Lets at most `perSecond` requests of one key start in any window. Exact as long as one process serves the key. */
export class RateLimiter {
  private readonly starts = new Map<string, number[]>();
  private readonly pausedUntil = new Map<string, number>();
  /** The last caller of each key, so that the next one waits behind them. */
  private readonly turns = new Map<string, Promise<void>>();
  private readonly limit: number;
  private readonly windowMs: number;

  /**
   * @param clock for its timers only: its time of day may jump
   * @param perSecond also below 1: 0.5 lets one through every two seconds
   * @param monotonicMs a time that never jumps, in milliseconds
   */
  constructor(
    private readonly clock: Pick<HostClock, 'after'>,
    perSecond: number,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {
    this.limit = Math.max(1, Math.floor(perSecond));
    this.windowMs = WINDOW_MS * Math.max(1, this.limit / perSecond);
  }

  /**
   * Resolves when a request may start. Callers with one key are let through in the order of asking.
   * @param signal ends the waiting at once; nothing may start then
   */
  async take(key: string, signal?: AbortSignal): Promise<void> {
    const mine = (this.turns.get(key) ?? Promise.resolve()).then(() => this.start(key, signal));
    this.turns.set(key, mine);
    await (signal ? endedOr(signal, mine) : mine);
  }

  /** The messenger refused for the rate: nothing of this key starts before `ms` have passed, not even what waits. */
  pause(key: string, ms: number): void {
    const until = this.monotonicMs() + ms;
    this.pausedUntil.set(key, Math.max(until, this.pausedUntil.get(key) ?? 0));
  }

  private async start(key: string, signal: AbortSignal | undefined): Promise<void> {
    while (!signal?.aborted) {
      const now = this.monotonicMs();
      const starts = (this.starts.get(key) ?? []).filter((at) => at > now - this.windowMs);
      const free = starts.length < this.limit ? now : (starts[starts.length - this.limit] ?? now) + this.windowMs;
      const earliest = Math.max(free, this.pausedUntil.get(key) ?? 0);
      if (earliest <= now) {
        this.starts.set(key, [...starts, now]);
        return;
      }
      await this.sleep(earliest - now, signal);
    }
  }

  /** Forgets keys that have not been used for a while. */
  prune(): void {
    const now = this.monotonicMs();
    for (const [key, starts] of this.starts) {
      if ((starts.at(-1) ?? 0) >= now - this.windowMs || (this.pausedUntil.get(key) ?? 0) > now) continue;
      this.starts.delete(key);
      this.pausedUntil.delete(key);
      this.turns.delete(key);
    }
  }

  private sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const cancel = this.clock.after(ms, wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}

/** Others who wait before may have no reason to give up: an abort ends the waiting behind them, too. */
async function endedOr(signal: AbortSignal, turn: Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      signal.removeEventListener('abort', end);
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    void turn.then(end);
  });
}
