import { randomUUID } from 'node:crypto';

import { inject } from 'inversify';
import type { Knex } from 'knex';

import { wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import type {
  ConferenceChange,
  ConferenceCreation,
  ConferenceDraft,
  ConferenceEditStore,
} from './conference-edit-store.js';
import { isOver, type ConferenceState } from './conference-state.js';
import { NOTHING_SENT } from './conference-store-knex.js';
import { freeDeletedLessons, takenLesson, writeJoinedLessons } from './joined-lesson-store-knex.js';

export class KnexConferenceEditStore implements ConferenceEditStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async create(
    organizationId: string,
    by: string,
    requestId: string,
    draft: ConferenceDraft,
  ): Promise<ConferenceCreation> {
    return this.database.knex.transaction(async (transaction) => {
      await changed(transaction, organizationId);
      const repeated = await rows<{ conference_id: string }>(
        transaction,
        `select conference_id from conference where organization_id = :organizationId and request_id = :requestId`,
        { organizationId, requestId },
      );
      if (repeated[0] !== undefined) return { kind: 'repeated', conferenceId: repeated[0].conference_id };
      const taken = await takenLesson(transaction, organizationId, lessonIds(draft), undefined);
      if (taken !== undefined) return { kind: 'lesson-taken', ...taken };
      return { kind: 'created', conferenceId: await insert(transaction, organizationId, by, requestId, draft) };
    });
  }

  async change(
    organizationId: string,
    conferenceId: string,
    revision: number,
    draft: ConferenceDraft,
  ): Promise<ConferenceChange> {
    return this.database.knex.transaction((transaction) =>
      changeInside(transaction, organizationId, conferenceId, revision, draft),
    );
  }

  async remove(organizationId: string, conferenceId: string): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await changed(transaction, organizationId);
      await rows(
        transaction,
        // Where a call may be, the lesson is free again when it has ended for sure.
        `update conference set
           deleted_at = now(), revision = revision + 1,
           lesson_id = case when ${NOTHING_SENT} or state in ('finished', 'cancelled') then null else lesson_id end,
           due_at = case when ${NOTHING_SENT} or state in ('finished', 'cancelled') then null else now() end,
           state = case when ${NOTHING_SENT} then 'finished'
                        when state in ('starting', 'active') then 'ending' else state end,
           ended_at = coalesce(ended_at, now())
         where organization_id = :organizationId and conference_id = :conferenceId::uuid and deleted_at is null`,
        { organizationId, conferenceId },
      );
      await freeDeletedLessons(transaction, organizationId, conferenceId);
    });
  }
}

async function insert(
  transaction: Knex,
  organizationId: string,
  by: string,
  requestId: string,
  draft: ConferenceDraft,
): Promise<string> {
  const conferenceId = randomUUID();
  await rows(
    transaction,
    `insert into conference (organization_id, conference_id, kind, title, chat_id, lesson_id, lesson_title,
       lesson_takes_place, host_id, starts_at, ends_at, times_by_hand, timetable_starts_at, timetable_ends_at, due_at,
       created_by, request_id)
     values (:organizationId, :conferenceId::uuid, :kind, :title, :chatId, :lessonId, :lessonTitle,
       :takesPlace, :hostId, :startsAt, :endsAt, :timesByHand, :timetableStartsAt, :timetableEndsAt, :startsAt,
       :by, :requestId)`,
    { organizationId, conferenceId, by, requestId, ...columns(draft) },
  );
  await writeDecisions(transaction, organizationId, conferenceId, draft);
  await writeJoinedLessons(transaction, organizationId, conferenceId, draft.joined);
  return conferenceId;
}

