import { expect } from 'chai';

import { isJoinable, nextState, type ConferenceState } from '../../../src/conferences/conference-state.js';
import { followLesson, type FollowingConference } from '../../../src/conferences/lesson-follow-plan.js';

/** What two people, the timetable, the clock and the messenger may do to one lesson's conference. */
const DEEDS = [
  'create',
  'join',
  'end',
  'expire',
  'edit',
  'lesson moved',
  'lesson substituted',
  'lesson cancelled',
  'remote gone',
] as const;
type Deed = (typeof DEEDS)[number];

const HOUR_MS = 3_600_000;
const NINE = Date.parse('2026-11-23T09:00:00Z');
const NOW = new Date(NINE);

/**
 * One lesson, its conference as the pure rules move it, and the calls that are open on the messenger's side. As in the
 * lane, a request is sent once per beginning, and its answer comes later.
 */
class World {
  conference: FollowingConference = {
    ...{ state: 'planned', startsAt: NOW, endsAt: new Date(NINE + HOUR_MS), timesByHand: false },
    ...{ hostId: 'petr', lessonTitle: 'Дроби', timetable: undefined },
  };
  openCalls = 0;
  inFlight = 0;
  readonly joins: ConferenceState[] = [];
  everEnded = false;
  private lesson = {
    ...{ title: 'Дроби', teacherId: 'petr', cancelled: false },
    startsAt: NOW,
    endsAt: this.conference.endsAt,
  };

  do(deed: Deed): void {
    switch (deed) {
      case 'create':
        return this.move('start');
      case 'join':
        if (isJoinable(this.conference.state)) this.joins.push(this.conference.state);
        return;
      case 'end':
      case 'expire':
        return this.move(deed);
      case 'edit':
        if (this.conference.state === 'planned') this.conference = { ...this.conference, timesByHand: true };
        return;
      case 'lesson moved':
        return this.follow({ startsAt: new Date(this.lesson.startsAt.getTime() + HOUR_MS) });
      case 'lesson substituted':
        return this.follow({ teacherId: this.lesson.teacherId === 'petr' ? 'anna' : 'petr' });
      case 'lesson cancelled':
        return this.follow({ cancelled: !this.lesson.cancelled });
      case 'remote gone':
        this.openCalls = 0;
        return;
    }
  }

  /** The lane sends what is to be sent. */
  send(): void {
    if (this.conference.state === 'starting' && this.inFlight === 0) this.inFlight = 1;
    else if (this.conference.state === 'ending' && this.inFlight === 0) {
      this.openCalls = 0;
      this.move('ended');
    }
  }

  /** The messenger answers. */
  answer(): void {
    if (this.inFlight === 0) return;
    this.inFlight = 0;
    this.openCalls += 1;
    this.move('started');
  }

  private move(kind: Parameters<typeof nextState>[1]['kind']): void {
    this.conference = { ...this.conference, state: nextState(this.conference.state, { kind }) };
    this.everEnded ||= this.conference.state === 'ending' || this.conference.state === 'finished';
  }

  private follow(change: Partial<World['lesson']>): void {
    this.lesson = { ...this.lesson, ...change };
    this.lesson.endsAt = new Date(this.lesson.startsAt.getTime() + HOUR_MS);
    this.conference = followLesson(this.conference, this.lesson, NOW);
    this.everEnded ||= this.conference.state === 'ending';
  }
}

/** Where the lane gets to work between two deeds: not at all, sends, sends and is answered. */
const LANE: readonly ((world: World) => void)[] = [
  () => undefined,
  (world) => world.send(),
  (world) => {
    world.send();
    world.answer();
  },
];

/** Every pair of deeds by each of two actors, in every order of one after another, with every work of the lane between. */
function everyWay(check: (world: World, way: string) => void): number {
  let ways = 0;
  const go = (deeds: readonly Deed[], lanes: readonly number[]): void => {
    const world = new World();
    deeds.forEach((deed, index) => {
      world.do(deed);
      LANE[lanes[index] ?? 0]?.(world);
      check(world, deeds.slice(0, index + 1).join(' → '));
    });
    ways += 1;
  };
  for (const a of DEEDS) {
    for (const b of DEEDS) {
      for (const c of DEEDS) {
        for (const lanes of LANE_WAYS) {
          go(['create', a, b, c], lanes);
          go([a, 'create', b, c], lanes);
        }
      }
    }
  }
  return ways;
}

const LANE_WAYS: readonly (readonly number[])[] = [0, 1, 2].flatMap((one) =>
  [0, 1, 2].flatMap((two) => [0, 1, 2].flatMap((three) => [0, 1, 2].map((four) => [one, two, three, four]))),
);

describe('a conference between two actors', () => {
  it('never has two calls, whatever happens in whatever order', () => {
    const ways = everyWay((world, way) => {
      if (world.openCalls + world.inFlight > 1) expect.fail(way);
    });
    expect(ways).to.equal(2 * DEEDS.length ** 3 * LANE_WAYS.length);
  });

  it('gives no link once its end was asked for', () => {
    everyWay((world, way) => {
      if (world.everEnded && isJoinable(world.conference.state)) expect.fail(way);
      const { length } = world.joins;
      world.do('join');
      if (world.everEnded && world.joins.length > length) expect.fail(way);
    });
  });

  it('leaves no call open when the lane has done its work after an end', () => {
    everyWay((world, way) => {
      if (!world.everEnded) return;
      const copy = Object.assign(new World(), { ...world, joins: [] }) as World;
      for (let round = 0; round < 3; round += 1) {
        copy.answer();
        copy.send();
      }
      if (copy.openCalls > 0) expect.fail(way);
      if (copy.conference.state !== 'finished') expect.fail(`${way}: ${copy.conference.state}`);
    });
  });

  it('is led by the teacher in the timetable, and its times by hand stay', () => {
    everyWay((world, way) => {
      if (world.conference.timesByHand && world.conference.startsAt < NOW) expect.fail(way);
      if (!['petr', 'anna'].includes(world.conference.hostId ?? '')) expect.fail(way);
    });
  });
});
