import { expect } from 'chai';

import {
  isJoinable,
  isOver,
  nextState,
  type ConferenceEvent,
  type ConferenceState,
} from '../../../src/conferences/conference-state.js';

const STATES: readonly ConferenceState[] = ['planned', 'starting', 'active', 'ending', 'finished', 'cancelled'];
const KINDS: readonly ConferenceEvent['kind'][] = [
  'start',
  'started',
  'not-started',
  'end',
  'expire',
  'ended',
  'cancel',
  'restore',
];
/** What people and the timetable do; the rest comes from the messenger. */
const OF_PEOPLE: readonly ConferenceEvent['kind'][] = ['start', 'end', 'cancel', 'restore'];
/** Every state of the machine is reached in fewer events than this. */
const DEPTH = 6;

/** The whole table: rows are states, the rest stays as it is. */
const TABLE: Readonly<Record<ConferenceState, Partial<Record<ConferenceEvent['kind'], ConferenceState>>>> = {
  planned: { start: 'starting', end: 'finished', expire: 'finished', cancel: 'cancelled' },
  starting: { started: 'active', end: 'ending', expire: 'finished', cancel: 'ending' },
  active: { end: 'ending', expire: 'ending', ended: 'finished', cancel: 'ending' },
  ending: { ended: 'finished', 'not-started': 'finished' },
  // A call that was made after the end was asked for is ended, too.
  finished: { started: 'ending' },
  cancelled: { restore: 'planned' },
};

function reachable(from: ConferenceState): Set<ConferenceState> {
  const reached = new Set([from]);
  for (const state of reached) for (const kind of KINDS) reached.add(nextState(state, { kind }));
  return reached;
}

/** Every way of so many events. */
function* ways(depth: number, kinds: readonly ConferenceEvent['kind'][]): Generator<ConferenceEvent['kind'][]> {
  if (depth === 0) yield [];
  else for (const way of ways(depth - 1, kinds)) for (const kind of kinds) yield [...way, kind];
}

/** Every way in which the events of two people may come one after another. */
function* interleavings<T>(one: readonly T[], other: readonly T[]): Generator<T[]> {
  const [first, ...rest] = one;
  const [second, ...others] = other;
  if (first === undefined || second === undefined) yield [...one, ...other];
  else {
    for (const tail of interleavings(rest, other)) yield [first, ...tail];
    for (const tail of interleavings(one, others)) yield [second, ...tail];
  }
}

describe('nextState', () => {
  for (const state of STATES) {
    for (const kind of KINDS) {
      const expected = TABLE[state][kind] ?? state;
      it(`goes from ${state} by ${kind} to ${expected}`, () => {
        expect(nextState(state, { kind })).to.equal(expected);
      });
    }
  }

  it('knows no way from ending or finished back to a link, or to a start', () => {
    expect([...reachable('ending')]).to.have.members(['ending', 'finished']);
    expect([...reachable('finished')]).to.have.members(['finished', 'ending']);
  });

  it('reaches every state from the start', () => {
    expect([...reachable('planned')]).to.have.members([...STATES]);
  });

  it('is never active again after it began to end, whatever happens', () => {
    for (const way of ways(DEPTH, KINDS)) {
      let state: ConferenceState = 'planned';
      let ended = false;
      for (const kind of way) {
        state = nextState(state, { kind });
        ended ||= state === 'ending' || state === 'finished';
        if (ended && isJoinable(state)) expect.fail(way.join(' → '));
      }
    }
  });

  it('asks the messenger for one call at most between two beginnings', () => {
    for (const way of ways(DEPTH, KINDS)) {
      let state: ConferenceState = 'planned';
      let calls = 0;
      for (const kind of way) {
        const next = nextState(state, { kind });
        if (next === 'starting' && state !== 'starting') calls += 1;
        if (kind === 'not-started' && state === 'starting') calls -= 1;
        state = next;
        if (calls > 1) expect.fail(way.join(' → '));
      }
    }
  });

  it('ends the same when a person presses twice', () => {
    for (const state of STATES) {
      for (const kind of OF_PEOPLE) {
        const once = nextState(state, { kind });
        if (kind === 'restore' || kind === 'start' || kind === 'end') {
          expect(nextState(once, { kind }), `${state} ${kind}`).to.equal(once);
        }
      }
    }
  });

  it('gives two people who press at once one lesson, and one end', () => {
    const both = ['start', 'started', 'end', 'ended'] as const;
    for (const way of interleavings<ConferenceEvent['kind']>(both, both)) {
      const last = way.reduce<ConferenceState>((state, kind) => nextState(state, { kind }), 'planned');
      expect(['finished', 'ending'], way.join(' → ')).to.include(last);
    }
  });

  it('is over for good when one starts and the other ends, in any order', () => {
    for (const way of interleavings<ConferenceEvent['kind']>(['start', 'start'], ['end', 'end'])) {
      const last = [...way, 'started' as const, 'ended' as const].reduce<ConferenceState>(
        (state, kind) => nextState(state, { kind }),
        'planned',
      );
      expect(last, way.join(' → ')).to.equal('finished');
    }
  });
});

describe('isJoinable', () => {
  it('is true for an active conference only', () => {
    expect(STATES.filter(isJoinable)).to.deep.equal(['active']);
  });
});

describe('isOver', () => {
  it('is true from the moment of ending', () => {
    expect(STATES.filter(isOver)).to.deep.equal(['ending', 'finished', 'cancelled']);
  });
});
