import { isOver, nextState, type ConferenceState } from './conference-state.js';

/** What of an online lesson follows its lesson. */
export interface FollowingConference {
  readonly state: ConferenceState;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** A person chose the times. */
  readonly timesByHand: boolean;
  readonly hostId: string | undefined;
  readonly lessonTitle: string | undefined;
  /** The lesson's times as the timetable had them last. */
  readonly timetable: { readonly startsAt: Date; readonly endsAt: Date } | undefined;
}

export interface TimetableLesson {
  readonly title: string;
  readonly teacherId?: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly cancelled: boolean;
}

/**
 * What an online lesson becomes when its lesson stands in the timetable as it does now. Says where it ends up, not what
 * happened, so that a repeat, another order, or a look after a restart gives the same. Pure.
 *
 * - Cancelled or removed: a planned one is cancelled, a running one ends. Back again: planned again, unless its time is over.
 * - Substituted: the new teacher leads.
 * - Moved: a planned one moves along, unless a person chose its times. A running one keeps its beginning and is not cut
 *   short; it lasts longer where its lesson, begun by now, does.
 *
 * @param lesson undefined: not in the timetable any more
 */
export function followLesson(
  conference: FollowingConference,
  lesson: TimetableLesson | undefined,
  now: Date,
): FollowingConference {
  if (conference.state === 'finished' || conference.state === 'ending') return conference;
  if (lesson === undefined) {
    return { ...conference, state: nextState(conference.state, { kind: 'cancel' }), timetable: undefined };
  }
  const followed: FollowingConference = {
    ...conference,
    ...followedTimes(conference, lesson, now),
    hostId: lesson.teacherId ?? conference.hostId,
    lessonTitle: lesson.title,
    timetable: { startsAt: lesson.startsAt, endsAt: lesson.endsAt },
  };
  if (lesson.cancelled) return { ...followed, state: nextState(followed.state, { kind: 'cancel' }) };
  const inTime = followed.endsAt > now;
  return inTime ? { ...followed, state: nextState(followed.state, { kind: 'restore' }) } : followed;
}

function followedTimes(
  { state, startsAt, endsAt, timesByHand }: FollowingConference,
  lesson: TimetableLesson,
  now: Date,
): { readonly startsAt: Date; readonly endsAt: Date } {
  if (timesByHand) return { startsAt, endsAt };
  if (state === 'planned' || state === 'cancelled') return { startsAt: lesson.startsAt, endsAt: lesson.endsAt };
  const begun = lesson.startsAt <= now || lesson.startsAt.getTime() === startsAt.getTime();
  return { startsAt, endsAt: begun && lesson.endsAt > endsAt ? lesson.endsAt : endsAt };
}

/** Both are the same to everybody. */
export function isSame(one: FollowingConference, other: FollowingConference): boolean {
  return key(one) === key(other);
}

function key({ state, hostId, lessonTitle, timetable, startsAt, endsAt }: FollowingConference): string {
  return JSON.stringify([state, hostId, lessonTitle, startsAt, endsAt, timetable?.startsAt, timetable?.endsAt]);
}

/** The times differ from the timetable's, for a person to see. */
export function differsFromTimetable(conference: Omit<FollowingConference, 'hostId' | 'lessonTitle'>): boolean {
  const { timetable, state, startsAt, endsAt } = conference;
  if (timetable === undefined || isOver(state)) return false;
  return (
    timetable.startsAt.getTime() !== startsAt.getTime() ||
    (conference.timesByHand && timetable.endsAt.getTime() !== endsAt.getTime())
  );
}
