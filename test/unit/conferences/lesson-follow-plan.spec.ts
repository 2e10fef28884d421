import { expect } from 'chai';

import type { ConferenceState } from '../../../src/conferences/life/conference-state.js';
import {
  differsFromTimetable,
  followLesson as followPlan,
  isSame,
  type FollowingConference,
  type TimetableLesson,
} from '../../../src/conferences/lesson-follow-plan.js';

const at = (clock: string): Date => new Date(`2026-11-23T${clock}:00Z`);
const NOW = at('08:30');
const LESSON: TimetableLesson = {
  ...{ title: 'Дроби', teacherId: 'petr', startsAt: at('09:00'), endsAt: at('09:45'), cancelled: false },
};
const MOVED: TimetableLesson = { ...LESSON, startsAt: at('11:00'), endsAt: at('11:40') };
const STATES: readonly ConferenceState[] = ['planned', 'starting', 'active', 'ending', 'finished', 'cancelled'];

const followLesson = (
  before: FollowingConference,
  lesson: TimetableLesson | undefined,
  now: Date,
): FollowingConference => followPlan(before, lesson, now).conference;

function conference(state: ConferenceState, more: Partial<FollowingConference> = {}): FollowingConference {
  return {
    ...{
      state,
      ...OF_STATE[state],
      startsAt: LESSON.startsAt,
      endsAt: LESSON.endsAt,
      timesByHand: false,
      hostId: 'petr',
    },
    ...{ lessonTitle: 'Дроби', timetable: { startsAt: LESSON.startsAt, endsAt: LESSON.endsAt } },
    ...more,
  };
}

/** What of a state is told beside it: a person ended what is over, unless a test says otherwise. */
const OF_STATE: Readonly<Record<ConferenceState, Pick<FollowingConference, 'endedBy' | 'sent'>>> = {
  planned: { endedBy: undefined, sent: 'nothing' },
  starting: { endedBy: undefined, sent: 'start' },
  active: { endedBy: undefined, sent: 'call' },
  ending: { endedBy: 'hand', sent: 'call' },
  finished: { endedBy: 'hand', sent: 'nothing' },
  cancelled: { endedBy: 'timetable', sent: 'nothing' },
};

/** What comes of each state; a dash: nothing changes. */
const TABLE: readonly {
  readonly what: string;
  readonly lesson: TimetableLesson | undefined;
  readonly more?: Partial<FollowingConference>;
  readonly now?: Date;
  readonly becomes: Readonly<Record<ConferenceState, string>>;
}[] = [
  {
    what: 'the lesson stands as it was',
    lesson: LESSON,
    becomes: {
      planned: '-',
      starting: '-',
      active: '-',
      ending: '-',
      finished: '-',
      cancelled: 'planned 09:00 09:45 petr',
    },
  },
  {
    what: 'the lesson is back after its time',
    lesson: LESSON,
    now: at('10:00'),
    becomes: { planned: '-', starting: '-', active: '-', ending: '-', finished: '-', cancelled: '-' },
  },
  {
    what: 'the lesson is cancelled',
    lesson: { ...LESSON, cancelled: true },
    becomes: {
      ...{ planned: 'cancelled 09:00 09:45 petr', starting: 'ending 09:00 09:45 petr' },
      ...{ active: 'ending 09:00 09:45 petr', ending: '-', finished: '-', cancelled: '-' },
    },
  },
  {
    what: 'the lesson is removed',
    lesson: undefined,
    becomes: {
      ...{ planned: 'cancelled 09:00 09:45 petr', starting: 'ending 09:00 09:45 petr' },
      ...{ active: 'ending 09:00 09:45 petr', ending: '-', finished: '-', cancelled: 'cancelled 09:00 09:45 petr' },
    },
  },
  {
    what: 'the lesson is moved',
    lesson: MOVED,
    becomes: {
      ...{ planned: 'planned 11:00 11:40 petr', starting: 'starting 09:00 11:40 petr' },
      ...{ active: 'active 09:00 11:40 petr', ending: '-', finished: '-', cancelled: 'planned 11:00 11:40 petr' },
    },
  },
  {
    what: 'the lesson is moved to another day',
    lesson: { ...LESSON, startsAt: new Date('2026-11-25T09:00:00Z'), endsAt: new Date('2026-11-25T09:50:00Z') },
    becomes: {
      ...{ planned: 'planned 09:00 09:50 petr', starting: 'starting 09:00 09:45 petr' },
      ...{ active: 'active 09:00 09:45 petr', ending: '-', finished: '-', cancelled: 'planned 09:00 09:50 petr' },
    },
  },
  {
    what: 'the lesson is moved, the times were chosen by hand',
    lesson: MOVED,
    more: { timesByHand: true, endsAt: at('10:00') },
    becomes: {
      ...{ planned: 'planned 09:00 10:00 petr', starting: 'starting 09:00 10:00 petr' },
      ...{ active: 'active 09:00 10:00 petr', ending: '-', finished: '-', cancelled: 'planned 09:00 10:00 petr' },
    },
  },
  {
    what: 'the lesson lasts longer',
    lesson: { ...LESSON, endsAt: at('10:30') },
    becomes: {
      ...{ planned: 'planned 09:00 10:30 petr', starting: 'starting 09:00 10:30 petr' },
      ...{ active: 'active 09:00 10:30 petr', ending: '-', finished: '-', cancelled: 'planned 09:00 10:30 petr' },
    },
  },
  {
    what: 'the lesson is cut short',
    lesson: { ...LESSON, endsAt: at('09:20') },
    becomes: {
      ...{ planned: 'planned 09:00 09:20 petr', starting: 'starting 09:00 09:20 petr' },
      ...{ active: 'active 09:00 09:20 petr', ending: '-', finished: '-', cancelled: 'planned 09:00 09:20 petr' },
    },
  },
  {
    what: 'the lesson is moved to the afternoon',
    lesson: { ...LESSON, startsAt: at('14:00'), endsAt: at('14:45') },
    becomes: {
      ...{ planned: 'planned 14:00 14:45 petr', starting: 'starting 09:00 09:45 petr' },
      ...{ active: 'active 09:00 09:45 petr', ending: '-', finished: '-', cancelled: 'planned 14:00 14:45 petr' },
    },
  },
  {
    what: 'another teacher substitutes',
    lesson: { ...LESSON, teacherId: 'anna' },
    becomes: {
      ...{ planned: 'planned 09:00 09:45 anna', starting: 'starting 09:00 09:45 anna' },
      ...{ active: 'active 09:00 09:45 anna', ending: '-', finished: '-', cancelled: 'planned 09:00 09:45 anna' },
    },
  },
];

