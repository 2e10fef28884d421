import { inject } from 'inversify';

import { LESSON_TEXT, opensAtText } from '../conferences/conference-text.js';
import { LessonConferences, type LessonView } from '../conferences/lesson-conferences.js';
import type {
  ButtonEffect,
  LessonJournalButtonContribution,
  LessonJournalButtonState,
  LessonJournalContext,
} from '../host/contribution-points.js';
import { Right } from '../rights/rights.js';
import { attendeeNote, leaderNote, timeIn } from './lesson-notes.js';

/** Something is under way: ask again soon. */
const SOON_MS = 400;
/** Nothing is under way or it stands still, but somebody else may press. */
const LATER_MS = 900;

const HIDDEN: LessonJournalButtonState = { visible: false, enabled: false };

function underWay(view: LessonView): boolean {
  if (view.trouble !== undefined) return false;
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
    return state(view, isCreatable(view), leaderNote(view));
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
    if (view.conference?.state !== 'active') {
      if (!view.leads) return state(view, false, attendeeNote(view));
      // The button «Создать» beside it says it to who has that one.
      return state(view, false, session.rights.has(Right.lessonCreate) ? undefined : leaderNote(view));
    }
    if (!view.leads && view.now < view.opensAt) return state(view, false, opensAtText(timeIn(view, view.opensAt)));
    return state(view, true);
  }

  async press({ session, lessonId }: LessonJournalContext): Promise<readonly ButtonEffect[]> {
    return [{ kind: 'open-link', href: await this.lessons.connect(session, lessonId) }];
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
    // Who has another button reads it there.
    const other = session.rights.has(Right.lessonCreate) || session.rights.has(Right.lessonConnect);
    return {
      ...state(view, running, other ? undefined : leaderNote(view)),
      confirm: joint ? LESSON_TEXT.endJointConfirm : LESSON_TEXT.endConfirm,
    };
  }

  async press({ session, lessonId }: LessonJournalContext): Promise<readonly ButtonEffect[]> {
    await this.lessons.end(session, lessonId);
    return [{ kind: 'refresh' }];
  }
}

/** A press would start the online lesson, for the first time or again. */
function isCreatable({ conference, lesson, today, over, beginsAgain }: LessonView): boolean {
  switch (conference?.state) {
    case undefined:
    case 'planned':
    case 'cancelled':
      return !lesson.cancelled && today && !over;
    case 'starting':
      return conference.startable;
    case 'active':
    case 'ending':
      return false;
    case 'finished':
      return !lesson.cancelled && beginsAgain;
  }
}
