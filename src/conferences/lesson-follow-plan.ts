import {
  isOver,
  nextState,
  type ConferenceEvent,
  type ConferenceStanding,
  type ConferenceState,
  type Sent,
} from './life/conference-state.js';

/** A running call follows its lesson by an hour or two; one that is put off further leaves it the end that it had. */
const FOLLOWS_FOR_MS = 3 * 3_600_000;

/** What of an online lesson follows its lesson. */
export interface FollowingConference extends ConferenceStanding {
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** A person chose the times. */
  readonly timesByHand: boolean;
  readonly hostId: string | undefined;
  readonly lessonTitle: string | undefined;
  /** The lesson's times as the timetable had them last. */
  readonly timetable: { readonly startsAt: Date; readonly endsAt: Date } | undefined;
  /** What the messenger was sent last. */
  readonly sent: Sent;
}

/** How a conference follows, and what of that happens to its state. */
export interface Followed<C extends FollowingConference> {
  readonly conference: C;
  readonly event: Extract<ConferenceEvent, { kind: 'cancel' | 'restore' }> | undefined;
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
 * - Cancelled or removed: a planned one is cancelled, a running one ends. Back again: it goes on where its end has not been
 *   sent, otherwise it is planned again, unless its time is over.
 * - Substituted: the new teacher leads.
 * - Moved: a planned one moves along, unless a person chose its times. A running one keeps its beginning and ends with its
 *   lesson, be that later or earlier than before; where the lesson takes place at another time altogether, it ends when it
 *   would have ended.
 *
 * @param lesson undefined: not in the timetable
 */
export function followLesson<C extends FollowingConference>(
  conference: C,
  lesson: TimetableLesson | undefined,
  now: Date,
): Followed<C> {
  const { state, endedBy } = conference;
  const byTimetable = endedBy === 'timetable' || endedBy === 'again';
  if ((state === 'finished' || state === 'ending') && !byTimetable) return { conference, event: undefined };
  if (lesson === undefined) return moved({ ...conference, timetable: undefined }, 'cancel');
  const followed: C = {
    ...conference,
    ...followedTimes(conference, lesson, now),
    hostId: lesson.teacherId ?? conference.hostId,
    lessonTitle: lesson.title,
    timetable: { startsAt: lesson.startsAt, endsAt: lesson.endsAt },
  };
  if (lesson.cancelled) return moved(followed, 'cancel');
  return followed.endsAt > now ? moved(followed, 'restore') : { conference: followed, event: undefined };
}

function moved<C extends FollowingConference>(conference: C, kind: 'cancel' | 'restore'): Followed<C> {
  const event = { kind };
  return { conference: { ...conference, ...nextState(conference, event, conference.sent) }, event };
}

/** Those that have no call, nor had one that goes on. */
const WITHOUT_CALL: readonly ConferenceState[] = ['planned', 'cancelled', 'finished'];

function followedTimes(
  conference: FollowingConference,
  lesson: TimetableLesson,
  now: Date,
): { readonly startsAt: Date; readonly endsAt: Date } {
  const { state, startsAt, endsAt, timesByHand } = conference;
  if (timesByHand) return { startsAt, endsAt };
  if (WITHOUT_CALL.includes(state)) return { startsAt: lesson.startsAt, endsAt: lesson.endsAt };
  const isNear = lesson.endsAt > now && lesson.startsAt.getTime() - now.getTime() < FOLLOWS_FOR_MS;
  return { startsAt, endsAt: isNear ? lesson.endsAt : ownEnd(conference, now) };
}

/**
 * The end of a running one whose lesson takes place at another time altogether: the one it has, but not because the lesson
 * was once to end later. Then it keeps the length of its lesson.
 */
function ownEnd({ startsAt, endsAt, timetable }: FollowingConference, now: Date): Date {
  if (timetable?.endsAt.getTime() !== endsAt.getTime()) return endsAt;
  const lengthMs = timetable.endsAt.getTime() - timetable.startsAt.getTime();
  return new Date(Math.min(endsAt.getTime(), Math.max(startsAt.getTime() + lengthMs, now.getTime())));
}

/** Both are the same to everybody. */
export function isSame(one: FollowingConference, other: FollowingConference): boolean {
  return key(one) === key(other);
}

function key({ state, endedBy, hostId, lessonTitle, timetable, startsAt, endsAt }: FollowingConference): string {
  return JSON.stringify([
    state,
    endedBy,
    hostId,
    lessonTitle,
    startsAt,
    endsAt,
    timetable?.startsAt,
    timetable?.endsAt,
  ]);
}

/** The times differ from the timetable's, for a person to see. */
export function differsFromTimetable(
  conference: Omit<FollowingConference, 'hostId' | 'lessonTitle' | 'sent'>,
): boolean {
  const { timetable, state, startsAt, endsAt } = conference;
  if (timetable === undefined || isOver(state)) return false;
  return (
    timetable.startsAt.getTime() !== startsAt.getTime() ||
    (conference.timesByHand && timetable.endsAt.getTime() !== endsAt.getTime())
  );
}
