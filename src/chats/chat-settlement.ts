import { backoffMs } from '../delivery/backoff.js';
import type {
  ExternalChatId,
  ExternalUserId,
  MemberRole,
  MessengerAnswers,
  MessengerFailure,
  MessengerResult,
} from '../messenger/messenger.js';
import type { ChatAction } from './chat-plan.js';

/** What a result changes in the chat's row. Absent fields stay; null clears. */
export interface ChatChange {
  readonly remoteId?: ExternalChatId;
  readonly ownerAccount?: ExternalUserId;
  readonly remoteTitle?: string;
  readonly inviteLink?: string;
  readonly intentAt?: null;
  readonly readOffset?: number | null;
  readonly readSeen?: number;
  /** The members were read whole: whoever was not on the list is not there. */
  readonly compared?: true;
  readonly closed?: true;
  readonly failure?: StoredFailure | null;
}

export interface StoredFailure {
  readonly code: string;
  /** `retry`: tried again by itself; `refused`: not before something changes; `lost`: the chat is gone. */
  readonly class: 'retry' | 'refused' | 'lost';
  readonly nextAttemptAt: Date | null;
}

/** What a result changes in a member's row. */
export type MemberChange =
  | { readonly personId: string; readonly kind: 'left' }
  | { readonly personId: string; readonly kind: 'joined'; readonly account: ExternalUserId; readonly role: MemberRole }
  | { readonly personId: string; readonly kind: 'role'; readonly role: MemberRole }
  | { readonly personId: string; readonly kind: 'invited'; readonly code: string }
  | { readonly personId: string; readonly kind: 'failed'; readonly failure: StoredFailure };

export interface Settlement {
  readonly chat?: ChatChange;
  readonly member?: MemberChange;
  /** Accounts known to be in the chat now, whoever they belong to. */
  readonly seen?: readonly { readonly account: ExternalUserId; readonly role: MemberRole }[];
}

export interface SettlementContext {
  readonly now: Date;
  /** 0 ≤ x < 1 */
  readonly random: number;
  /** With which account the call was made. */
  readonly account: ExternalUserId;
  /** Attempts that failed before this one, of the member or the chat the action is about. */
  readonly attempts: number;
  readonly readSeen: number;
  /** Remote ids of this account that other chats have already. */
  readonly knownRemoteIds: ReadonlySet<ExternalChatId>;
}

/** A list that cannot be had after so many attempts does not keep the chat from its changes; it is read another time. */
const READ_ATTEMPTS = 3;

/** How long a chat that cannot be helped rests before it is tried once more. */
const REFUSED_CHAT_REST_MS = 6 * 3_600_000;

/** What a result means for the rows. Pure. */
export function settleAction(action: ChatAction, result: MessengerResult, context: SettlementContext): Settlement {
  if (!result.ok) {
    return isDone(action, result.failure)
      ? settleSuccess(action, undefined, context)
      : settleFailure(action, result.failure, context);
  }
  return settleSuccess(action, result.answer, context);
}

/** "Already so" is success, for what needs no answer; a chat that is gone has been left. */
function isDone(action: ChatAction, failure: MessengerFailure): boolean {
  if (failure.class === 'chat-lost') return action.kind === 'leave';
  return failure.class === 'settled' && !NEEDS_ANSWER.has(action.kind);
}

const NEEDS_ANSWER: ReadonlySet<ChatAction['kind']> = new Set(['create', 'find', 'take-over', 'read', 'invite-link']);

function settleSuccess(
  action: ChatAction,
  answer: MessengerAnswers[keyof MessengerAnswers] | undefined,
  context: SettlementContext,
): Settlement {
  switch (action.kind) {
    case 'create':
      return created(action.title, answer as MessengerAnswers['chat.create'], context);
    case 'find':
    case 'take-over':
      return found(action, answer as MessengerAnswers['chat.list'], context);
    case 'read':
      return read(answer as MessengerAnswers['chat.members'], context);
    case 'rename':
      return { chat: { remoteTitle: action.title, failure: null } };
    case 'invite-link':
      return { chat: { inviteLink: (answer as MessengerAnswers['chat.invite-link']).link } };
    case 'remove':
      return { member: { personId: action.personId, kind: 'left' } };
    case 'add':
      return { member: { personId: action.personId, kind: 'joined', account: action.account, role: 'member' } };
    case 'role':
      return { member: { personId: action.personId, kind: 'role', role: action.role } };
    case 'leave':
      return { chat: { closed: true, failure: null } };
  }
}

function created(title: string, answer: MessengerAnswers['chat.create'], { account }: SettlementContext): Settlement {
  return {
    chat: { remoteId: answer.chatId, ownerAccount: account, remoteTitle: title, intentAt: null, failure: null },
    seen: [
      { account, role: 'admin' },
      ...(answer.memberIds ?? []).map((member) => ({ account: member, role: 'member' as const })),
    ],
  };
}

