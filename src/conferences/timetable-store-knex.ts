import { inject } from 'inversify';
import type { Knex } from 'knex';

import { lockLanes, wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { must } from '../must.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { takenLesson, writeJoinedLessons } from './joined-lesson-store-knex.js';
import { happen } from './life/life-events.js';
import { KnexLifeStore } from './life/life-store-knex.js';
import { FOLLOWING_COLUMNS, toLessonConference, type FollowingRow } from './timetable-rows.js';
import type { FollowedLesson, HeldTimetable, LessonConference, TimetableStore } from './timetable-store.js';

/** Online lessons that the timetable may still change. */
const FOLLOWING = `conference.lesson_id is not null and conference.deleted_at is null
  and (conference.state in ('planned', 'starting', 'active')
    or (conference.ended_by in ('timetable', 'again') and conference.starts_at > now() - interval '7 days'))`;

/** SQL: a lesson of the row of `conference`, its own or a joined one, is waited for. */
const GONE = `(conference.lesson_gone_at is not null or conference.conference_id = any(array(
    select conference_id from joined_lesson where organization_id = :organizationId and gone_at is not null)))`;

export class KnexTimetableStore implements TimetableStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(KnexLifeStore) private readonly lives: KnexLifeStore,
  ) {}

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

  async othersWith(organizationId: string, lessonIds: readonly string[]): Promise<readonly string[]> {
    const found = await rows<{ organization_id: string }>(
      this.database.knex,
      `select organization_id from conference
       where lesson_id = any(:lessonIds::text[]) and organization_id <> :organizationId
       union
       select organization_id from joined_lesson
       where lesson_id = any(:lessonIds::text[]) and organization_id <> :organizationId`,
      { organizationId, lessonIds: [...lessonIds] },
    );
    return found.map((row) => row.organization_id);
  }

  async follow(
    organizationId: string,
    lessonIds: readonly string[],
    decide: (conferences: readonly LessonConference[], timetable: HeldTimetable) => Promise<readonly FollowedLesson[]>,
  ): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await lockLanes(transaction, [organizationId]);
      const found = await lockedConferences(transaction, organizationId, lessonIds);
      if (found.length === 0) return;
      const changed = await decide(found.map(toLessonConference), {
        now: must(found[0], 'conference').now,
        freeOf: (ids) => freeLessons(transaction, organizationId, ids),
      });
      if (changed.length === 0) return;
      await write(transaction, organizationId, changed);
      await this.writeLives(transaction, organizationId, changed);
      await wakeLanes(transaction, [organizationId]);
      await notify(transaction, { kind: 'change', organizationId, topic: 'conferences' });
    });
  }

  /** The states, and from the new times when each is due. */
  private async writeLives(
    transaction: Knex,
    organizationId: string,
    changed: readonly FollowedLesson[],
  ): Promise<void> {
    const events = new Map(changed.map(({ conference, event }) => [conference.conferenceId, event]));
    await this.lives.change(transaction, organizationId, [...events.keys()], (life, now) => {
      const event = events.get(life.conferenceId);
      return event === undefined ? life : happen(life, event, now);
    });
  }

  async purge(): Promise<void> {
    await rows(
      this.database.knex,
      `delete from conference where state in ('finished', 'cancelled') and deleted_at < now() - interval '1 day'`,
    );
  }
}

async function freeLessons(
  transaction: Knex,
  organizationId: string,
  lessonIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const free = new Set<string>();
  for (const id of lessonIds) {
    if ((await takenLesson(transaction, organizationId, [id], undefined)) === undefined) free.add(id);
  }
  return free;
}

/**
 * Of several conferences of a lesson, all but one were cancelled; what lives or is over hides them, also where the lesson
 * is joined to another one's.
 */
async function lockedConferences(
  transaction: Knex,
  organizationId: string,
  lessonIds: readonly string[],
): Promise<readonly FollowingRow[]> {
  const found = await rows<FollowingRow>(
    transaction,
    `select ${FOLLOWING_COLUMNS}
     from conference
     where organization_id = :organizationId
       and (lesson_id = any(:lessonIds::text[]) or ${GONE} or conference_id = any(array(
         select conference_id from joined_lesson
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
  return [...byLesson.values()];
}

async function write(transaction: Knex, organizationId: string, changed: readonly FollowedLesson[]): Promise<void> {
  const changes = changed.map(({ conference, visible }) => ({
    conference_id: conference.conferenceId,
    lesson_id: conference.lessonId,
    starts_at: conference.startsAt,
    ends_at: conference.endsAt,
    host_id: conference.hostId ?? null,
    lesson_title: conference.lessonTitle ?? null,
    timetable_starts_at: conference.timetable?.startsAt ?? null,
    timetable_ends_at: conference.timetable?.endsAt ?? null,
    lesson_takes_place: conference.takesPlace,
    lesson_source_id: conference.seen?.sourceId ?? null,
    lesson_subject: conference.seen?.subject ?? null,
    lesson_starts_at: conference.seen?.startsAt ?? null,
    lesson_ends_at: conference.seen?.endsAt ?? null,
    lesson_gone_at: conference.goneAt ?? null,
    revisions: visible ? 1 : 0,
  }));
  await rows(
    transaction,
    `update conference set
       lesson_id = change.lesson_id, starts_at = change.starts_at, ends_at = change.ends_at, host_id = change.host_id,
       lesson_title = change.lesson_title, timetable_starts_at = change.timetable_starts_at,
       timetable_ends_at = change.timetable_ends_at, lesson_takes_place = change.lesson_takes_place,
       lesson_source_id = change.lesson_source_id, lesson_subject = change.lesson_subject,
       lesson_starts_at = change.lesson_starts_at, lesson_ends_at = change.lesson_ends_at,
       lesson_gone_at = change.lesson_gone_at, revision = revision + change.revisions
     from jsonb_to_recordset(:changes::jsonb) as change(conference_id uuid, lesson_id text, starts_at timestamptz,
       ends_at timestamptz, host_id text, lesson_title text, timetable_starts_at timestamptz,
       timetable_ends_at timestamptz, lesson_takes_place boolean, lesson_source_id text, lesson_subject text,
       lesson_starts_at timestamptz, lesson_ends_at timestamptz, lesson_gone_at timestamptz,
       revisions integer)
     where conference.organization_id = :organizationId and conference.conference_id = change.conference_id`,
    { organizationId, changes: JSON.stringify(changes) },
  );
  for (const { conference } of changed.filter((one) => one.conference.joined.length > 0)) {
    await writeJoinedLessons(transaction, organizationId, conference.conferenceId, conference.joined);
  }
}
