import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import type { Lesson } from '../host/host-directory.js';
import type { SessionContext } from '../host/host-session.js';
import { mayChange } from './conference-cards.js';
import { ConferenceChatStore } from './conference-chat-store.js';
import { fieldError } from './conference-form-rules.js';
import { ConferencePeople } from './conference-people.js';
import { CONFERENCE_TEXT } from './conference-text.js';
import { seenLesson, type JoinedLesson } from './joined-lesson.js';
import { LessonReader, type NamedLesson } from './lesson-reader.js';
import { dayOf } from './school-time.js';

export interface AskedLessons {
  /** The online lesson's own; undefined: it has none. */
  readonly lesson: Lesson | undefined;
  readonly joinedLessonIds: readonly string[];
  /** Those that are joined already: they may stay, whatever became of them. */
  readonly kept: readonly JoinedLesson[];
}

/** Lessons to hold together with an online lesson's own. */
export interface CheckedLessons {
  readonly joined: readonly JoinedLesson[];
  /** As the timetable has them; those it has no more are not here. */
  readonly lessons: readonly Lesson[];
}

/** Which lessons of other classes may be joined to an online lesson. */
export interface JoinedLessonChecks {
  /** @throws SferumError `SFERUM_REQUEST_INVALID` of the field `joinedLessonIds` */
  check(session: SessionContext, asked: AskedLessons): Promise<CheckedLessons>;
}
export const JoinedLessonChecks = Symbol('JoinedLessonChecks') as ServiceIdentifier<JoinedLessonChecks>;

export class TimetableJoinedLessonChecks implements JoinedLessonChecks {
  constructor(
    @inject(ConferenceChatStore) private readonly chats: ConferenceChatStore,
    @inject(ConferencePeople) private readonly people: ConferencePeople,
    @inject(LessonReader) private readonly reader: LessonReader,
  ) {}

  async check(session: SessionContext, { lesson, joinedLessonIds, kept }: AskedLessons): Promise<CheckedLessons> {
    const ids = [...new Set(joinedLessonIds)];
    if (ids.length === 0) return { joined: [], lessons: [] };
    if (lesson === undefined) throw refused(CONFERENCE_TEXT.joinedWithoutLesson);
    if (ids.includes(lesson.id)) throw refused(CONFERENCE_TEXT.joinedItself);
    const { organizationId } = session;
    const { timeZone } = await this.people.school(organizationId);
    const lessons = await this.reader.named(organizationId, await this.reader.findAll(organizationId, ids));
    const found = new Map(lessons.map((one) => [one.id, one]));
    const chats = await this.chats.chatsOfSources(
      organizationId,
      lessons.map(({ classOrGroupId }) => classOrGroupId),
    );
    const joined: JoinedLesson[] = [];
    for (const id of ids) {
      const one = found.get(id);
      const before = kept.find(({ lessonId }) => lessonId === id);
      if (one === undefined && before === undefined) throw refused(CONFERENCE_TEXT.joinedUnknown);
      if (one !== undefined && before === undefined) refuse(session, one, lesson, timeZone);
      if (one !== undefined) joined.push(joinedLesson(one, chats.get(one.classOrGroupId)?.chatId));
      else if (before !== undefined) joined.push({ ...before, takesPlace: false });
    }
    return { joined, lessons };
  }
}

function joinedLesson(lesson: NamedLesson, chatId: string | undefined): JoinedLesson {
  const { id: lessonId, title, source: sourceName, teacherId, cancelled } = lesson;
  return {
    lessonId,
    title,
    sourceName,
    teacherId,
    chatId,
    takesPlace: !cancelled,
    seen: seenLesson(lesson),
    goneAt: undefined,
  };
}

function refuse(session: SessionContext, lesson: Lesson, own: Lesson, timeZone: string): void {
  if (!mayChange(session, { hostId: lesson.teacherId })) throw refused(CONFERENCE_TEXT.joinedNotYours);
  if (lesson.cancelled) throw refused(CONFERENCE_TEXT.joinedCancelled);
  if (dayOf(lesson.startsAt, timeZone) !== dayOf(own.startsAt, timeZone)) throw refused(CONFERENCE_TEXT.joinedOtherDay);
}

function refused(message: string): Error {
  return fieldError('joinedLessonIds', message);
}
