import { LESSON_TEXT, plannedText, soonText } from '../conferences/conference-text.js';
import type { LessonTrouble, LessonView } from '../conferences/lesson-conferences.js';
import { isStartInDoubt } from '../conferences/life/conference-state.js';
import { clockOf, dayOf } from '../conferences/school-time.js';
import {
  askAdministratorText,
  lateAttemptText,
  LESSON_NOTE_TEXT,
  lookAgainText,
  nextAttemptText,
} from '../protocol/lesson-texts.js';

/** From here on a planned lesson is counted down. */
const COUNTDOWN_MS = 15 * 60_000;
/** A call that is due is answered within seconds; a start or end that takes longer is said to be slow. */
const SLOW_MS = 30_000;

/**
 * What the window says to who leads the lesson: why there is no link, when the next attempt is, whom to ask. Pure.
 *
 * @returns undefined: the buttons say enough
 */
export function leaderNote(view: LessonView): string | undefined {
  const { conference, lesson, today, over } = view;
  switch (conference?.state) {
    case undefined:
    case 'planned':
    case 'cancelled':
      if (lesson.cancelled) return LESSON_TEXT.cancelled;
      if (!today) return LESSON_TEXT.otherDay;
      if (over) return LESSON_TEXT.lessonOver;
      return view.trouble === undefined ? plannedNote(view) : notBegunNote(view, view.trouble);
    case 'starting':
      if (view.trouble !== undefined) return notBegunNote(view, view.trouble);
      return isSlow(view) ? LESSON_NOTE_TEXT.slowStart : LESSON_TEXT.starting;
    case 'active':
      return LESSON_TEXT.active;
    case 'ending':
      if (view.trouble !== undefined) return notEndedNote(view, view.trouble);
      return isSlow(view) ? LESSON_NOTE_TEXT.slowEnd : LESSON_TEXT.ending;
    case 'finished':
      return finishedNote(view);
  }
}

/** What the window says to who attends the lesson while there is no link. Calm: nothing that only others can mend. Pure. */
export function attendeeNote(view: LessonView): string {
  const { conference, lesson, trouble, over } = view;
  if (conference?.state === 'finished' || conference?.state === 'ending') return LESSON_TEXT.finished;
  if (lesson.cancelled) return LESSON_TEXT.cancelled;
  if (over) return LESSON_TEXT.lessonOver;
  if (trouble !== undefined) {
    return sentences(LESSON_NOTE_TEXT.notBegun, attemptNote(view) ?? LESSON_NOTE_TEXT.linkComes, askTeacher(view));
  }
  if (conference?.state === 'starting') return isSlow(view) ? LESSON_NOTE_TEXT.slowStart : LESSON_TEXT.starting;
  return plannedNote(view) ?? LESSON_TEXT.notCreated;
}

export function timeIn({ timeZone }: LessonView, at: Date): string {
  return clockOf(at, timeZone);
}

function notBegunNote(view: LessonView, trouble: LessonTrouble): string {
  const { conference } = view;
  if (isStartInDoubt(conference?.failureCode)) {
    // What is said of a lost answer says all there is to know, and to do, while the deliveries go on.
    const at = conference?.nextAttemptAt;
    return sentences(trouble.text, at && lookAgainText(whenIn(view, at)), helpText(trouble));
  }
  const attempt = attemptNote(view);
  const again = conference?.state === 'starting' && conference.startable && !conference.stopped;
  return sentences(
    isPast(view) ? LESSON_NOTE_TEXT.missed : LESSON_NOTE_TEXT.notBegun,
    trouble.text,
    attempt,
    attempt === undefined && again ? LESSON_NOTE_TEXT.tryAgain : undefined,
    helpText(trouble),
  );
}

function notEndedNote(view: LessonView, trouble: LessonTrouble): string {
  return sentences(
    LESSON_NOTE_TEXT.notEnded,
    trouble.text,
    attemptNote(view),
    helpText(trouble),
    LESSON_NOTE_TEXT.endInMessenger,
  );
}

/** With what is left to do where the call may go on, as the conference's card says it. */
function finishedNote({ conference, trouble, lesson, beginsAgain }: LessonView): string {
  const again = beginsAgain && !lesson.cancelled ? LESSON_NOTE_TEXT.again : undefined;
  if (trouble === undefined) return sentences(LESSON_TEXT.finished, again);
  if (conference?.failureCode === 'conference.missed') return sentences(trouble.text, again);
  const hadCall = conference?.joinLink !== undefined || conference?.failureCode?.startsWith('conference.end-') === true;
  return sentences(hadCall ? LESSON_TEXT.finished : LESSON_NOTE_TEXT.missed, trouble.text, again);
}

/** When the start or end is tried next, if that is known, and whether that helps the lesson. */
function attemptNote(view: LessonView): string | undefined {
  const { conference } = view;
  if (conference?.nextAttemptAt === undefined || (conference.state !== 'ending' && isPast(view))) return undefined;
  const { nextAttemptAt: at, state, endsAt } = conference;
  return state !== 'ending' && at >= endsAt ? lateAttemptText(whenIn(view, at)) : nextAttemptText(whenIn(view, at));
}

/** A lesson that cannot begin in its time goes on without a call. */
function askTeacher({ conference }: LessonView): string | undefined {
  const late = conference?.nextAttemptAt !== undefined && conference.nextAttemptAt >= conference.endsAt;
  return late ? LESSON_NOTE_TEXT.askTeacher : undefined;
}

function isPast({ conference, now }: LessonView): boolean {
  return conference !== undefined && conference.endsAt <= now;
}

function isSlow({ conference, now }: LessonView): boolean {
  return conference?.dueSince !== undefined && now.getTime() - conference.dueSince.getTime() >= SLOW_MS;
}

function helpText({ help }: LessonTrouble): string | undefined {
  if (help === undefined) return undefined;
  return help.administrator === undefined ? LESSON_NOTE_TEXT.askOrganization : askAdministratorText(help.administrator);
}

/** When a planned lesson begins: «в 10:00», a quarter of an hour before «через 5 мин». */
function plannedNote(view: LessonView): string | undefined {
  const { conference, now } = view;
  if (conference?.state !== 'planned') return undefined;
  const leftMs = conference.startsAt.getTime() - now.getTime();
  return leftMs > COUNTDOWN_MS ? plannedText(timeIn(view, conference.startsAt)) : soonText(Math.ceil(leftMs / 60_000));
}

/** «в 14:20», on another day «28.11 в 01:20». */
function whenIn(view: LessonView, at: Date): string {
  const [, month, day] = dayOf(at, view.timeZone).split('-');
  const today = dayOf(view.now, view.timeZone) === dayOf(at, view.timeZone);
  return today ? `в ${timeIn(view, at)}` : `${day}.${month} в ${timeIn(view, at)}`;
}

function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}