/** One own chat: adopted. None: it was not created. Several: a person has to look, creating one more would not help. */
function found(
  action: { readonly kind: 'find' | 'take-over'; readonly title: string },
  answer: MessengerAnswers['chat.list'],
  context: SettlementContext,
): Settlement {
  const candidates = answer.chats.filter(
    (chat) =>
      chat.title === action.title &&
      !context.knownRemoteIds.has(chat.chatId) && (action.kind === 'take-over' || chat.ownerId === context.account),
  );
  const only = candidates[0];
  if (candidates.length === 1 && only !== undefined) {
    return {
      chat: {
        remoteId: only.chatId,
        ownerAccount: context.account,
        remoteTitle: only.title,
        intentAt: null,
        readOffset: 0,
        readSeen: 0,
        failure: null,
      },
    };
  }
  if (candidates.length === 0 && action.kind === 'find') return { chat: { intentAt: null, failure: null } };
  const code = candidates.length === 0 ? 'chat.not-found' : 'chat.ambiguous';
  return { chat: { failure: refusedChat(code, context) } };
}

/**
 * A list shorter than the messenger's own count was cut on its way, and an empty one says nothing, for whoever reads it
 * is a member: read again from the start, later.
 */
function read(answer: MessengerAnswers['chat.members'], context: SettlementContext): Settlement {
  const seen = context.readSeen + answer.members.length;
  const members = answer.members.map(({ userId, role = 'member' }) => ({ account: userId, role }));
  if (answer.nextOffset !== undefined) {
    return { chat: { readOffset: answer.nextOffset, readSeen: seen }, seen: members };
  }
  if (seen < answer.total || seen === 0) {
    const readOffset = context.attempts < READ_ATTEMPTS ? 0 : null;
    return { chat: { readOffset, readSeen: 0, failure: retried('chat.members-cut', context) }, seen: members };
  }
  return { chat: { readOffset: null, readSeen: 0, compared: true, failure: null }, seen: members };
}

function settleFailure(action: ChatAction, failure: MessengerFailure, context: SettlementContext): Settlement {
  const clearIntent = action.kind === 'create' && failure.class !== 'unknown' ? { intentAt: null } : {};
  switch (failure.class) {
    case 'rate':
    case 'split':
    case 'credential':
    case 'stop':
    case 'person-needed':
      // The lane reacts; nothing is wrong with this chat or person.
      return { chat: clearIntent };
    case 'chat-lost':
      return {
        chat: {
          failure: { code: failure.code, class: 'lost', nextAttemptAt: after(context.now, REFUSED_CHAT_REST_MS) },
        },
      };
    case 'chat-refused':
      return refusedAction(action, failure.code, clearIntent, context);
    case 'unknown':
    case 'retry':
      return 'personId' in action
        ? { member: { personId: action.personId, kind: 'failed', failure: retried(failure.code, context) } }
        : { chat: { ...clearIntent, ...givingUp(action, context), failure: retried(failure.code, context) } };
    case 'invite':
      if (action.kind === 'add') {
        return { member: { personId: action.personId, kind: 'invited', code: failure.code } };
      }
      return refused(action, failure.code, clearIntent, context);
    case 'permanent':
    case 'settled':
      return refused(action, failure.code, clearIntent, context);
  }
}

function givingUp(action: ChatAction, { attempts }: SettlementContext): { readonly readOffset?: null } {
  return action.kind === 'read' && attempts >= READ_ATTEMPTS ? { readOffset: null } : {};
}

function retried(code: string, { attempts, random, now }: SettlementContext): StoredFailure {
  return { code, class: 'retry', nextAttemptAt: after(now, backoffMs(attempts + 1, random)) };
}

function refusedChat(code: string, { now }: SettlementContext): StoredFailure {
  return { code, class: 'refused', nextAttemptAt: after(now, REFUSED_CHAT_REST_MS) };
}

/** Without its list a chat is still kept up. */
function refusedAction(
  action: ChatAction,
  code: string,
  clearIntent: { readonly intentAt?: null },
  context: SettlementContext,
): Settlement {
  const unread = action.kind === 'read' ? { readOffset: null } : {};
  return { chat: { ...clearIntent, ...unread, failure: refusedChat(code, context) } };
}

/** What is refused is the person's matter or the chat's, whichever the action is about. */
function refused(
  action: ChatAction,
  code: string,
  clearIntent: { readonly intentAt?: null },
  context: SettlementContext,
): Settlement {
  if (!('personId' in action)) return refusedAction(action, code, clearIntent, context);
  const failure: StoredFailure = { code, class: 'refused', nextAttemptAt: null };
  return { member: { personId: action.personId, kind: 'failed', failure } };
}

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
