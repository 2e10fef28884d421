import type { ConferenceCall, LinkPost } from './conference-call-store.js';
import type { Conference } from './conference-store.js';
import type { ConferenceState } from './conference-state.js';
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
  readonly join_link: string | null;
  readonly failure_code: string | null;
  readonly lesson_takes_place: boolean;
  readonly joined: readonly JoinedLessonRow[];
}

/** Columns of {@link ConferenceRow}, from `conference` joined with its `chat`. */
export const CONFERENCE_COLUMNS = `conference.organization_id, conference.conference_id, conference.kind,
  conference.title, conference.chat_id, chat.title as chat_title, conference.lesson_id, conference.lesson_title,
  conference.host_id, conference.starts_at, conference.ends_at, conference.state, conference.join_link,
  conference.failure_code, conference.lesson_takes_place, ${JOINED_LESSONS} as joined`;

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
    joinLink: row.join_link ?? undefined,
    failureCode: row.failure_code ?? undefined,
  };
}

export interface CallRow {
  readonly conference_id: string;
  readonly title: string;
  readonly state: ConferenceState;
  readonly call_id: string | null;
  readonly join_link: string | null;
  readonly intent_at: Date | null;
  readonly owner_account: string | null;
  readonly attempts: number;
  readonly posts: readonly LinkPost[];
}

export function toCall(row: CallRow): ConferenceCall {
  return {
    conferenceId: row.conference_id,
    title: row.title,
    state: row.state,
    callId: row.call_id ?? undefined,
    joinLink: row.join_link ?? undefined,
    intentAt: row.intent_at ?? undefined,
    ownerAccount: row.owner_account ?? undefined,
    attempts: row.attempts,
    posts: row.posts,
  };
}
