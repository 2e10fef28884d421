import type { Lesson } from '../host/host-directory.js';
import type { FollowingJointConference, NamedTimetableLesson } from './joint-lesson-plan.js';
import { seenLesson, type JoinedLesson, type SeenLesson } from './joined-lesson.js';
import { isOver } from './life/conference-state.js';

/** An online lesson that knows its lessons also when the timetable issues them anew. */
export interface LastingConference extends FollowingJointConference {
  readonly seen: SeenLesson | undefined;
  /** Since when its own lesson is missing in the timetable, and is waited for. */
  readonly goneAt: Date | undefined;
}

/** The lessons that an online lesson is followed by: found, found again under another id, or waited for. */
export interface LastingLessons<C extends LastingConference> {
  readonly conference: C;
  readonly lessons: ReadonlyMap<string, NamedTimetableLesson>;
}

/** One lesson of an online lesson, its own or a joined one. */
type Held = Pick<JoinedLesson, 'lessonId' | 'teacherId' | 'takesPlace' | 'seen' | 'goneAt'> & {
  readonly title: string | undefined;
};

/** Lessons that are missing and would be looked for under other ids. */
export function missingLessons(
  conference: LastingConference,
  lessons: ReadonlyMap<string, Lesson>,
): readonly SeenLesson[] {
  if (isOver(conference.state)) return [];
  return [ownOf(conference), ...conference.joined].flatMap(({ lessonId, takesPlace, seen }) =>
    takesPlace && seen !== undefined && !lessons.has(lessonId) ? [seen] : [],
  );
}

/**
 * A timetable that is published again removes lessons and adds the same ones under other ids. A lesson that is missing
 * becomes one of the same class, subject and time, if there is one; otherwise it counts as it was until the grace is over.
 * Pure.
 *
 * @param candidates lessons of the school that no online lesson has
 */
export function lastingLessons<C extends LastingConference>(
  conference: C,
  found: ReadonlyMap<string, Lesson>,
  candidates: readonly Lesson[],
  now: Date,
  graceMs: number,
): LastingLessons<C> {
  const lessons = new Map<string, NamedTimetableLesson>(found);
  const waitsFor = !isOver(conference.state);
  const used = new Set<string>();
  const keep = <H extends Held>(held: H): H => {
    const lesson = found.get(held.lessonId);
    if (lesson !== undefined) return { ...held, seen: seenLesson(lesson), goneAt: undefined };
    if (!waitsFor || !held.takesPlace || held.seen === undefined) return { ...held, goneAt: undefined };
    const again = reissued(
      held.seen,
      held.teacherId,
      candidates.filter(({ id }) => !used.has(id)),
    );
    if (again !== undefined) {
      used.add(again.id);
      lessons.set(again.id, again);
      return { ...held, lessonId: again.id, seen: seenLesson(again), goneAt: undefined };
    }
    const goneAt = held.goneAt ?? now;
    if (goneAt.getTime() + graceMs <= now.getTime()) return { ...held, goneAt: undefined };
    lessons.set(held.lessonId, asSeen(held, held.seen));
    return { ...held, goneAt };
  };
  const { lessonId, seen, goneAt } = keep(ownOf(conference));
  return { conference: { ...conference, lessonId, seen, goneAt, joined: conference.joined.map(keep) }, lessons };
}

/** Both know the same of their lessons. */
export function isSameLasting(one: LastingConference, other: LastingConference): boolean {
  return lastingKey(one) === lastingKey(other);
}

function lastingKey({ seen, goneAt, joined }: LastingConference): string {
  return JSON.stringify([seen, goneAt, ...joined.map((one) => [one.seen, one.goneAt])]);
}

/** When the first lesson that is waited for counts as removed. */
export function graceOverAt(conferences: readonly LastingConference[], graceMs: number): Date | undefined {
  const gone = conferences.flatMap(({ goneAt, joined }) => [goneAt, ...joined.map((one) => one.goneAt)]);
  const times = gone.flatMap((at) => (at === undefined ? [] : [at.getTime() + graceMs]));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

function ownOf(conference: LastingConference): Held {
  const { lessonId, lessonTitle, hostId: teacherId, takesPlace, seen, goneAt } = conference;
  return { lessonId, title: lessonTitle, teacherId, takesPlace, seen, goneAt };
}

/** Of several the one of the same teacher, then the one that overlaps most. */
function reissued(
  { sourceId, subject, startsAt, endsAt }: SeenLesson,
  teacherId: string | undefined,
  candidates: readonly Lesson[],
): Lesson | undefined {
  const overlapMs = (lesson: Lesson): number =>
    Math.min(endsAt.getTime(), lesson.endsAt.getTime()) - Math.max(startsAt.getTime(), lesson.startsAt.getTime());
  const sameTeacher = (lesson: Lesson): number => Number(lesson.teacherId === teacherId);
  const [best] = candidates
    .filter((lesson) => !lesson.cancelled && lesson.classOrGroupId === sourceId && lesson.subject === subject)
    .filter((lesson) => overlapMs(lesson) > 0)
    .toSorted((a, b) => sameTeacher(b) - sameTeacher(a) || overlapMs(b) - overlapMs(a));
  return best;
}

/** The lesson as it would stand in the timetable were it not missing. */
function asSeen({ lessonId, title, teacherId }: Held, seen: SeenLesson): NamedTimetableLesson {
  const { startsAt, endsAt } = seen;
  return {
    ...{ id: lessonId, title: title ?? seen.subject, startsAt, endsAt, cancelled: false },
    ...(teacherId === undefined ? {} : { teacherId }),
  };
}
