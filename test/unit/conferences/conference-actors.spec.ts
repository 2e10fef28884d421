import { expect } from 'chai';

import { isJoinable, isOver, nextState, type Sent } from '../../../src/conferences/life/conference-state.js';
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
    ...{
      state: 'planned',
      endedBy: undefined,
      sent: 'nothing',
      startsAt: NOW,
      endsAt: new Date(NINE + HOUR_MS),
      timesByHand: false,
    },
    ...{ hostId: 'petr', lessonTitle: 'Дроби', timetable: undefined },
  };
  /** Calls that are open on the messenger's side. */
  readonly openCalls = new Set<number>();
  inFlight = 0;
  /** The call whose link is shown. */
  current: number | undefined;
  /** Calls that a person or their time ended. */
  readonly endAsked = new Set<number>();
  /** The start that somebody chose. */
  byHand: Date | undefined;
  private calls = 0;
  private lesson = {
    ...{ title: 'Дроби', teacherId: 'petr', cancelled: false },
    startsAt: NOW,
    endsAt: this.conference.endsAt,
  };

  do(deed: Deed): void {
    switch (deed) {
      case 'create':
        return this.create();
      case 'join':
        // Changes nothing: whether it may be joined is asked after every deed.
        return;
      case 'end':
      case 'expire':
        return this.move(deed);
      case 'edit':
        return this.edit();
      case 'lesson moved':
        return this.follow({ startsAt: new Date(this.lesson.startsAt.getTime() + HOUR_MS) });
      case 'lesson substituted':
        return this.follow({ teacherId: this.lesson.teacherId === 'petr' ? 'anna' : 'petr' });
      case 'lesson cancelled':
        return this.follow({ cancelled: !this.lesson.cancelled });
    }
  }

  /** The lane sends what is to be sent. */
  send(): void {
    const { state } = this.conference;
    if (this.inFlight > 0) return;
    if (state === 'starting') this.inFlight = 1;
    if (state !== 'ending') return;
    this.openCalls.clear();
    this.move('ended');
  }

  /** The messenger answers. */
  answer(): void {
    if (this.inFlight === 0) return;
    this.inFlight = 0;
    this.current = ++this.calls;
    this.openCalls.add(this.current);
    this.move('started');
    this.noteEnd();
  }

  clone(): World {
    const copy = Object.assign(new World(), this, { openCalls: new Set(this.openCalls) });
    return Object.assign(copy, { endAsked: new Set(this.endAsked) });
  }

  get teacher(): string {
    return this.lesson.teacherId;
  }

  private get sent(): Sent {
    if (this.inFlight > 0) return 'start';
    return this.openCalls.size > 0 ? 'call' : 'nothing';
  }

  /** The lesson takes place for whoever creates: the timetable has been looked at. */
  private create(): void {
    const { state, endedBy } = this.conference;
    if (this.lesson.cancelled || (state === 'finished' && endedBy === 'time')) return;
    this.move('start');
    if (state === 'finished') this.conference = { ...this.conference, hostId: this.lesson.teacherId };
  }

  /** Somebody puts a planned one half an hour off. */
  private edit(): void {
    const { state, startsAt } = this.conference;
    if (state !== 'planned') return;
    this.byHand = new Date(startsAt.getTime() + HOUR_MS / 2);
    this.conference = { ...this.conference, startsAt: this.byHand, timesByHand: true };
  }

  private move(kind: Parameters<typeof nextState>[1]['kind']): void {
    this.conference = { ...this.conference, ...nextState(this.conference, { kind }, this.sent) };
    this.noteEnd();
  }

  private noteEnd(): void {
    const { state, endedBy } = this.conference;
    if (state === 'ending' && endedBy !== 'timetable' && this.current !== undefined) this.endAsked.add(this.current);
  }

  private follow(change: Partial<World['lesson']>): void {
    this.lesson = { ...this.lesson, ...change };
    this.lesson.endsAt = new Date(this.lesson.startsAt.getTime() + HOUR_MS);
    this.conference = followLesson({ ...this.conference, sent: this.sent }, this.lesson, NOW).conference;
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

const LANE_WAYS: readonly (readonly number[])[] = [0, 1, 2].flatMap((one) =>
  [0, 1, 2].flatMap((two) => [0, 1, 2].flatMap((three) => [0, 1, 2].map((four) => [one, two, three, four]))),
);

/**
 * Two deeds by each of two actors, in every order of one after another in which somebody creates, with every work of the
 * lane between.
 */
function everyWay(check: (world: World, way: () => string) => void): number {
  let ways = 0;
  const go = (deeds: readonly Deed[], lanes: readonly number[]): void => {
    const world = new World();
    deeds.forEach((deed, index) => {
      world.do(deed);
      LANE[lanes[index] ?? 0]?.(world);
      check(world, () => deeds.slice(0, index + 1).join(' → '));
    });
    ways += 1;
  };
  for (const deeds of fourDeeds()) {
    if (deeds.includes('create')) for (const lanes of LANE_WAYS) go(deeds, lanes);
  }
  return ways;
}

function fourDeeds(): readonly (readonly Deed[])[] {
  const pairs = DEEDS.flatMap((one) => DEEDS.map((other) => [one, other]));
  return pairs.flatMap((first) => pairs.map((then) => [...first, ...then]));
}

/** What holds after every deed. */
const ALWAYS: Readonly<Record<string, (world: World) => boolean>> = {
  'never has two calls': ({ openCalls, inFlight }) => openCalls.size + inFlight <= 1,
  'gives no link of a call whose end was asked for': ({ endAsked, current, conference }) =>
    !(isJoinable(conference.state) && endAsked.has(current ?? 0)),
  'leads into a call that is open, whenever it gives a link': ({ conference, openCalls, current }) =>
    !isJoinable(conference.state) || openCalls.has(current ?? 0),
  'keeps times that were set by hand': ({ byHand, conference }) =>
    byHand === undefined || conference.startsAt.getTime() === byHand.getTime(),
  'is led by the teacher in the timetable': ({ conference, teacher }) =>
    isOver(conference.state) || conference.hostId === teacher,
  'leaves no call open that nobody wants when the lane has done its work': (world) => {
    const copy = world.clone();
    for (let round = 0; round < 3; round += 1) {
      copy.answer();
      copy.send();
    }
    copy.answer();
    const { state } = copy.conference;
    return state === 'active' ? copy.openCalls.size === 1 : copy.openCalls.size === 0 && state !== 'ending';
  },
};

describe('a conference between two actors', function () {
  this.timeout(60_000);
  /** Where what always holds did not. */
  const broken = new Map<string, string>();
  let ways = 0;

  before(() => {
    ways = everyWay((world, way) => {
      for (const [what, holds] of Object.entries(ALWAYS)) {
        if (!broken.has(what) && !holds(world)) broken.set(what, way());
      }
    });
  });

  for (const what of Object.keys(ALWAYS)) {
    it(`${what}, whatever happens in whatever order`, () => {
      expect(broken.get(what)).to.equal(undefined);
    });
  }

  it('was tried in every way', () => {
    const without = (DEEDS.length - 1) ** 4;
    expect(ways).to.equal((DEEDS.length ** 4 - without) * LANE_WAYS.length);
  });
});
