import { expect } from 'chai';
import fc from 'fast-check';

import { RateLimiter } from '../../../src/delivery/rate-limiter.js';
import { FakeClock } from '../../support/fake-clock.js';

const WINDOW_MS = 1_100;

describe('RateLimiter', () => {
  let clock: FakeClock;
  let startedAt: number;

  beforeEach(() => {
    clock = new FakeClock();
    startedAt = clock.monotonicMs();
  });

  /** Takes and writes down when it was let through. */
  function take(limiter: RateLimiter, starts: { name: number; at: number }[], name: number, key = 'account'): void {
    void limiter.take(key).then(() => starts.push({ name, at: clock.monotonicMs() - startedAt }));
  }

  async function takeMany(limiter: RateLimiter, count: number): Promise<{ name: number; at: number }[]> {
    const starts: { name: number; at: number }[] = [];
    for (let name = 0; name < count; name += 1) take(limiter, starts, name);
    await clock.advance(5_000 + WINDOW_MS * count);
    return starts;
  }

  it('lets three start in every window of 1.1 seconds, in the order of asking', async () => {
    const starts = await takeMany(new RateLimiter(clock, 3, clock.monotonicMs), 10);
    expect(starts.map(({ name }) => name)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(starts.map(({ at }) => at)).to.deep.equal([0, 0, 0, 1100, 1100, 1100, 2200, 2200, 2200, 3300]);
  });

  it('lets at most three start in any window, whenever they are asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 4, maxLength: 12 }), async (pauses) => {
        clock = new FakeClock();
        startedAt = clock.monotonicMs();
        const limiter = new RateLimiter(clock, 3, clock.monotonicMs);
        const starts: { name: number; at: number }[] = [];
        for (const [name, pause] of pauses.entries()) {
          take(limiter, starts, name);
          await clock.advance(pause);
        }
        await clock.advance(WINDOW_MS * pauses.length);
        expect(starts).to.have.length(pauses.length);
        for (const { at } of starts) {
          const within = starts.filter((other) => other.at >= at && other.at < at + WINDOW_MS);
          expect(within.length).to.be.at.most(3);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('counts each key by itself', async () => {
    const limiter = new RateLimiter(clock, 3, clock.monotonicMs);
    const starts: { name: number; at: number }[] = [];
    for (let name = 0; name < 3; name += 1) take(limiter, starts, name, 'one');
    take(limiter, starts, 3, 'other');
    await clock.settle();
    expect(starts.map(({ at }) => at)).to.deep.equal([0, 0, 0, 0]);
  });

  it('starts nothing during a pause, then goes on at its pace', async () => {
    const limiter = new RateLimiter(clock, 3, clock.monotonicMs);
    limiter.pause('account', 5_000);
    const starts = await takeMany(limiter, 5);
    expect(starts.map(({ at }) => at)).to.deep.equal([5_000, 5_000, 5_000, 6_100, 6_100]);
  });

  it('pauses one key only', async () => {
    const limiter = new RateLimiter(clock, 3, clock.monotonicMs);
    limiter.pause('other', 5_000);
    expect((await takeMany(limiter, 1)).map(({ at }) => at)).to.deep.equal([0]);
  });

  it('lets one start at a time where less than one a second is allowed', async () => {
    const starts = await takeMany(new RateLimiter(clock, 0.5, clock.monotonicMs), 2);
    expect(starts[1]?.at).to.be.at.least(WINDOW_MS);
  });

  it('forgets nothing that still counts', async () => {
    const limiter = new RateLimiter(clock, 3, clock.monotonicMs);
    const starts: { name: number; at: number }[] = [];
    for (let name = 0; name < 3; name += 1) take(limiter, starts, name);
    await clock.advance(WINDOW_MS - 1);
    limiter.prune();
    take(limiter, starts, 3);
    await clock.advance(WINDOW_MS);
    expect(starts.map(({ at }) => at)).to.deep.equal([0, 0, 0, WINDOW_MS]);
  });

  it('leaves no timer behind', async () => {
    await takeMany(new RateLimiter(clock, 3, clock.monotonicMs), 7);
    expect(clock.waiting).to.equal(0);
  });

  it('holds back those who wait already when the messenger asks for a pause', async () => {
    const limiter = new RateLimiter(clock, 3, clock.monotonicMs);
    const starts: { name: number; at: number }[] = [];
    for (let name = 0; name < 4; name += 1) take(limiter, starts, name);
    await clock.settle();
    limiter.pause('account', 5_000);
    await clock.advance(9_000);
    expect(starts.map(({ at }) => at)).to.deep.equal([0, 0, 0, 5_000]);
  });

  it('keeps the pace over a pause that is shorter than the window', async () => {
    const limiter = new RateLimiter(clock, 3, clock.monotonicMs);
    const starts: { name: number; at: number }[] = [];
    for (let name = 0; name < 3; name += 1) take(limiter, starts, name);
    await clock.settle();
    limiter.pause('account', 100);
    take(limiter, starts, 3);
    await clock.advance(9_000);
    expect(starts[3]?.at).to.equal(WINDOW_MS);
  });

  it('keeps a pace below one per second', async () => {
    const limiter = new RateLimiter(clock, 0.5, clock.monotonicMs);
    const starts: { name: number; at: number }[] = [];
    for (let name = 0; name < 2; name += 1) take(limiter, starts, name);
    await clock.advance(9_000);
    expect(starts[1]?.at).to.be.at.least(2_000);
  });

  for (const minutes of [-10, 10]) {
    it(`keeps its pace when the time of day jumps by ${minutes} minutes`, async () => {
      const limiter = new RateLimiter(clock, 3, clock.monotonicMs);
      const starts: { name: number; at: number }[] = [];
      for (let name = 0; name < 3; name += 1) take(limiter, starts, name);
      await clock.advance(500);
      clock.jump(minutes * 60_000);
      for (let name = 3; name < 7; name += 1) take(limiter, starts, name);
      await clock.advance(5_000);
      expect(starts.map(({ at }) => at)).to.deep.equal([0, 0, 0, 1100, 1100, 1100, 2200]);
    });
  }

  it('ends the waiting at once when the caller gives up, also behind others who wait on', async () => {
    const limiter = new RateLimiter(clock, 3, clock.monotonicMs);
    limiter.pause('account', 3_600_000);
    const starts: { name: number; at: number }[] = [];
    const giveUp = new AbortController();
    const ended: string[] = [];
    take(limiter, starts, 0);
    void limiter.take('account', giveUp.signal).then(() => ended.push('second'));
    void limiter.take('other', AbortSignal.abort()).then(() => ended.push('given up before'));
    await clock.settle();
    expect(ended).to.deep.equal(['given up before']);
    giveUp.abort();
    await clock.settle();
    expect(ended).to.deep.equal(['given up before', 'second']);
    expect(starts).to.deep.equal([]);
    take(limiter, starts, 2);
    await clock.advance(3_600_000);
    expect(starts.map(({ name, at }) => [name, at])).to.deep.equal([
      [0, 3_600_000],
      [2, 3_600_000],
    ]);
    expect(clock.waiting).to.equal(0);
  });
});
