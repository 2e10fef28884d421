import type { ExternalChatId, ExternalUserId } from '../../messenger/messenger.js';
import { laterBy, type ConferenceLife, type LifeLengths, type LinkChat } from './conference-life.js';

/** A call to the messenger that a conference is in need of. */
export type CallAction =
  | { readonly kind: 'start' }
  | { readonly kind: 'end'; readonly callId: string; readonly account: ExternalUserId | undefined }
  | {
      readonly kind: 'post';
      readonly chatId: string;
      readonly remoteId: ExternalChatId;
      readonly account: ExternalUserId;
      readonly title: string;
      readonly joinLink: string;
      /** Makes posting repeatable. */
      readonly key: number;
    };

export interface LifePlan {
  readonly actions: readonly CallAction[];
  /** When the plan acts next: now where there are actions; undefined: never by itself. */
  readonly nextAt: Date | undefined;
}

/** How often a chat is looked at that is not there on the messenger's side, or has lost its account. */
const CHAT_AGAIN_MS = 30_000;
/** What is to be sent for a conference now, and when something is next. Pure. */
export function planLife(life: ConferenceLife, now: Date, lengths: LifeLengths): LifePlan {
  switch (life.state) {
    case 'planned':
      return resting(earliest(beginsAt(life, lengths), life.endsAt));
    case 'starting':
      return planStart(life, now);
    case 'active':
      return planPosts(life, now, laterBy(life.endsAt, lengths.graceMs));
    case 'ending':
      return planEnd(life, now);
    case 'finished':
    case 'cancelled':
      return resting(earliest(...life.doubts.map(({ until }) => until)));
  }
}

/** One whose lesson is missing waits until it is known whether the lesson is gone. */
export function beginsAt({ startsAt, lessonGoneAt }: ConferenceLife, { lessonGraceMs }: LifeLengths): Date {
  const known = lessonGoneAt === undefined ? startsAt : laterBy(lessonGoneAt, lessonGraceMs);
  return known > startsAt ? known : startsAt;
}

function planStart(life: ConferenceLife, now: Date): LifePlan {
  if (life.endsAt <= now) return resting(now);
  const starts = life.doubts.filter(({ kind }) => kind === 'call.start');
  if (starts.length > 0) {
    const said = rests(life, now)
      ? life.restUntil
      : earliest(...starts.map(({ until }) => until).filter((until) => until > now));
    return resting(earliest(said, life.endsAt));
  }
  if (life.held || life.waits) return resting(life.endsAt);
  return rests(life, now) ? resting(earliest(life.restUntil, life.endsAt)) : acting([{ kind: 'start' }], now);
}

function planPosts(life: ConferenceLife, now: Date, overAt: Date): LifePlan {
  if (overAt <= now) return resting(now);
  if (rests(life, now)) return resting(earliest(life.restUntil, overAt));
  const actions = life.chats.flatMap((chat) => postAction(life, chat, now) ?? []);
  if (actions.length > 0) return acting(actions, now);
  return resting(earliest(overAt, ...life.chats.map((chat) => looksAt(chat, now))));
}

function planEnd(life: ConferenceLife, now: Date): LifePlan {
  const { call } = life;
  if (call?.id === undefined) return resting(now);
  if (life.waits) return resting(undefined);
  if (rests(life, now)) return resting(life.restUntil);
  return acting([{ kind: 'end', callId: call.id, account: call.account }], now);
}

function postAction({ title, call }: ConferenceLife, chat: LinkChat, now: Date): CallAction | undefined {
  const { chatId, remoteId, account, post } = chat;
  if (call === undefined || remoteId === undefined || account === undefined || !isOpen(chat)) return undefined;
  if (post?.dueAt !== undefined && post.dueAt > now) return undefined;
  const { joinLink } = call;
  return { kind: 'post', chatId, remoteId, account, title, joinLink, key: postKey(`${joinLink} ${chatId}`) };
}

/** When something may be done for a chat that nothing is done for now. */
function looksAt(chat: LinkChat, now: Date): Date | undefined {
  if (chat.post?.postedAt !== undefined) return undefined;
  if (isOpen(chat) && chat.post?.dueAt !== undefined && chat.post.dueAt > now) return chat.post.dueAt;
  const lostAccount = chat.post?.failureCode?.startsWith('credential.') ?? false;
  return isOpen(chat) || lostAccount ? laterBy(now, CHAT_AGAIN_MS) : undefined;
}

/** The link is still to be posted here. What one account was refused another one may do. */
export function isOpen({ post, account }: LinkChat): boolean {
  if (post === undefined) return true;
  return post.postedAt === undefined && (post.dueAt !== undefined || post.account !== account);
}

/** The same for the same call and chat: a positive 31-bit number (FNV-1a). */
export function postKey(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash & 0x7fffffff || 1;
}

export function rests({ restUntil }: ConferenceLife, now: Date): boolean {
  return restUntil !== undefined && restUntil > now;
}

function earliest(...times: readonly (Date | undefined)[]): Date | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : new Date(Math.min(...known.map((time) => time.getTime())));
}

function resting(nextAt: Date | undefined): LifePlan {
  return { actions: [], nextAt };
}

function acting(actions: readonly CallAction[], now: Date): LifePlan {
  return { actions, nextAt: now };
}
