import { expect } from 'chai';

import { withoutGaps } from '../../../src/synchronization/delivery-minutes.js';

const NOW = new Date('2026-11-23T09:03:20Z');

function row(minute: string, requests: number, backlog: number | undefined) {
  return { at: new Date(`2026-11-23T${minute}:00Z`), requests, calls: requests * 25, failed: 0, refused: 0, backlog };
}

describe('withoutGaps', () => {
  it('fills minutes in which nothing was sent, and carries what waited on', () => {
    const minutes = withoutGaps([row('09:00', 3, 50), row('09:02', 1, undefined)], NOW, 5, 7);
    expect(minutes.map(({ at, requests, backlog }) => [at.slice(11, 16), requests, backlog])).to.deep.equal([
      ['08:59', 0, 0],
      ['09:00', 3, 50],
      ['09:01', 0, 50],
      ['09:02', 1, 50],
      ['09:03', 0, 7],
    ]);
  });

  it('shows a school in which nothing ever happened as calm', () => {
    expect(withoutGaps([], NOW, 60, 0).every(({ requests, backlog }) => requests + backlog === 0)).to.equal(true);
  });
});
