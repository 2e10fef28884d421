import { standstillOf } from './conference-standstill.js';
import type { Conference, WatchedConference } from './conference-store.js';
import { mayStart, type ConferenceState, type EndReason, type Startable } from './life/conference-state.js';
import { JOINED_LESSONS, toJoinedLesson, type JoinedLessonRow } from './joined-lesson-store-knex.js';

export interface ConferenceRow {
  readonly organization_id: string;
  readonly conference_id: string;
  readonly kind: 'lesson' | 'call';
  readonly title: string;
  readonly chat_id: string | null;
  readonly chat_title: string | null;
  readonly lesson_id: string | null;
  readonly lesson_title: string | null;
  readonly host_id: string | null;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly state: ConferenceState;
  readonly ended_by: EndReason | null;
  readonly in_time: boolean;
  readonly as_of: Date;
  readonly join_link: string | null;
  readonly failure_code: string | null;
  readonly lesson_takes_place: boolean;
  readonly joined: readonly JoinedLessonRow[];
}

/** What keeps a conference from going on. */
export interface WatchedRow extends ConferenceRow {
  readonly held: boolean;
  readonly waits: boolean;
  readonly due_at: Date | null;
  readonly stop_code: string | null;
  readonly stop_until: Date | null;
}

/** SQL: why the link is missing in a chat, of a running row of `conference`. */
const POST_FAILURE = `(select post.failure_code from conference_post post
  where conference.state = 'active' and post.organization_id = conference.organization_id
    and post.conference_id = conference.conference_id and post.posted_at is null and post.failure_code is not null
  order by post.chat_id limit 1)`;

/** Columns of {@link ConferenceRow}, from `conference` joined with its `chat`. */
export const CONFERENCE_COLUMNS = `conference.organization_id, conference.conference_id, conference.kind,
  conference.title, conference.chat_id, chat.title as chat_title, conference.lesson_id, conference.lesson_title,
  conference.host_id, conference.starts_at, conference.ends_at, conference.state, conference.ended_by,
  conference.ends_at > now() as in_time, now() as as_of, conference.join_link,
  coalesce(conference.failure_code, ${POST_FAILURE}) as failure_code, conference.lesson_takes_place, ${JOINED_LESSONS} as joined`;

/** Columns of {@link WatchedRow}, from {@link WATCHED_FROM}. */
export const WATCHED_COLUMNS = `${CONFERENCE_COLUMNS}, conference.held, conference.waits, conference.due_at,
  lane.stop_code, lane.stop_until`;

/** SQL: conferences with their chat and the school's lane. */
export const WATCHED_FROM = `from conference left join chat using (organization_id, chat_id)
  left join delivery_lane lane using (organization_id)`;

export function toWatchedConference(row: WatchedRow): WatchedConference {
  const conference = toConference(row);
  const waiting = {
    ...{ state: row.state, failureCode: row.failure_code ?? undefined },
    ...{ held: row.held, waits: row.waits, dueAt: row.due_at ?? undefined },
    ...{ stopCode: row.stop_code ?? undefined, stopUntil: row.stop_until ?? undefined },
  };
  return { ...conference, ...standstillOf(waiting, row.as_of) };
}

export function toConference(row: ConferenceRow): Conference {
  return {
    organizationId: row.organization_id,
    conferenceId: row.conference_id,
    kind: row.kind,
    title: row.title,
    chatId: row.chat_id ?? undefined,
    chatTitle: row.chat_title ?? undefined,
    lessonId: row.lesson_id ?? undefined,
    lessonTitle: row.lesson_title ?? undefined,
    takesPlace: row.lesson_takes_place,
    joined: row.joined.map(toJoinedLesson),
    hostId: row.host_id ?? undefined,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    state: row.state,
    endedBy: row.ended_by ?? undefined,
    startable: mayStart(startable(row)),
    joinLink: row.join_link ?? undefined,
    failureCode: row.failure_code ?? undefined,
    asOf: row.as_of,
  };
}

function startable(row: ConferenceRow): Startable {
  return {
    ...{ state: row.state, endedBy: row.ended_by ?? undefined },
    ...{ failureCode: row.failure_code ?? undefined, inTime: row.in_time },
  };
}
