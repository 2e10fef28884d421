import type { Lesson } from '../host/host-directory.js';

/** By what a lesson is known should the timetable issue it anew: as the timetable had it last. */
export interface SeenLesson {
  /** Class or study group. */
  readonly sourceId: string;
  readonly subject: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

export function seenLesson(lesson: Lesson): SeenLesson {
  const { classOrGroupId: sourceId, subject, startsAt, endsAt } = lesson;
  return { sourceId, subject, startsAt, endsAt };
}

/** A lesson of another class that an online lesson is held for together with its own. */
export interface JoinedLesson {
  readonly lessonId: string;
  /** As the timetable has it. */
  readonly title: string;
  /** Class or study group. */
  readonly sourceName: string;
  /** Leads like the teacher of its own lesson. */
  readonly teacherId: string | undefined;
  /** Its people take part, the link is posted there; undefined: the class or group has no chat. */
  readonly chatId: string | undefined;
  /** False while the timetable has it cancelled, or has it no more: its people do not take part. */
  readonly takesPlace: boolean;
  /** Undefined: not kept yet. */
  readonly seen: SeenLesson | undefined;
  /** Since when it is missing in the timetable, and is waited for. */
  readonly goneAt: Date | undefined;
}

/** An online lesson's own lesson, as far as it is told from those joined to it. */
export interface JointLesson {
  readonly chatId: string | undefined;
  /** False while its own lesson is cancelled and it goes on for joined ones. */
  readonly takesPlace: boolean;
  readonly joined: readonly JoinedLesson[];
}

/** Chats whose people take part. */
export function chatsOf({ chatId, takesPlace, joined }: JointLesson): readonly string[] {
  const chats = [takesPlace ? chatId : undefined, ...held(joined).map((lesson) => lesson.chatId)];
  return [...new Set(chats.filter((id) => id !== undefined))];
}

/** Who leads: the host and the teachers of the joined lessons. */
export function leadersOf({
  hostId,
  joined,
}: Pick<JointLesson, 'joined'> & { readonly hostId: string | undefined }): readonly string[] {
  const leaders = [hostId, ...held(joined).map(({ teacherId }) => teacherId)];
  return [...new Set(leaders.filter((id) => id !== undefined))];
}

/** Classes and groups, by name. */
export function sourcesOf(joined: readonly JoinedLesson[]): readonly string[] {
  return joined.map(({ sourceName }) => sourceName).sort((a, b) => a.localeCompare(b, 'ru', { numeric: true }));
}

/** «Алгебра, 5Б» */
export function joinedTitle({ title, sourceName }: JoinedLesson): string {
  return [title, sourceName].filter((part) => part !== '').join(', ');
}

function held(joined: readonly JoinedLesson[]): readonly JoinedLesson[] {
  return joined.filter(({ takesPlace }) => takesPlace);
}
