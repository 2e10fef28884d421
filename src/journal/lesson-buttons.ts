import { inject } from 'inversify';

import {
  CONFERENCE_PROBLEM_TEXT,
  LESSON_TEXT,
  opensAtText,
  plannedText,
  soonText,
} from '../conferences/conference-text.js';
import { LessonConferences, type LessonView } from '../conferences/lesson-conferences.js';
import type {
  ButtonEffect,
  LessonJournalButtonContribution,
  LessonJournalButtonState,
  LessonJournalContext,
} from '../host/contribution-points.js';
import { Right } from '../rights/rights.js';

/** Something is under way: ask again soon. */
const SOON_MS = 400;
/** Nothing is under way, but somebody else may press. */
const LATER_MS = 900;
/** From here on a planned lesson is counted down. */
const COUNTDOWN_MS = 15 * 60_000;

const HIDDEN: LessonJournalButtonState = { visible: false, enabled: false };

function underWay(view: LessonView): boolean {
  return view.conference?.state === 'starting' || view.conference?.state === 'ending';
}

function state(view: LessonView, enabled: boolean, note?: string): LessonJournalButtonState {
  return {
    visible: true,
    enabled,
    ...(note === undefined ? {} : { note }),
    refreshAfterMs: underWay(view) ? SOON_MS : LATER_MS,
  };
}

/** «Создать онлайн-урок»: for who teaches the lesson or manages conferences. */
export class CreateLessonButton implements LessonJournalButtonContribution {
  readonly id = 'sferum.lesson.create';
  readonly title = LESSON_TEXT.create;
  readonly order = 10;

  constructor(@inject(LessonConferences) private readonly lessons: LessonConferences) {}

  async state({ session, lessonId }: LessonJournalContext): Promise<LessonJournalButtonState> {
    if (!session.rights.has(Right.lessonCreate)) return HIDDEN;
    const view = await this.lessons.view(session, lessonId);
    if (!view.leads) return HIDDEN;
    const { conference, lesson, today } = view;
    switch (conference?.state) {
      case undefined:
      case 'planned':
      case 'cancelled':
        if (lesson.cancelled) return state(view, false, LESSON_TEXT.cancelled);
        return today ? state(view, true, plannedNote(view)) : state(view, false, LESSON_TEXT.otherDay);
      case 'starting':
        return state(view, conference.startable, startingNote(conference.failureCode));
      case 'active':
        return state(view, false, LESSON_TEXT.active);
      case 'ending':
        return state(view, false, LESSON_TEXT.ending);
      case 'finished':
        if (lesson.cancelled || !view.beginsAgain) return state(view, false, LESSON_TEXT.finished);
        return state(view, true, LESSON_TEXT.again);
    }
  }

  async press({ session, lessonId }: LessonJournalContext): Promise<readonly ButtonEffect[]> {
    await this.lessons.create(session, lessonId);
    return [{ kind: 'refresh' }];
  }
}

/** «Подключиться к онлайн-уроку»: for who leads or attends the lesson. */
export class ConnectLessonButton implements LessonJournalButtonContribution {
  readonly id = 'sferum.lesson.connect';
  readonly title = LESSON_TEXT.connect;
  readonly order = 20;

  constructor(@inject(LessonConferences) private readonly lessons: LessonConferences) {}

  async state({ session, lessonId }: LessonJournalContext): Promise<LessonJournalButtonState> {
    if (!session.rights.has(Right.lessonConnect)) return HIDDEN;
    const view = await this.lessons.view(session, lessonId);
    if (!view.leads && !view.attends) return HIDDEN;
    if (view.conference?.state !== 'active') return state(view, false, this.waitingNote(view));
    if (!view.leads && view.now < view.opensAt) return state(view, false, opensAtText(timeIn(view, view.opensAt)));
    return state(view, true);
  }

  async press({ session, lessonId }: LessonJournalContext): Promise<readonly ButtonEffect[]> {
    return [{ kind: 'open-link', href: await this.lessons.connect(session, lessonId) }];
  }

  private waitingNote(view: LessonView): string | undefined {
    const { conference, leads } = view;
    // The button «Создать» beside it says the rest to who leads the lesson.
    if (leads) return undefined;
    if (conference?.state === 'finished' || conference?.state === 'ending') return LESSON_TEXT.finished;
    if (view.lesson.cancelled) return LESSON_TEXT.cancelled;
    return conference?.state === 'starting' ? LESSON_TEXT.starting : (plannedNote(view) ?? LESSON_TEXT.notCreated);
  }
}

/** «Завершить онлайн-урок»: for who leads the lesson; asks first; may be repeated. */
export class EndLessonButton implements LessonJournalButtonContribution {
  readonly id = 'sferum.lesson.end';
  readonly title = LESSON_TEXT.end;
  readonly order = 30;

  constructor(@inject(LessonConferences) private readonly lessons: LessonConferences) {}

  async state({ session, lessonId }: LessonJournalContext): Promise<LessonJournalButtonState> {
    if (!session.rights.has(Right.lessonEnd)) return HIDDEN;
    const view = await this.lessons.view(session, lessonId);
    if (!view.leads) return HIDDEN;
    const running = view.conference?.state === 'active' || view.conference?.state === 'starting';
    const joint = (view.conference?.joined.length ?? 0) > 0;
    return { ...state(view, running), confirm: joint ? LESSON_TEXT.endJointConfirm : LESSON_TEXT.endConfirm };
  }

  async press({ session, lessonId }: LessonJournalContext): Promise<readonly ButtonEffect[]> {
    await this.lessons.end(session, lessonId);
    return [{ kind: 'refresh' }];
  }
}

/** Why there is no link yet. */
function startingNote(failureCode: string | undefined): string {
  if (failureCode === undefined) return LESSON_TEXT.starting;
  return CONFERENCE_PROBLEM_TEXT[failureCode] ?? LESSON_TEXT.linkNotReady;
}

/** When a planned lesson begins: «в 10:00», a quarter of an hour before «через 5 мин». */
function plannedNote(view: LessonView): string | undefined {
  const { conference, now } = view;
  if (conference?.state !== 'planned') return undefined;
  const leftMs = conference.startsAt.getTime() - now.getTime();
  return leftMs > COUNTDOWN_MS ? plannedText(timeIn(view, conference.startsAt)) : soonText(Math.ceil(leftMs / 60_000));
}

function timeIn({ timeZone }: LessonView, at: Date): string {
  return new Intl.DateTimeFormat('ru-RU', { timeZone, timeStyle: 'short' }).format(at);
}
