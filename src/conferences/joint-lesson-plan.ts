import type { JoinedLesson } from './joined-lesson.js';
import {
  followLesson,
  isSame,
  type Followed,
  type FollowingConference,
  type TimetableLesson,
} from './lesson-follow-plan.js';

/** An online lesson with all lessons that it is held for. */
export interface FollowingJointConference extends FollowingConference {
  readonly lessonId: string;
  readonly takesPlace: boolean;
  readonly joined: readonly JoinedLesson[];
}

/** A lesson of the timetable among others. */
export type NamedTimetableLesson = TimetableLesson & { readonly id: string };

/**
 * The lesson whose times and teacher an online lesson has: its own while that takes place, otherwise the earliest joined
 * one that does. None does: its own. Pure.
 */
export function leadingLesson<T extends NamedTimetableLesson>(
  own: T | undefined,
  joined: readonly (T | undefined)[],
): T | undefined {
  if (takesPlace(own)) return own;
  const held = joined.filter((lesson): lesson is T => takesPlace(lesson));
  const [earliest] = held.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime() || (a.id < b.id ? -1 : 1));
  return earliest ?? own;
}

/**
 * As {@link followLesson}, for an online lesson that may be held for several lessons: it goes on while one of them takes
 * place, without the people of the others. Pure.
 *
 * @param lessons those of the timetable, by id
 */
export function followLessons<C extends FollowingJointConference>(
  conference: C,
  lessons: ReadonlyMap<string, NamedTimetableLesson>,
  now: Date,
): Followed<C> {
  const own = lessons.get(conference.lessonId);
  const others = conference.joined.map(({ lessonId }) => lessons.get(lessonId));
  const { conference: followed, event } = followLesson(conference, leadingLesson(own, others), now);
  if (followed === conference) return { conference, event };
  const goesOn = [own, ...others].some(takesPlace);
  return {
    conference: {
      ...followed,
      lessonTitle: own?.title ?? conference.lessonTitle,
      takesPlace: !goesOn || takesPlace(own),
      joined: conference.joined.map((joined) => {
        const lesson = lessons.get(joined.lessonId);
        return {
          ...joined,
          ...(lesson === undefined ? {} : { title: lesson.title, teacherId: lesson.teacherId }),
          takesPlace: !goesOn || takesPlace(lesson),
        };
      }),
    },
    event,
  };
}

/** Both are the same to everybody. */
export function isSameJoint(one: FollowingJointConference, other: FollowingJointConference): boolean {
  return isSame(one, other) && jointKey(one) === jointKey(other);
}

function jointKey({ lessonId: ownId, takesPlace: own, joined }: FollowingJointConference): string {
  return JSON.stringify([
    ownId,
    own,
    ...joined.map(({ lessonId, title, teacherId, takesPlace: held }) => [lessonId, title, teacherId ?? '', held]),
  ]);
}

function takesPlace(lesson: Pick<TimetableLesson, 'cancelled'> | undefined): boolean {
  return lesson?.cancelled === false;
}
