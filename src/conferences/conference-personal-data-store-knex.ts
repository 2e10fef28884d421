import { inject } from 'inversify';

import type { PersonalDataPart } from '../account/personal-data-part.js';
import { Database, rows } from '../storage/database.js';
import { LEADS } from './conference-belonging.js';

interface ParticipationRow {
  readonly organization_id: string;
  readonly title: string;
  readonly starts_at: Date;
  readonly leads: boolean;
  readonly hand: string | null;
}

/** What conferences keep about a person: what they lead, what was decided about them by hand, their calendar's address. */
export class ConferencePersonalData implements PersonalDataPart {
  readonly id = 'conferences';

  constructor(@inject(Database) private readonly database: Database) {}

  async export(personId: string): Promise<unknown> {
    const [conferences, calendars] = await Promise.all([
      rows<ParticipationRow>(
        this.database.knex,
        `select conference.organization_id, title, starts_at, ${LEADS} as leads, hand
         from conference
         left join conference_member decision on decision.organization_id = conference.organization_id
           and decision.conference_id = conference.conference_id and decision.person_id = :personId
         where host_id = :personId or created_by = :personId or decision.person_id is not null
           or (conference.organization_id, conference.conference_id) in
             (select organization_id, conference_id from joined_lesson where teacher_id = :personId)
         order by starts_at`,
        { personId },
      ),
      rows<{ organization_id: string; created_at: Date }>(
        this.database.knex,
        'select organization_id, created_at from calendar_address where person_id = :personId',
        { personId },
      ),
    ]);
    if (conferences.length + calendars.length === 0) return undefined;
    return {
      conferences: conferences.map((row) => ({
        organizationId: row.organization_id,
        title: row.title,
        startsAt: row.starts_at.toISOString(),
        leads: row.leads,
        byHand: row.hand,
      })),
      calendars: calendars.map((row) => ({
        organizationId: row.organization_id,
        createdAt: row.created_at.toISOString(),
      })),
    };
  }

  async sent(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  /** What is over stays as it was, without the name; what is to come has no host any more. */
  async erase(personId: string): Promise<readonly []> {
    await this.database.knex.transaction(async (transaction) => {
      await rows(transaction, 'delete from calendar_address where person_id = :personId', { personId });
      await rows(transaction, 'delete from conference_member where person_id = :personId', { personId });
      await rows(transaction, 'update joined_lesson set teacher_id = null where teacher_id = :personId', { personId });
      await rows(
        transaction,
        `update conference set host_id = case when host_id = :personId then null else host_id end,
           created_by = case when created_by = :personId then '' else created_by end
         where host_id = :personId or created_by = :personId`,
        { personId },
      );
    });
    return [];
  }
}
