import { inject } from 'inversify';
import type { Knex } from 'knex';

import { lockLanes, wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import type { ConferenceState } from './conference-state.js';
import {
  JOINED_LESSONS,
  toJoinedLesson,
  writeJoinedLessons,
  type JoinedLessonRow,
} from './joined-lesson-store-knex.js';
import type { LessonConference, TimetableStore } from './timetable-store.js';

/** Online lessons that the timetable may still change. */
const FOLLOWING = `conference.lesson_id is not null and conference.deleted_at is null
  and (conference.state in ('planned', 'starting', 'active')
    or (conference.state = 'cancelled' and conference.starts_at > now() - interval '7 days'))`;

interface FollowingRow {
  readonly conference_id: string;
  readonly lesson_id: string;
  readonly state: ConferenceState;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly times_by_hand: boolean;
  readonly host_id: string | null;
  readonly lesson_title: string | null;
  readonly timetable_starts_at: Date | null;
  readonly timetable_ends_at: Date | null;
  readonly lesson_takes_place: boolean;
  readonly joined: readonly JoinedLessonRow[];
}

export class KnexTimetableStore implements TimetableStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async organizations(): Promise<readonly string[]> {
    const found = await rows<{ organization_id: string }>(
      this.database.knex,
      `select distinct organization_id from conference where ${FOLLOWING}`,
    );
    return found.map((row) => row.organization_id);
  }

  async lessonIds(organizationId: string): Promise<readonly string[]> {
    const found = await rows<{ lesson_id: string }>(
      this.database.knex,
      `select distinct lesson_id from conference where organization_id = :organizationId and ${FOLLOWING}`,
      { organizationId },
    );
    return found.map((row) => row.lesson_id);
  }

  async follow(
    organizationId: string,
    lessonIds: readonly string[],
    decide: (conferences: readonly LessonConference[]) => Promise<readonly LessonConference[]>,
  ): Promise<number> {
    return this.database.knex.transaction(async (transaction) => {
      await lockLanes(transaction, [organizationId]);
      const current = await lockedConferences(transaction, organizationId, lessonIds);
      if (current.length === 0) return 0;
      const changed = await decide(current);
      if (changed.length === 0) return 0;
      await write(transaction, organizationId, changed);
      await wakeLanes(transaction, [organizationId]);
      await notify(transaction, { kind: 'change', organizationId, topic: 'conferences' });
      return changed.length;
    });
  }

  async purge(): Promise<void> {
    await rows(
      this.database.knex,
      `delete from conference where state in ('finished', 'cancelled') and deleted_at < now() - interval '1 day'`,
    );
  }
}

/**
 * Of several conferences of a lesson, all but one were cancelled; what lives or is over hides them, also where the lesson
 * is joined to another one's.
 */
async function lockedConferences(
  transaction: Knex,
  organizationId: string,
  lessonIds: readonly string[],
): Promise<readonly LessonConference[]> {
  const found = await rows<FollowingRow>(
    transaction,
    `select conference_id, lesson_id, state, starts_at, ends_at, times_by_hand, host_id, lesson_title,
            timetable_starts_at, timetable_ends_at, lesson_takes_place, ${JOINED_LESSONS} as joined
     from conference
     where organization_id = :organizationId
       and (lesson_id = any(:lessonIds::text[]) or conference_id = any(array(select conference_id from joined_lesson
         where organization_id = :organizationId and lesson_id = any(:lessonIds::text[]))))
       and lesson_id is not null and (deleted_at is null or state = 'ending')
       and not (state = 'cancelled' and exists (select 1 from joined_lesson elsewhere
         where elsewhere.organization_id = conference.organization_id and elsewhere.lesson_id = conference.lesson_id
           and elsewhere.conference_id <> conference.conference_id))
     order by conference_id
     for update`,
    { organizationId, lessonIds: [...lessonIds] },
  );
  const byLesson = new Map<string, FollowingRow>();
  for (const row of found) {
    const other = byLesson.get(row.lesson_id);
    const weaker = other === undefined || other.state === 'cancelled';
    if (weaker && (row.state !== 'cancelled' || row.starts_at >= (other?.starts_at ?? row.starts_at))) {
      byLesson.set(row.lesson_id, row);
    }
  }
  return [...byLesson.values()].map(toLessonConference);
}

function toLessonConference(row: FollowingRow): LessonConference {
  const { timetable_starts_at: startsAt, timetable_ends_at: endsAt } = row;
  return {
    conferenceId: row.conference_id,
    lessonId: row.lesson_id,
    state: row.state,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    timesByHand: row.times_by_hand,
    hostId: row.host_id ?? undefined,
    lessonTitle: row.lesson_title ?? undefined,
    timetable: startsAt === null || endsAt === null ? undefined : { startsAt, endsAt },
    takesPlace: row.lesson_takes_place,
    joined: row.joined.map(toJoinedLesson),
  };
}

async function write(transaction: Knex, organizationId: string, changed: readonly LessonConference[]): Promise<void> {
  const changes = changed.map((conference) => ({
    conference_id: conference.conferenceId,
    state: conference.state,
    starts_at: conference.startsAt,
    ends_at: conference.endsAt,
    host_id: conference.hostId ?? null,
    lesson_title: conference.lessonTitle ?? null,
    timetable_starts_at: conference.timetable?.startsAt ?? null,
    timetable_ends_at: conference.timetable?.endsAt ?? null,
    lesson_takes_place: conference.takesPlace,
  }));
  await rows(
    transaction,
    `update conference set
       state = change.state, starts_at = change.starts_at, ends_at = change.ends_at, host_id = change.host_id,
       lesson_title = change.lesson_title, timetable_starts_at = change.timetable_starts_at,
       timetable_ends_at = change.timetable_ends_at, lesson_takes_place = change.lesson_takes_place,
       revision = revision + 1,
       due_at = case when change.state = 'cancelled' then null
                     when change.state = 'planned' then change.starts_at
                     -- A start that is under way or lost keeps its time, so that it is not taken for a new one.
                     when change.state = 'starting' then conference.due_at
                     else now() end,
       ended_at = case when change.state in ('cancelled', 'ending') then now() end
     from jsonb_to_recordset(:changes::jsonb) as change(conference_id uuid, state text, starts_at timestamptz,
       ends_at timestamptz, host_id text, lesson_title text, timetable_starts_at timestamptz,
       timetable_ends_at timestamptz, lesson_takes_place boolean)
     where conference.organization_id = :organizationId and conference.conference_id = change.conference_id`,
    { organizationId, changes: JSON.stringify(changes) },
  );
  for (const { conferenceId, joined } of changed.filter((conference) => conference.joined.length > 0)) {
    await writeJoinedLessons(transaction, organizationId, conferenceId, joined);
  }
}
