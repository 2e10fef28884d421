import { expect } from 'chai';

import {
  followLessons,
  isSameJoint,
  leadingLesson,
  type FollowingJointConference,
  type NamedTimetableLesson,
} from '../../../src/conferences/joint-lesson-plan.js';

const at = (clock: string): Date => new Date(`2026-11-23T${clock}:00Z`);
const NOW = at('08:30');
const IDS = ['own', 'b', 'c'] as const;

function lesson(id: string, more: Partial<NamedTimetableLesson> = {}): NamedTimetableLesson {
  return {
    ...{ id, title: `Урок ${id}`, teacherId: `teacher-${id}`, cancelled: false },
    ...{ startsAt: at('09:00'), endsAt: at('09:45') },
    ...more,
  };
}

/** What a lesson may be in the timetable. */
const STANDINGS: readonly ((id: string) => NamedTimetableLesson | undefined)[] = [
  (id) => lesson(id),
  (id) => lesson(id, { startsAt: at('11:00'), endsAt: at('11:45'), teacherId: `substitute-${id}` }),
  (id) => lesson(id, { cancelled: true }),
  () => undefined,
];

/** Every timetable of the three lessons. */
const TIMETABLES = STANDINGS.flatMap((own) =>
  STANDINGS.flatMap((b) =>
    STANDINGS.map((c) => {
      const lessons = [own('own'), b('b'), c('c')].filter((one) => one !== undefined);
      return new Map(lessons.map((one) => [one.id, one]));
    }),
  ),
);

const PLANNED: FollowingJointConference = {
  ...{
    state: 'planned',
    endedBy: undefined,
    sent: 'nothing',
    startsAt: at('09:00'),
    endsAt: at('09:45'),
    timesByHand: false,
    hostId: 'teacher-own',
  },
  ...{ lessonId: 'own', lessonTitle: 'Урок own', takesPlace: true },
  timetable: { startsAt: at('09:00'), endsAt: at('09:45') },
  joined: ['b', 'c'].map((id) => ({
    ...{ lessonId: id, title: `Урок ${id}`, sourceName: id, teacherId: `teacher-${id}`, chatId: undefined },
    ...{ takesPlace: true, seen: undefined, goneAt: undefined },
  })),
};

const follow = (
  conference: FollowingJointConference,
  lessons: ReadonlyMap<string, NamedTimetableLesson>,
): FollowingJointConference => followLessons(conference, lessons, NOW).conference;
const held = (lessons: ReadonlyMap<string, NamedTimetableLesson>): string[] =>
  IDS.filter((id) => lessons.get(id)?.cancelled === false);
const partakers = ({ takesPlace, joined }: FollowingJointConference): string[] => [
  ...(takesPlace ? ['own'] : []),
  ...joined.filter((one) => one.takesPlace).map(({ lessonId }) => lessonId),
];

describe('followLessons', () => {
  it('is cancelled when no lesson takes place, otherwise planned for those that do, as the leading one is', () => {
    for (const lessons of TIMETABLES) {
      const followed = follow(PLANNED, lessons);
      const on = held(lessons);
      const what = JSON.stringify([...lessons.values()]);
      expect(followed.state, what).to.equal(on.length === 0 ? 'cancelled' : 'planned');
      expect(partakers(followed), what).to.deep.equal(on.length === 0 ? [...IDS] : on);
      const leading = leadingLesson(lessons.get('own'), [lessons.get('b'), lessons.get('c')]);
      if (on.length === 0) continue;
      expect(leading?.id, what).to.be.oneOf(on);
      expect([followed.startsAt, followed.hostId], what).to.deep.equal([leading?.startsAt, leading?.teacherId]);
    }
  });

  it('ends up the same by whatever way the timetable came there, and rests then', () => {
    for (const before of TIMETABLES) {
      const between = follow(PLANNED, before);
      for (const lessons of TIMETABLES.filter((timetable) => held(timetable).length > 0)) {
        const straight = follow(PLANNED, lessons);
        const followed = follow(between, lessons);
        const known = (one: FollowingJointConference): unknown => ({
          ...one,
          // What the timetable has no more keeps its last title and teacher.
          lessonTitle: undefined,
          joined: one.joined.filter(({ takesPlace }) => takesPlace),
        });
        expect(known(followed)).to.deep.equal(known(straight));
        expect(isSameJoint(followed, follow(followed, lessons))).to.equal(true);
      }
    }
  });

  it('leaves alone what ends or is over', () => {
    for (const state of ['ending', 'finished'] as const) {
      const over = { ...PLANNED, state };
      for (const lessons of TIMETABLES) expect(follow(over, lessons)).to.equal(over);
    }
  });

  it('ends a running one only when none of its lessons takes place', () => {
    const running = { ...PLANNED, state: 'active' as const };
    for (const lessons of TIMETABLES) {
      const { state } = follow(running, lessons);
      expect(state).to.equal(held(lessons).length === 0 ? 'ending' : 'active');
    }
  });
});

describe('leadingLesson', () => {
  it('is the own one, otherwise the earliest, in whatever order they are named', () => {
    const early = lesson('c', { startsAt: at('08:00') });
    expect(leadingLesson(lesson('own'), [early])?.id).to.equal('own');
    const off = lesson('own', { cancelled: true });
    expect(leadingLesson(off, [lesson('b'), early])?.id).to.equal('c');
    expect(leadingLesson(off, [lesson('b'), lesson('a')])?.id).to.equal('a');
    expect(leadingLesson(off, [lesson('a'), lesson('b')])?.id).to.equal('a');
    expect(leadingLesson(off, [undefined])?.id).to.equal('own');
  });
});
