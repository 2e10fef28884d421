import { inject } from 'inversify';

import { Database, rows } from '../storage/database.js';
import type { CalendarEntry, CalendarOwner, CalendarStore } from './calendar-store.js';
import { TAKES_PART } from './conference-belonging.js';
import type { ConferenceState } from './life/conference-state.js';

/** More than anybody has in two months. */
const LONGEST = 1_000;

interface EntryRow {
  readonly conference_id: string;
  readonly title: string;
  readonly chat_title: string | null;
  readonly lesson_titles: readonly string[];
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly state: ConferenceState;
  readonly revision: string;
  readonly created_at: Date;
}

export class KnexCalendarStore implements CalendarStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async save(owner: CalendarOwner, secretHash: Uint8Array): Promise<void> {
    await rows(
      this.database.knex,
      `insert into calendar_address (organization_id, person_id, secret_hash)
       values (:organizationId, :personId, :secretHash)
       on conflict (organization_id, person_id) do update
         set secret_hash = excluded.secret_hash, created_at = now()`,
      { ...owner, secretHash: Buffer.from(secretHash) },
    );
  }

  async revoke(owner: CalendarOwner): Promise<void> {
    await rows(
      this.database.knex,
      'delete from calendar_address where organization_id = :organizationId and person_id = :personId',
      { ...owner },
    );
  }

  async createdAt(owner: CalendarOwner): Promise<Date | undefined> {
    const found = await rows<{ created_at: Date }>(
      this.database.knex,
      'select created_at from calendar_address where organization_id = :organizationId and person_id = :personId',
      { ...owner },
    );
    return found[0]?.created_at;
  }

  async owner(secretHash: Uint8Array): Promise<CalendarOwner | undefined> {
    const found = await rows<{ organization_id: string; person_id: string }>(
      this.database.knex,
      'select organization_id, person_id from calendar_address where secret_hash = :secretHash',
      { secretHash: Buffer.from(secretHash) },
    );
    return found[0] && { organizationId: found[0].organization_id, personId: found[0].person_id };
  }

  async entries(owner: CalendarOwner, from: Date, to: Date): Promise<readonly CalendarEntry[]> {
    const found = await rows<EntryRow>(
      this.database.knex,
      `select conference_id, conference.title, chat.title as chat_title,
              array_remove(array[case when lesson_takes_place then lesson_title end], null) || array(
                select concat_ws(', ', lesson_title, nullif(source_name, '')) from joined_lesson joined
                where joined.organization_id = conference.organization_id
                  and joined.conference_id = conference.conference_id and joined.takes_place
                order by source_name, lesson_id) as lesson_titles, starts_at, ends_at,
              conference.state, conference.revision, conference.created_at
       from conference left join chat using (organization_id, chat_id)
       where conference.organization_id = :organizationId and conference.deleted_at is null
         and starts_at < :to and ends_at > :from and starts_at > :from::timestamptz - interval '1 day' and ${TAKES_PART}
       order by starts_at, conference_id limit :limit`,
      { ...owner, from, to, limit: LONGEST },
    );
    return found.map((row) => ({
      conferenceId: row.conference_id,
      title: row.title,
      chatTitle: row.chat_title ?? undefined,
      lessonTitles: row.lesson_titles,
      startsAt: row.starts_at,
      endsAt: row.ends_at,
      state: row.state,
      revision: Number(row.revision),
      createdAt: row.created_at,
    }));
  }
}