async function changeInside(
  transaction: Knex,
  organizationId: string,
  conferenceId: string,
  revision: number,
  draft: ConferenceDraft,
): Promise<ConferenceChange> {
  await changed(transaction, organizationId);
  const found = await rows<{ state: ConferenceState; revision: string; reshaped: boolean }>(
    transaction,
    `select state, revision,
            (kind, chat_id, lesson_id, date_trunc('milliseconds', starts_at)) is distinct from
            (:kind::text, :chatId::uuid, :lessonId::text, :startsAt::timestamptz) as reshaped
     from conference
     where organization_id = :organizationId and conference_id = :conferenceId::uuid and deleted_at is null for update`,
    { organizationId, conferenceId, ...columns(draft) },
  );
  const current = found[0];
  if (current === undefined) return { kind: 'missing' };
  if (isOver(current.state)) return { kind: 'over' };
  // It began while the change was on its way.
  const tooLate = current.state !== 'planned' && current.reshaped;
  if (tooLate || Number(current.revision) !== revision) return { kind: 'conflict' };
  const taken = await takenLesson(transaction, organizationId, lessonIds(draft), conferenceId);
  if (taken !== undefined) return { kind: 'lesson-taken', ...taken };
  await rows(
    transaction,
    `update conference set
       kind = :kind, title = :title, chat_id = :chatId, lesson_id = :lessonId, lesson_title = :lessonTitle,
       lesson_takes_place = :takesPlace, host_id = :hostId, starts_at = :startsAt, ends_at = :endsAt, times_by_hand = :timesByHand,
       timetable_starts_at = :timetableStartsAt, timetable_ends_at = :timetableEndsAt, revision = revision + 1,
       due_at = case state when 'planned' then :startsAt::timestamptz when 'starting' then due_at else now() end
     where organization_id = :organizationId and conference_id = :conferenceId::uuid`,
    { organizationId, conferenceId, ...columns(draft) },
  );
  await writeDecisions(transaction, organizationId, conferenceId, draft);
  await writeJoinedLessons(transaction, organizationId, conferenceId, draft.joined);
  return { kind: 'done' };
}

function lessonIds({ lesson, joined }: ConferenceDraft): readonly string[] {
  return [...(lesson === undefined ? [] : [lesson.id]), ...joined.map(({ lessonId }) => lessonId)];
}

function columns({ lesson, chatId, timetable, ...draft }: ConferenceDraft): Record<string, unknown> {
  const { kind, title, hostId, startsAt, endsAt, timesByHand } = draft;
  return {
    ...{ kind, title, hostId, startsAt, endsAt, timesByHand },
    chatId: chatId ?? null,
    lessonId: lesson?.id ?? null,
    lessonTitle: lesson?.title ?? null,
    takesPlace: lesson?.takesPlace ?? true,
    timetableStartsAt: timetable?.startsAt ?? null,
    timetableEndsAt: timetable?.endsAt ?? null,
  };
}

async function writeDecisions(
  transaction: Knex,
  organizationId: string,
  conferenceId: string,
  { decisions }: ConferenceDraft,
): Promise<void> {
  await rows(
    transaction,
    `delete from conference_member where organization_id = :organizationId and conference_id = :conferenceId::uuid`,
    { organizationId, conferenceId },
  );
  await rows(
    transaction,
    `insert into conference_member (organization_id, conference_id, person_id, person_kind, hand)
     select :organizationId, :conferenceId::uuid, person_id, person_kind, hand
     from unnest(:personIds::text[], :kinds::text[], :hands::text[]) as decision(person_id, person_kind, hand)`,
    {
      organizationId,
      conferenceId,
      personIds: decisions.map(({ personId }) => personId),
      kinds: decisions.map(({ kind }) => kind),
      hands: decisions.map(({ hand }) => hand),
    },
  );
}

/**
 * The lane looks when the next thing is due. Called first: whoever holds the lane locks its row before those of
 * conferences, and so do all.
 */
async function changed(transaction: Knex, organizationId: string): Promise<void> {
  await wakeLanes(transaction, [organizationId]);
  await notify(transaction, { kind: 'change', organizationId, topic: 'conferences' });
}
