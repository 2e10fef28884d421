import type { Knex } from 'knex';

import { rows } from '../storage/database.js';
import type { JoinedLesson, SeenLesson } from './joined-lesson.js';

/** SQL: {@link JoinedLessonRow}s of the row of `conference`, by name. */
export const JOINED_LESSONS = `(select coalesce(jsonb_agg(jsonb_build_object('lesson_id', joined.lesson_id,
    'lesson_title', joined.lesson_title, 'source_name', joined.source_name, 'teacher_id', joined.teacher_id,
    'chat_id', joined.chat_id, 'takes_place', joined.takes_place,
    'source_id', joined.source_id, 'subject', joined.subject, 'starts_at', joined.starts_at, 'ends_at', joined.ends_at,
    'gone_at', joined.gone_at) order by joined.source_name, joined.lesson_id), '[]')
  from joined_lesson joined where joined.organization_id = conference.organization_id
    and joined.conference_id = conference.conference_id)`;

export interface JoinedLessonRow {
  readonly lesson_id: string;
  readonly lesson_title: string;
  readonly source_name: string;
  readonly teacher_id: string | null;
  readonly chat_id: string | null;
  readonly takes_place: boolean;
  readonly source_id: string | null;
  readonly subject: string | null;
  /** ISO 8601, as the next two. */
  readonly starts_at: string | null;
  readonly ends_at: string | null;
  readonly gone_at: string | null;
}

export function toJoinedLesson(row: JoinedLessonRow): JoinedLesson {
  return {
    lessonId: row.lesson_id,
    title: row.lesson_title,
    sourceName: row.source_name,
    teacherId: row.teacher_id ?? undefined,
    chatId: row.chat_id ?? undefined,
    takesPlace: row.takes_place,
    seen: toSeenLesson({
      ...{ source_id: row.source_id, subject: row.subject },
      starts_at: row.starts_at === null ? null : new Date(row.starts_at),
      ends_at: row.ends_at === null ? null : new Date(row.ends_at),
    }),
    goneAt: row.gone_at === null ? undefined : new Date(row.gone_at),
  };
}

/** Undefined for what was written before this was kept. */
export function toSeenLesson(row: {
  readonly source_id: string | null;
  readonly subject: string | null;
  readonly starts_at: Date | null;
  readonly ends_at: Date | null;
}): SeenLesson | undefined {
  const { source_id: sourceId, subject, starts_at: startsAt, ends_at: endsAt } = row;
  if (sourceId === null || subject === null || startsAt === null || endsAt === null) return undefined;
  return { sourceId, subject, startsAt, endsAt };
}

/** One of some lessons, and the online lesson that holds it. */
export interface TakenLesson {
  readonly lessonId: string;
  readonly conferenceId: string;
}

/**
 * The first of some lessons that has an online lesson, as its own or joined. Frees those that only cancelled ones had.
 * Whoever asks holds the lane's row, so that the answer stays true until the transaction ends.
 * @param exceptId lessons of this conference are free
 */
export async function takenLesson(
  transaction: Knex,
  organizationId: string,
  lessonIds: readonly string[],
  exceptId: string | undefined,
): Promise<TakenLesson | undefined> {
  const found = await rows<{ lesson_id: string; conference_id: string; cancelled: boolean }>(
    transaction,
    `select lesson_id, conference_id, false as cancelled from conference
     where organization_id = :organizationId and lesson_id = any(:lessonIds::text[]) and state <> 'cancelled'
       and conference_id is distinct from :exceptId::uuid
     union all
     select joined.lesson_id, conference_id, state = 'cancelled' from joined_lesson joined
     join conference using (organization_id, conference_id)
     where organization_id = :organizationId and joined.lesson_id = any(:lessonIds::text[])
       and conference_id is distinct from :exceptId::uuid`,
    { organizationId, lessonIds: [...lessonIds], exceptId: exceptId ?? null },
  );
  const taken = found.find(({ cancelled }) => !cancelled);
  if (taken !== undefined) return { lessonId: taken.lesson_id, conferenceId: taken.conference_id };
  if (found.length > 0) {
    await rows(
      transaction,
      'delete from joined_lesson where organization_id = :organizationId and lesson_id = any(:freed::text[])',
      { organizationId, freed: found.map((row) => row.lesson_id) },
    );
  }
  return undefined;
}

/** These are the lessons joined to a conference from now on. */
export async function writeJoinedLessons(
  transaction: Knex,
  organizationId: string,
  conferenceId: string,
  lessons: readonly JoinedLesson[],
): Promise<void> {
  await rows(
    transaction,
    `delete from joined_lesson where organization_id = :organizationId and conference_id = :conferenceId::uuid
       and not lesson_id = any(:lessonIds::text[])`,
    { organizationId, conferenceId, lessonIds: lessons.map(({ lessonId }) => lessonId) },
  );
  if (lessons.length === 0) return;
  const written = lessons.map((lesson): JoinedLessonRow => ({
    lesson_id: lesson.lessonId,
    lesson_title: lesson.title,
    source_name: lesson.sourceName,
    teacher_id: lesson.teacherId ?? null,
    chat_id: lesson.chatId ?? null,
    takes_place: lesson.takesPlace,
    source_id: lesson.seen?.sourceId ?? null,
    subject: lesson.seen?.subject ?? null,
    starts_at: lesson.seen?.startsAt.toISOString() ?? null,
    ends_at: lesson.seen?.endsAt.toISOString() ?? null,
    gone_at: lesson.goneAt?.toISOString() ?? null,
  }));
  await rows(
    transaction,
    `insert into joined_lesson (organization_id, conference_id, lesson_id, lesson_title, source_name, teacher_id, chat_id,
       takes_place, source_id, subject, starts_at, ends_at, gone_at)
     select :organizationId, :conferenceId::uuid, lesson_id, lesson_title, source_name, teacher_id, chat_id, takes_place,
       source_id, subject, starts_at, ends_at, gone_at
     from jsonb_to_recordset(:written::jsonb) as lesson(lesson_id text, lesson_title text, source_name text,
       teacher_id text, chat_id uuid, takes_place boolean, source_id text, subject text, starts_at timestamptz,
       ends_at timestamptz, gone_at timestamptz)
     on conflict (organization_id, lesson_id) do update set
       lesson_title = excluded.lesson_title, source_name = excluded.source_name, teacher_id = excluded.teacher_id,
       chat_id = excluded.chat_id, takes_place = excluded.takes_place, source_id = excluded.source_id,
       subject = excluded.subject, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
       gone_at = excluded.gone_at`,
    { organizationId, conferenceId, written: JSON.stringify(written) },
  );
}
