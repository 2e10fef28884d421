import { expect } from 'chai';
import { CoalescedRun } from '../../../src/web/coalesced-run.js';

/** Pauses that the test ends itself. */
class Pauses {
  readonly asked: number[] = [];
  private readonly waiting: (() => void)[] = [];

  readonly pause = (ms: number): Promise<void> => {
    this.asked.push(ms);
    return new Promise((resolve) => this.waiting.push(resolve));
  };

  async endOne(): Promise<void> {
    this.waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('CoalescedRun', () => {
  it('makes one more run of all requests that come meanwhile', async () => {
    const pauses = new Pauses();
    let runs = 0;
    const run = new CoalescedRun(async () => void (runs += 1), 700, pauses.pause);
    for (let index = 0; index < 100; index += 1) run.request();
    await pauses.endOne();
    expect(runs).to.equal(1);
    await pauses.endOne();
    expect(runs).to.equal(2);
    await pauses.endOne();
    expect(runs).to.equal(2);
    expect(pauses.asked).to.deep.equal([700, 700]);
  });

  it('starts again at once after it came to rest', async () => {
    const pauses = new Pauses();
    let runs = 0;
    const run = new CoalescedRun(async () => void (runs += 1), 700, pauses.pause);
    run.request();
    await pauses.endOne();
    await pauses.endOne();
    run.request();
    expect(runs).to.equal(2);
  });
});
