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
import { isOver, type ConferenceState } from './life/conference-state.js';
import { happen } from './life/life-events.js';
import { KnexLifeStore } from './life/life-store-knex.js';
import { takenLesson, writeJoinedLessons } from './joined-lesson-store-knex.js';

export class KnexConferenceEditStore implements ConferenceEditStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(KnexLifeStore) private readonly lives: KnexLifeStore,
  ) {}

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
      const conferenceId = await insert(transaction, organizationId, by, requestId, draft);
      await this.writeRest(transaction, organizationId, conferenceId, draft);
      return { kind: 'created', conferenceId };
    });
  }

  async change(
    organizationId: string,
    conferenceId: string,
    revision: number,
    draft: ConferenceDraft,
  ): Promise<ConferenceChange> {
    return this.database.knex.transaction((transaction) =>
      this.changeInside(transaction, organizationId, conferenceId, revision, draft),
    );
  }

  async remove(organizationId: string, conferenceId: string): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await changed(transaction, organizationId);
      await rows(
        transaction,
        `update conference set revision = revision + 1
         where organization_id = :organizationId and conference_id = :conferenceId::uuid and deleted_at is null`,
        { organizationId, conferenceId },
      );
      // Where a call may be, the lesson is free again when it has ended for sure.
      await this.lives.change(transaction, organizationId, [conferenceId], (life, now) =>
        happen({ ...life, deleted: true }, { kind: 'end' }, now),
      );
    });
  }

  private async changeInside(
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
         lesson_takes_place = :takesPlace, host_id = :hostId, starts_at = :startsAt, ends_at = :endsAt,
         times_by_hand = :timesByHand, timetable_starts_at = :timetableStartsAt, timetable_ends_at = :timetableEndsAt,
         lesson_source_id = :sourceId, lesson_subject = :subject, lesson_starts_at = :lessonStartsAt,
         lesson_ends_at = :lessonEndsAt, lesson_gone_at = null, revision = revision + 1
       where organization_id = :organizationId and conference_id = :conferenceId::uuid`,
      { organizationId, conferenceId, ...columns(draft) },
    );
    await this.writeRest(transaction, organizationId, conferenceId, draft);
    return { kind: 'done' };
  }

  /** The last of a creation or a change: when its delivery is due follows from all of it. */
  private async writeRest(
    transaction: Knex,
    organizationId: string,
    conferenceId: string,
    draft: ConferenceDraft,
  ): Promise<void> {
    await writeDecisions(transaction, organizationId, conferenceId, draft);
    await writeJoinedLessons(transaction, organizationId, conferenceId, draft.joined);
    await this.lives.change(transaction, organizationId, [conferenceId], (life) => life);
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
       lesson_takes_place, host_id, starts_at, ends_at, times_by_hand, timetable_starts_at, timetable_ends_at,
       lesson_source_id, lesson_subject, lesson_starts_at, lesson_ends_at, created_by, request_id)
     values (:organizationId, :conferenceId::uuid, :kind, :title, :chatId, :lessonId, :lessonTitle,
       :takesPlace, :hostId, :startsAt, :endsAt, :timesByHand, :timetableStartsAt, :timetableEndsAt,
       :sourceId, :subject, :lessonStartsAt, :lessonEndsAt, :by, :requestId)`,
    { organizationId, conferenceId, by, requestId, ...columns(draft) },
  );
  return conferenceId;
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
    sourceId: lesson?.seen.sourceId ?? null,
    subject: lesson?.seen.subject ?? null,
    lessonStartsAt: lesson?.seen.startsAt ?? null,
    lessonEndsAt: lesson?.seen.endsAt ?? null,
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
