import { randomUUID } from 'node:crypto';

import { inject } from 'inversify';
import type { Knex } from 'knex';

import { wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { must } from '../must.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { BELONGS } from './conference-belonging.js';
import { toWatchedConference, WATCHED_COLUMNS, WATCHED_FROM, type WatchedRow } from './conference-rows.js';
import type { Conference, ConferenceStore, NewLessonConference, WatchedConference } from './conference-store.js';
import { takenLesson } from './joined-lesson-store-knex.js';
import { happen, startByHand } from './life/life-events.js';
import { KnexLifeStore, type LifeChange } from './life/life-store-knex.js';

export class KnexConferenceStore implements ConferenceStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(KnexLifeStore) private readonly lives: KnexLifeStore,
  ) {}

  async startLesson(lesson: NewLessonConference): Promise<Conference> {
    await this.database.knex.transaction(async (transaction) => {
      await changed(transaction, lesson.organizationId);
      const taken = await takenLesson(transaction, lesson.organizationId, [lesson.lessonId], undefined);
      if (taken !== undefined) return this.beginTaken(transaction, lesson, taken.conferenceId);
      const conferenceId = await insert(transaction, lesson);
      await this.lives.change(transaction, lesson.organizationId, [conferenceId], startByHand);
    });
    return must(await this.ofLesson(lesson.organizationId, lesson.lessonId), `conference of lesson ${lesson.lessonId}`);
  }

  async ofLesson(organizationId: string, lessonId: string): Promise<WatchedConference | undefined> {
    const found = await rows<WatchedRow>(
      this.database.knex,
      `select ${WATCHED_COLUMNS} ${WATCHED_FROM}
       where conference.organization_id = :organizationId and conference.state <> 'cancelled'
         and ((conference.lesson_id = :lessonId and conference.lesson_takes_place)
           or conference.conference_id = (select conference_id from joined_lesson
             where organization_id = :organizationId and lesson_id = :lessonId and takes_place))`,
      { organizationId, lessonId },
    );
    return found[0] && toWatchedConference(found[0]);
  }

  async belongs(organizationId: string, conferenceId: string, personId: string): Promise<boolean> {
    const found = await rows(
      this.database.knex,
      `select 1 from conference left join chat using (organization_id, chat_id)
       where conference.organization_id = :organizationId and conference.conference_id = :conferenceId and ${BELONGS}`,
      { organizationId, conferenceId, personId },
    );
    return found.length > 0;
  }

  async start(organizationId: string, conferenceId: string): Promise<void> {
    await this.change(organizationId, conferenceId, startByHand);
  }

  async end(organizationId: string, conferenceId: string): Promise<void> {
    await this.change(organizationId, conferenceId, (life, now) => happen(life, { kind: 'end' }, now));
  }

  private async change(organizationId: string, conferenceId: string, change: LifeChange): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await changed(transaction, organizationId);
      await this.lives.change(transaction, organizationId, [conferenceId], change);
    });
  }

  /** The lesson has an online lesson, alone or with others. Whoever asks knows that the lesson takes place. */
  private async beginTaken(transaction: Knex, lesson: NewLessonConference, conferenceId: string): Promise<void> {
    const { organizationId, lessonId } = lesson;
    await rows(
      transaction,
      'update joined_lesson set takes_place = true where organization_id = :organizationId and lesson_id = :lessonId',
      { organizationId, lessonId },
    );
    await rows(
      transaction,
      `update conference set
         lesson_takes_place = lesson_takes_place or lesson_id = :lessonId,
         -- What is over does not follow the timetable: its teacher may have changed since.
         host_id = coalesce(case when lesson_id = :lessonId then :hostId::text end, host_id),
         -- An end that has passed says nothing of the new beginning, whoever chose it: the lesson's counts.
         ends_at = case when ends_at <= now() then :endsAt else ends_at end,
         times_by_hand = times_by_hand and ends_at > now()
       where organization_id = :organizationId and conference_id = :conferenceId::uuid and deleted_at is null
         and (state = 'planned' or (state = 'finished' and :endsAt::timestamptz > now()))`,
      { ...lesson, conferenceId, hostId: lesson.hostId ?? null },
    );
    await this.lives.change(transaction, organizationId, [conferenceId], (life, now) => {
      const over = life.state === 'finished' && !life.deleted && life.endsAt > now;
      return over ? happen(life, { kind: 'start' }, now) : startByHand(life, now);
    });
  }
}

async function insert(transaction: Knex, lesson: NewLessonConference): Promise<string> {
  const conferenceId = randomUUID();
  await rows(
    transaction,
    `insert into conference (organization_id, conference_id, kind, title, chat_id, lesson_id, lesson_title, host_id,
       starts_at, ends_at, timetable_starts_at, timetable_ends_at, lesson_source_id, lesson_subject, lesson_starts_at,
       lesson_ends_at, created_by)
     values (:organizationId, :conferenceId::uuid, 'lesson', :title,
       (select chat_id from chat where organization_id = :organizationId and source_id = :classOrGroupId
          and kind in ('subject', 'class') and state = 'open'
        order by kind = 'subject' desc, created_at limit 1),
       :lessonId, :lessonTitle, :hostId, :startsAt, :endsAt, :startsAt, :endsAt, :classOrGroupId, :subject,
       :startsAt, :endsAt, :createdBy)`,
    { ...lesson, conferenceId, hostId: lesson.hostId ?? null },
  );
  return conferenceId;
}

/** Called first: whoever holds the lane locks its row before those of conferences, and so do all. */
async function changed(transaction: Knex, organizationId: string): Promise<void> {
  await wakeLanes(transaction, [organizationId]);
  await notify(transaction, { kind: 'change', organizationId, topic: 'conferences' });
}
