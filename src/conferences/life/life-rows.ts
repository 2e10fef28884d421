import type { EffectKind } from '../../messenger/messenger.js';
import type { CallDoubt, ConferenceLife, LinkChat } from './conference-life.js';
import type { ConferenceState, EndReason } from './conference-state.js';

export interface LifeRow {
  readonly conference_id: string;
  readonly title: string;
  readonly state: ConferenceState;
  readonly ended_by: EndReason | null;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly ended_at: Date | null;
  readonly deleted: boolean;
  readonly lesson_gone_at: Date | null;
  readonly call_id: string | null;
  readonly join_link: string | null;
  readonly owner_account: string | null;
  readonly failure_code: string | null;
  readonly attempts: number;
  readonly rest_until: Date | null;
  readonly held: boolean;
  readonly waits: boolean;
  readonly due_at: Date | null;
  readonly doubts: readonly DoubtRow[];
  readonly chats: readonly ChatRow[];
  readonly now: Date;
}

interface DoubtRow {
  readonly id: string;
  readonly kind: EffectKind;
  readonly sentAt: string;
  readonly until: string;
}

interface ChatRow {
  readonly chatId: string;
  readonly remoteId: string | null;
  readonly account: string | null;
  readonly post: {
    readonly postedAt: string | null;
    readonly failureCode: string | null;
    readonly attempts: number;
    readonly dueAt: string | null;
    readonly account: string | null;
  } | null;
}

/** SQL: {@link DoubtRow}s of the row of `conference`. */
const DOUBTS = `(select coalesce(jsonb_agg(jsonb_build_object('id', doubt_id, 'kind', kind, 'sentAt', sent_at,
    'until', until)), '[]')
  from delivery_doubt doubt where doubt.organization_id = conference.organization_id
    and doubt.subject_id = conference.conference_id)`;

/** SQL: {@link ChatRow}s of the row of `conference`: of its lessons that take place, each chat once. */
const CHATS = `(select coalesce(jsonb_agg(jsonb_build_object('chatId', linked.chat_id, 'remoteId', chat.remote_id::text,
    'account', chat.owner_account::text, 'post', case when post.chat_id is not null then jsonb_build_object(
      'postedAt', post.posted_at, 'failureCode', post.failure_code, 'attempts', post.attempts, 'dueAt', post.due_at,
      'account', post.account::text) end) order by linked.chat_id), '[]')
  from (
    select conference.chat_id where conference.lesson_takes_place and conference.chat_id is not null
    union
    select joined.chat_id from joined_lesson joined
    where joined.organization_id = conference.organization_id and joined.conference_id = conference.conference_id
      and joined.takes_place and joined.chat_id is not null) linked
  left join chat on chat.organization_id = conference.organization_id and chat.chat_id = linked.chat_id
  left join conference_post post on post.organization_id = conference.organization_id
    and post.conference_id = conference.conference_id and post.chat_id = linked.chat_id)`;

/** Columns of {@link LifeRow}, from `conference`. */
export const LIFE_COLUMNS = `conference.conference_id, conference.title, conference.state, conference.ended_by,
  conference.starts_at, conference.ends_at, conference.ended_at, conference.deleted_at is not null as deleted,
  conference.lesson_gone_at, conference.call_id, conference.join_link, conference.owner_account::text,
  conference.failure_code, conference.attempts, conference.rest_until, conference.held, conference.waits,
  conference.due_at, ${DOUBTS} as doubts, ${CHATS} as chats, now() as now`;

export function toLife(row: LifeRow): ConferenceLife {
  return {
    conferenceId: row.conference_id,
    title: row.title,
    state: row.state,
    endedBy: row.ended_by ?? undefined,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    endedAt: row.ended_at ?? undefined,
    deleted: row.deleted,
    lessonGoneAt: row.lesson_gone_at ?? undefined,
    call:
      row.join_link === null
        ? undefined
        : { id: row.call_id ?? undefined, joinLink: row.join_link, account: row.owner_account ?? undefined },
    failureCode: row.failure_code ?? undefined,
    attempts: row.attempts,
    restUntil: row.rest_until ?? undefined,
    held: row.held,
    waits: row.waits,
    doubts: row.doubts.map(toDoubt),
    chats: row.chats.map(toChat),
  };
}

function toDoubt({ id, kind, sentAt, until }: DoubtRow): CallDoubt {
  return { id, kind, sentAt: new Date(sentAt), until: new Date(until) };
}

function toChat({ chatId, remoteId, account, post }: ChatRow): LinkChat {
  return {
    chatId,
    remoteId: remoteId ?? undefined,
    account: account ?? undefined,
    post: post === null ? undefined : toPost(post),
  };
}

function toPost(post: NonNullable<ChatRow['post']>): LinkChat['post'] {
  const { postedAt, failureCode, attempts, dueAt, account } = post;
  return {
    postedAt: postedAt === null ? undefined : new Date(postedAt),
    failureCode: failureCode ?? undefined,
    attempts,
    dueAt: dueAt === null ? undefined : new Date(dueAt),
    account: account ?? undefined,
  };
}