describe('followLesson', () => {
  for (const { what, lesson, more, now = NOW, becomes } of TABLE) {
    for (const state of STATES) {
      it(`${what}: ${state} becomes ${becomes[state]}`, () => {
        const before = conference(state, more);
        const after = followLesson(before, lesson, now);
        const clock = (time: Date): string => time.toISOString().slice(11, 16);
        const shown = `${after.state} ${clock(after.startsAt)} ${clock(after.endsAt)} ${after.hostId}`;
        expect(isSame(before, after) ? '-' : shown).to.equal(becomes[state]);
      });
    }
  }

  it('lets no running one last longer because its lesson was once to end later', () => {
    const moved = followLesson(conference('active'), MOVED, NOW);
    const ends = (lesson: TimetableLesson, now: string): string =>
      followLesson(moved, lesson, at(now)).endsAt.toISOString().slice(11, 16);
    expect(moved.endsAt).to.deep.equal(MOVED.endsAt);
    // Back again: when its lesson ends, and not before a lesson's length has passed since it began.
    expect(ends(LESSON, '09:10')).to.equal('09:45');
    expect(ends({ ...LESSON, startsAt: at('08:00'), endsAt: at('08:45') }, '09:10')).to.equal('09:40');
    expect(ends(LESSON, '10:30')).to.equal('10:30');
    const other = { ...LESSON, startsAt: new Date('2026-11-25T09:00:00Z'), endsAt: new Date('2026-11-25T09:45:00Z') };
    expect(ends(other, '09:10')).to.equal('09:40');
    // A look that finds the same again moves nothing.
    const back = followLesson(moved, LESSON, at('10:30'));
    expect(isSame(followLesson(back, LESSON, at('10:40')), back)).to.equal(true);
  });

  it('ends at the same, whatever was seen before and how often', () => {
    const seen = TABLE.map(({ lesson }) => lesson);
    for (const first of seen) {
      for (const second of seen) {
        const start = conference('planned');
        const direct = followLesson(start, second, NOW);
        const way = followLesson(followLesson(start, first, NOW), second, NOW);
        expect(way).to.deep.include({ state: direct.state, timetable: direct.timetable });
        expect(isSame(followLesson(way, second, NOW), way)).to.equal(true);
      }
    }
  });

  it('brings back what the timetable ended: a running one goes on, one that is over is planned again', () => {
    const back = (state: ConferenceState, more: Partial<FollowingConference>): string =>
      followLesson(conference(state, { endedBy: 'timetable', ...more }), LESSON, NOW).state;
    expect(back('ending', { sent: 'call' })).to.equal('active');
    expect(back('ending', { sent: 'start' })).to.equal('starting');
    expect(followLesson(conference('ending', { endedBy: 'timetable', sent: 'end' }), LESSON, NOW)).to.include({
      ...{ state: 'ending', endedBy: 'again' },
    });
    expect(back('finished', { sent: 'nothing' })).to.equal('planned');
  });

  it('keeps the host of a lesson that has no teacher any more', () => {
    const { teacherId: _gone, ...nobody } = LESSON;
    expect(followLesson(conference('planned'), nobody, NOW).hostId).to.equal('petr');
  });
});

describe('differsFromTimetable', () => {
  it('is true where a person chose other times, or a running one did not move along', () => {
    const other = { timetable: { startsAt: MOVED.startsAt, endsAt: MOVED.endsAt } };
    expect(differsFromTimetable(conference('planned'))).to.equal(false);
    expect(differsFromTimetable(conference('planned', { timesByHand: true, endsAt: at('10:00') }))).to.equal(true);
    expect(differsFromTimetable(conference('active', other))).to.equal(true);
    expect(differsFromTimetable(conference('finished', other))).to.equal(false);
    expect(differsFromTimetable(conference('active', { timetable: undefined }))).to.equal(false);
    // One whose lesson was cut short lasts longer by itself.
    expect(differsFromTimetable(conference('active', { endsAt: at('10:00') }))).to.equal(false);
  });
});
