import { inject } from 'inversify';
import type { Knex } from 'knex';

import { wakeLanes } from '../delivery/lane-wake-store-knex.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { BELONGS } from './conference-belonging.js';
import { CONFERENCE_COLUMNS, toConference, type ConferenceRow } from './conference-rows.js';
import type { Conference, ConferenceStore, NewLessonConference } from './conference-store.js';
import { takenLesson } from './joined-lesson-store-knex.js';

export const NOTHING_SENT = `(state = 'planned' or (state = 'starting' and intent_at is null))`;
/** A failed start is forgotten, the person repeats it; one that is under way has no failure and is left alone. */
const START_AGAIN = `due_at = now(), intent_at = null, failure_code = null, attempts = 0`;

export class KnexConferenceStore implements ConferenceStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async startLesson(lesson: NewLessonConference): Promise<Conference> {
    await this.database.knex.transaction(async (transaction) => {
      await changed(transaction, lesson.organizationId);
      const taken = await takenLesson(transaction, lesson.organizationId, [lesson.lessonId], undefined);
      if (taken === undefined) await begin(transaction, lesson);
      else await beginTaken(transaction, lesson, taken.conferenceId);
    });
    const conference = await this.ofLesson(lesson.organizationId, lesson.lessonId);
    if (conference === undefined) throw new Error(`the conference of lesson ${lesson.lessonId} is not there`);
    return conference;
  }

  async ofLesson(organizationId: string, lessonId: string): Promise<Conference | undefined> {
    const found = await rows<ConferenceRow>(
      this.database.knex,
      `select ${CONFERENCE_COLUMNS} from conference left join chat using (organization_id, chat_id)
       where conference.organization_id = :organizationId and conference.state <> 'cancelled'
         and ((conference.lesson_id = :lessonId and conference.lesson_takes_place)
           or conference.conference_id = (select conference_id from joined_lesson
             where organization_id = :organizationId and lesson_id = :lessonId and takes_place))`,
      { organizationId, lessonId },
    );
    return found[0] && toConference(found[0]);
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
    await this.database.knex.transaction(async (transaction) => {
      await changed(transaction, organizationId);
      await rows(
        transaction,
        `update conference set state = 'starting', ${START_AGAIN}
         where organization_id = :organizationId and conference_id = :conferenceId and deleted_at is null
           and ends_at > now() and (state = 'planned' or (state = 'starting' and failure_code is not null))`,
        { organizationId, conferenceId },
      );
    });
  }

  async end(organizationId: string, conferenceId: string): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      await changed(transaction, organizationId);
      await rows(
        transaction,
        // Where nothing was sent yet, the end is true at once.
        `update conference set
           state = case when ${NOTHING_SENT} then 'finished' else 'ending' end,
           ended_at = now(), due_at = case when ${NOTHING_SENT} then null else now() end, attempts = 0
         where organization_id = :organizationId and conference_id = :conferenceId
           and state in ('planned', 'starting', 'active')`,
        { organizationId, conferenceId },
      );
    });
  }
}

async function begin(transaction: Knex, lesson: NewLessonConference): Promise<void> {
  await rows(
    transaction,
    `insert into conference (organization_id, kind, title, chat_id, lesson_id, lesson_title, host_id,
       starts_at, ends_at, timetable_starts_at, timetable_ends_at, state, due_at, created_by)
     values (:organizationId, 'lesson', :title,
       (select chat_id from chat where organization_id = :organizationId and source_id = :classOrGroupId
          and kind in ('subject', 'class') and state = 'open'
        order by kind = 'subject' desc, created_at limit 1),
       :lessonId, :lessonTitle, :hostId, :startsAt, :endsAt, :startsAt, :timetableEndsAt, 'starting', now(), :createdBy)`,
    { ...lesson, hostId: lesson.hostId ?? null },
  );
}

/** The lesson has an online lesson, alone or with others. Whoever asks knows that the lesson takes place. */
async function beginTaken(
  transaction: Knex,
  { organizationId, lessonId, endsAt }: NewLessonConference,
  conferenceId: string,
): Promise<void> {
  await rows(
    transaction,
    `update joined_lesson set takes_place = true where organization_id = :organizationId and lesson_id = :lessonId`,
    { organizationId, lessonId },
  );
  await rows(
    transaction,
    `update conference set lesson_takes_place = true
     where organization_id = :organizationId and conference_id = :conferenceId::uuid and lesson_id = :lessonId`,
    { organizationId, conferenceId, lessonId },
  );
  await rows(
    transaction,
    `update conference set state = 'starting', ${START_AGAIN},
       ends_at = case when ends_at <= now() then :endsAt::timestamptz else ends_at end
     where organization_id = :organizationId and conference_id = :conferenceId::uuid and deleted_at is null
       and (state = 'planned' or (state = 'starting' and failure_code is not null))`,
    { organizationId, conferenceId, endsAt },
  );
}

/** Called first: whoever holds the lane locks its row before those of conferences, and so do all. */
async function changed(transaction: Knex, organizationId: string): Promise<void> {
  await wakeLanes(transaction, [organizationId]);
  await notify(transaction, { kind: 'change', organizationId, topic: 'conferences' });
}
