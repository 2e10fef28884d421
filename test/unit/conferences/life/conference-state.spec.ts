import { expect } from 'chai';

import {
  isJoinable,
  isOver,
  mayStart,
  nextState,
  START_CHECKING,
  START_UNKNOWN,
  type ConferenceEvent,
  type ConferenceStanding,
  type ConferenceState,
  type EndReason,
  type Sent,
} from '../../../../src/conferences/life/conference-state.js';
import { EVENT_KINDS, SENT, STANDINGS, STATES, STATE_TABLE } from './state-table.js';

type Kind = ConferenceEvent['kind'];
/** Every state of the machine is reached in fewer events than this. */
const DEPTH = 6;
const PLANNED: ConferenceStanding = { state: 'planned', endedBy: undefined };

const named = ({ state, endedBy }: ConferenceStanding): string =>
  endedBy === undefined ? state : `${state} by ${endedBy}`;

/** Every way of so many events. */
function* ways(depth: number): Generator<Kind[]> {
  if (depth === 0) yield [];
  else for (const way of ways(depth - 1)) for (const kind of EVENT_KINDS) yield [...way, kind];
}

/** What the messenger has after a state was entered in this way, if the lane does its work at once. */
function sentAfter(sent: Sent, kind: Kind, { state }: ConferenceStanding): Sent {
  if (kind === 'started') return 'call';
  if (kind === 'ended' || kind === 'not-started' || state === 'planned' || state === 'cancelled') return 'nothing';
  return sent;
}

describe('nextState', () => {
  for (const standing of STANDINGS) {
    for (const sent of SENT) {
      for (const kind of EVENT_KINDS) {
        const expected = STATE_TABLE[named(standing)]?.[kind];
        const to = (typeof expected === 'object' ? expected[sent] : expected) ?? named(standing);
        it(`goes from ${named(standing)}, ${sent} sent, by ${kind} to ${to}`, () => {
          expect(named(nextState(standing, { kind }, sent))).to.equal(to);
        });
      }
    }
  }

  it('gives the link of no call that an end was asked for: what begins again has a call of its own', () => {
    for (const way of ways(DEPTH)) {
      let standing = PLANNED;
      let sent: Sent = 'nothing';
      let ended = false;
      for (const kind of way) {
        standing = nextState(standing, { kind }, sent);
        sent = sentAfter(sent, kind, standing);
        if (kind === 'end' && standing.endedBy === 'hand') ended = true;
        if (['planned', 'starting'].includes(standing.state)) ended = false;
        if (ended && isJoinable(standing.state)) expect.fail(way.join(' → '));
      }
    }
  });

  it('ends the same when a person presses twice', () => {
    for (const standing of STANDINGS) {
      for (const sent of SENT) {
        for (const kind of ['start', 'end'] as const) {
          const once = nextState(standing, { kind }, sent);
          expect(nextState(once, { kind }, sent), `${named(standing)} ${kind}`).to.deep.equal(once);
        }
      }
    }
  });

  it('never undoes what a person ended, whatever the timetable says', () => {
    for (const state of ['ending', 'finished'] as const) {
      for (const sent of SENT) {
        for (const kind of ['cancel', 'restore', 'expire'] as const) {
          const standing = { state, endedBy: 'hand' as const };
          expect(nextState(standing, { kind }, sent)).to.deep.equal(standing);
        }
      }
    }
  });
});

describe('mayStart', () => {
  const may = (state: ConferenceState, endedBy?: EndReason, failureCode?: string, inTime = true): boolean =>
    mayStart({ state, endedBy, failureCode, inTime });

  it('lets a planned one be started, a failed start repeated, and one ended by hand be begun again', () => {
    expect([may('planned'), may('starting', undefined, 'vk.10'), may('finished', 'hand')]).to.not.include(false);
    expect(may('starting', undefined, START_UNKNOWN)).to.equal(true);
  });

  it('lets nothing be started after its end, while it starts, runs or ends, or when the timetable ended it', () => {
    const not = [may('starting'), may('active'), may('ending', 'hand'), may('cancelled', 'timetable')];
    expect([...not, may('finished', 'timetable'), may('finished', 'time')]).to.not.include(true);
    expect([may('planned', undefined, undefined, false), may('finished', 'hand', undefined, false)]).to.not.include(
      true,
    );
    expect(may('starting', undefined, START_CHECKING), 'the call may still be made').to.equal(false);
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
