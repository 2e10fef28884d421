import type { EffectKind } from '../messenger/messenger.js';
import { JOINED_LESSONS, toJoinedLesson, toSeenLesson, type JoinedLessonRow } from './joined-lesson-store-knex.js';
import { lastSent } from './life/conference-life.js';
import type { ConferenceState, EndReason } from './life/conference-state.js';
import type { LessonConference } from './timetable-store.js';

/** An online lesson as it follows the timetable. */
export interface FollowingRow {
  readonly conference_id: string;
  readonly lesson_id: string;
  readonly state: ConferenceState;
  readonly ended_by: EndReason | null;
  readonly called: boolean;
  readonly in_doubt: readonly EffectKind[];
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly times_by_hand: boolean;
  readonly host_id: string | null;
  readonly lesson_title: string | null;
  readonly timetable_starts_at: Date | null;
  readonly timetable_ends_at: Date | null;
  readonly lesson_takes_place: boolean;
  readonly lesson_source_id: string | null;
  readonly lesson_subject: string | null;
  readonly lesson_starts_at: Date | null;
  readonly lesson_ends_at: Date | null;
  readonly lesson_gone_at: Date | null;
  readonly joined: readonly JoinedLessonRow[];
  readonly now: Date;
}

/** Columns of {@link FollowingRow}, from `conference`. */
export const FOLLOWING_COLUMNS = `conference_id, lesson_id, state, ended_by, join_link is not null as called,
  array(select kind from delivery_doubt doubt where doubt.organization_id = conference.organization_id
    and doubt.subject_id = conference.conference_id) as in_doubt,
  starts_at, ends_at, times_by_hand, host_id, lesson_title, timetable_starts_at, timetable_ends_at, lesson_takes_place,
  lesson_source_id, lesson_subject, lesson_starts_at, lesson_ends_at, lesson_gone_at, ${JOINED_LESSONS} as joined,
  now() as now`;

export function toLessonConference(row: FollowingRow): LessonConference {
  const { timetable_starts_at: startsAt, timetable_ends_at: endsAt } = row;
  return {
    conferenceId: row.conference_id,
    lessonId: row.lesson_id,
    state: row.state,
    endedBy: row.ended_by ?? undefined,
    sent: lastSent(row.called, row.in_doubt),
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    timesByHand: row.times_by_hand,
    hostId: row.host_id ?? undefined,
    lessonTitle: row.lesson_title ?? undefined,
    timetable: startsAt === null || endsAt === null ? undefined : { startsAt, endsAt },
    takesPlace: row.lesson_takes_place,
    seen: toSeenLesson({
      ...{ source_id: row.lesson_source_id, subject: row.lesson_subject },
      ...{ starts_at: row.lesson_starts_at, ends_at: row.lesson_ends_at },
    }),
    goneAt: row.lesson_gone_at ?? undefined,
    joined: row.joined.map(toJoinedLesson),
  };
}
