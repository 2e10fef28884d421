import type { ConferenceCall } from './conference-call-store.js';
import type { Conference } from './conference-store.js';
import type { ConferenceState } from './conference-state.js';

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
}

/** Columns of {@link ConferenceRow}, from `conference` joined with its `chat`. */
export const CONFERENCE_COLUMNS = `conference.organization_id, conference.conference_id, conference.kind,
  conference.title, conference.chat_id, chat.title as chat_title, conference.lesson_id, conference.lesson_title,
  conference.host_id, conference.starts_at, conference.ends_at, conference.state, conference.join_link,
  conference.failure_code`;

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
  readonly post_key: number;
  readonly posted_at: Date | null;
  readonly chat_remote_id: string | null;
  readonly chat_owner: string | null;
}

export function toCall(row: CallRow): ConferenceCall {
  const postable = row.posted_at === null && row.chat_remote_id !== null && row.chat_owner !== null;
  return {
    conferenceId: row.conference_id,
    title: row.title,
    state: row.state,
    callId: row.call_id ?? undefined,
    joinLink: row.join_link ?? undefined,
    intentAt: row.intent_at ?? undefined,
    ownerAccount: row.owner_account ?? undefined,
    attempts: row.attempts,
    postTo: postable ? { chatId: row.chat_remote_id, account: row.chat_owner, key: row.post_key } : undefined,
  };
}
