import { expect } from 'chai';
import fc from 'fast-check';

import { backoffMs } from '../../../src/delivery/backoff.js';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backoffMs', () => {
  it('doubles from two seconds to half an hour', () => {
    const waits = [1, 2, 3, 10, 11, 12, 1_000].map((attempts) => backoffMs(attempts, 0) * 2);
    expect(waits).to.deep.equal([2_000, 4_000, 8_000, 1_024_000, 1_800_000, 1_800_000, 1_800_000]);
  });

  it('stays between a half and the whole of its step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), random, (attempts, part) => {
        const whole = backoffMs(attempts, 0) * 2;
        expect(backoffMs(attempts, part)).to.be.within(whole / 2, whole);
      }),
    );
  });

  it('grows with the random part', () => {
    fc.assert(
      fc.property(random, random, (one, other) => {
        expect(backoffMs(5, Math.min(one, other))).to.be.at.most(backoffMs(5, Math.max(one, other)));
      }),
    );
  });
});
