import { inject } from 'inversify';

import type { ChatKind } from '../protocol/protocol.js';
import { Database, rows } from '../storage/database.js';
import { BELONGS, LED_BY_ANY } from './conference-belonging.js';
import type {
  ConferenceQuery,
  ConferenceRegistryStore,
  ParticipantDecision,
  RegistryConference,
} from './conference-registry-store.js';
import {
  CONFERENCE_COLUMNS,
  toConference,
  toWatchedConference,
  WATCHED_COLUMNS,
  WATCHED_FROM,
  type ConferenceRow,
  type WatchedRow,
} from './conference-rows.js';
import type { Conference, WatchedConference } from './conference-store.js';

const COLUMNS = `${WATCHED_COLUMNS}, chat.kind as chat_kind, ${BELONGS} as own, conference.revision,
  conference.times_by_hand, conference.timetable_starts_at, conference.timetable_ends_at`;

/** What runs, what is planned by its start, what is over, newest first. */
const LIVELINESS = `conference.state = any('{finished,cancelled}') :direction, conference.state = 'planned' :direction,
  extract(epoch from conference.starts_at) * (1 - 2 * (conference.state = any('{finished,cancelled}'))::integer)`;

const SORT: Readonly<Record<ConferenceQuery['sort'], string>> = {
  state: LIVELINESS,
  title: 'lower(conference.title)',
  kind: 'conference.kind',
  chat: 'lower(chat.title)',
  lesson: 'lower(conference.lesson_title)',
  start: 'conference.starts_at',
  end: 'conference.ends_at',
};

interface RegistryRow extends WatchedRow {
  readonly chat_kind: ChatKind | null;
  readonly own: boolean;
  readonly revision: string;
  readonly times_by_hand: boolean;
  readonly timetable_starts_at: Date | null;
  readonly timetable_ends_at: Date | null;
}

export class KnexConferenceRegistryStore implements ConferenceRegistryStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async list(query: ConferenceQuery): Promise<{ total: number; items: readonly RegistryConference[] }> {
    const first = `${SORT[query.sort]} :direction`.replaceAll(':direction', query.direction);
    const order = `${first} nulls last, conference.starts_at, conference.conference_id`;
    const found = await rows<RegistryRow & { total: string }>(
      this.database.knex,
      // The page first: what is said of each row is worked out for its rows alone.
      `select ${COLUMNS}, page.total
       from (
         select conference.conference_id as page_id, count(*) over () as total, row_number() over (order by ${order}) as place
         from conference left join chat using (organization_id, chat_id)
         where conference.organization_id = :organizationId and conference.deleted_at is null
           and (:query::text = '' or position(lower(:query) in lower(concat_ws(' ', conference.title, chat.title,
                conference.lesson_title, (select string_agg(concat_ws(' ', lesson_title, source_name), ' ')
                  from joined_lesson joined where joined.organization_id = conference.organization_id
                    and joined.conference_id = conference.conference_id)))) > 0)
           and (:status::text is null or conference.state = :status)
           and (:kind::text is null or conference.kind = :kind)
           and (not :onlyOwn::boolean or ${BELONGS})
         order by place
         offset :offset limit :limit
       ) page
       join conference on conference.organization_id = :organizationId and conference.conference_id = page.page_id
       left join chat using (organization_id, chat_id)
       left join delivery_lane lane using (organization_id)
       order by page.place`,
      { ...query, status: query.status ?? null, kind: query.kind ?? null },
    );
    return { total: Number(found[0]?.total ?? 0), items: found.map(toRegistryConference) };
  }

  async find(organizationId: string, conferenceId: string, personId: string): Promise<RegistryConference | undefined> {
    const found = await rows<RegistryRow>(
      this.database.knex,
      `select ${COLUMNS} ${WATCHED_FROM} where conference.organization_id = :organizationId
         and conference.conference_id = :conferenceId::uuid and conference.deleted_at is null`,
      { organizationId, conferenceId, personId },
    );
    return found[0] && toRegistryConference(found[0]);
  }

  async decisions(organizationId: string, conferenceId: string): Promise<readonly ParticipantDecision[]> {
    return rows<ParticipantDecision>(
      this.database.knex,
      `select person_id as "personId", person_kind as kind, hand from conference_member
       where organization_id = :organizationId and conference_id = :conferenceId::uuid`,
      { organizationId, conferenceId },
    );
  }

  async overlapping(
    organizationId: string,
    leaderIds: readonly string[],
    time: { readonly startsAt: Date; readonly endsAt: Date },
    exceptId: string | undefined,
  ): Promise<readonly Conference[]> {
    const found = await rows<ConferenceRow>(
      this.database.knex,
      `select ${CONFERENCE_COLUMNS} from conference left join chat using (organization_id, chat_id)
       where conference.organization_id = :organizationId and ${LED_BY_ANY}
         and conference.deleted_at is null and conference.state in ('planned', 'starting', 'active')
         and conference.starts_at < :endsAt and conference.ends_at > :startsAt
         and conference.starts_at > :startsAt::timestamptz - interval '1 day'
         and conference.conference_id is distinct from :exceptId::uuid
       order by conference.starts_at limit 50`,
      { organizationId, personIds: [...leaderIds], ...time, exceptId: exceptId ?? null },
    );
    return found.map(toConference);
  }

  async ofLessons(
    organizationId: string,
    lessonIds: readonly string[],
  ): Promise<ReadonlyMap<string, WatchedConference>> {
    const found = await rows<WatchedRow>(
      this.database.knex,
      `select ${WATCHED_COLUMNS} ${WATCHED_FROM}
       where conference.organization_id = :organizationId and conference.state <> 'cancelled'
         and (conference.lesson_id = any(:lessonIds::text[])
           or conference.conference_id = any(array(select conference_id from joined_lesson
             where organization_id = :organizationId and lesson_id = any(:lessonIds::text[]))))`,
      { organizationId, lessonIds: [...lessonIds] },
    );
    return new Map(
      found
        .map(toWatchedConference)
        .flatMap((conference) => lessonsOf(conference).map((lessonId) => [lessonId, conference] as const)),
    );
  }
}

/** Those that take place, its own first. */
function lessonsOf({ lessonId, takesPlace, joined }: Conference): readonly string[] {
  const others = joined.filter((lesson) => lesson.takesPlace).map((lesson) => lesson.lessonId);
  return takesPlace && lessonId !== undefined ? [lessonId, ...others] : others;
}

function toRegistryConference(row: RegistryRow): RegistryConference {
  const { timetable_starts_at: startsAt, timetable_ends_at: endsAt } = row;
  return {
    ...toWatchedConference(row),
    chatKind: row.chat_kind ?? undefined,
    own: row.own,
    revision: Number(row.revision),
    timesByHand: row.times_by_hand,
    timetable: startsAt === null || endsAt === null ? undefined : { startsAt, endsAt },
  };
}
