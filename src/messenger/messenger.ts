import type { ServiceIdentifier } from 'inversify';

/** Id of an account on the messenger's side: a decimal number of up to 64 bits, as text. */
export type ExternalUserId = string;
/** Id of a chat as the account that holds the token sees it (local to that account), as text. */
export type ExternalChatId = string;

/** With which account a request is made. Passed per request; adapters keep no credential. */
export interface MessengerCredential {
  readonly accessToken: string;
  /** The account behind the token. */
  readonly userId: ExternalUserId;
}

export type MemberRole = 'member' | 'admin';

/** What a messenger can do. The plan uses what there is. */
export interface MessengerAbilities {
  readonly createChat: boolean;
  /** `chat.create` takes first members. */
  readonly createWithMembers: boolean;
  readonly addMember: boolean;
  readonly removeMember: boolean;
  readonly setRole: boolean;
  readonly inviteLink: boolean;
  readonly listMembers: boolean;
  readonly calls: boolean;
  /** How many calls travel in one request (1 = no batching). */
  readonly callsPerRequest: number;
  /** Requests per second and credential. */
  readonly requestsPerSecond: number;
  /** Longest title in characters that is kept whole. */
  readonly titleLength: number;
}

export type MessengerCall =
  /** Not idempotent. Adds whom it may; the answer says who is in. The account becomes owner and member. */
  | { readonly kind: 'chat.create'; readonly title: string; readonly userIds: readonly ExternalUserId[] }
  /** Chats with exactly this title that the account is in: to adopt one after a lost answer. Complete or a failure. */
  | { readonly kind: 'chat.find'; readonly title: string }
  | { readonly kind: 'chat.rename'; readonly chatId: ExternalChatId; readonly title: string }
  | { readonly kind: 'chat.invite-link'; readonly chatId: ExternalChatId }
  | { readonly kind: 'chat.members'; readonly chatId: ExternalChatId; readonly offset: number }
  | { readonly kind: 'member.add'; readonly chatId: ExternalChatId; readonly userId: ExternalUserId }
  /** Also leaves the chat, when `userId` is the credential's own account. */
  | { readonly kind: 'member.remove'; readonly chatId: ExternalChatId; readonly userId: ExternalUserId }
  | {
      readonly kind: 'member.role';
      readonly chatId: ExternalChatId;
      readonly userId: ExternalUserId;
      readonly role: MemberRole;
    }
  /** `key` makes a repeat within the hour harmless: a positive 31-bit number. */
  | { readonly kind: 'message.post'; readonly chatId: ExternalChatId; readonly text: string; readonly key: number }
  /** Not idempotent. */
  | { readonly kind: 'call.start' }
  | { readonly kind: 'call.end'; readonly callId: string };

export interface RemoteMember {
  readonly userId: ExternalUserId;
  readonly role: MemberRole;
  readonly owner: boolean;
}

export interface RemoteChat {
  readonly chatId: ExternalChatId;
  readonly title: string;
  readonly ownerId: ExternalUserId;
  readonly membersCount: number;
}

/** What each call answers when it succeeds. */
export interface MessengerAnswers {
  /** `memberIds`: those that were really added (the account itself is not listed). */
  'chat.create': { readonly chatId: ExternalChatId; readonly memberIds: readonly ExternalUserId[] };
  'chat.find': { readonly chats: readonly RemoteChat[] };
  'chat.rename': Record<never, never>;
  'chat.invite-link': { readonly link: string };
  /** `total` as the messenger says; fewer members than `total` over all pages means the list was cut. */
  'chat.members': { readonly members: readonly RemoteMember[]; readonly total: number; readonly nextOffset?: number };
  'member.add': Record<never, never>;
  'member.remove': Record<never, never>;
  'member.role': Record<never, never>;
  'message.post': Record<never, never>;
  /** `joinLink` verbatim: never rebuilt or changed. */
  'call.start': { readonly callId?: string; readonly joinLink: string };
  'call.end': Record<never, never>;
}
export type MessengerAnswer = { [K in keyof MessengerAnswers]: MessengerAnswers[K] }[keyof MessengerAnswers];

/**
 * What to do about a failure.
 *
 * - `retry`: try again later, with backoff. Only when it is sure that nothing was done, or the call is idempotent.
 * - `rate`: the same at once, after `retryAfterMs`; not counted as an attempt.
 * - `unknown`: the answer was lost; the effect may have happened.
 * - `settled`: already so (already a member, already gone): success.
 * - `invite`: the person cannot be added, but may come by an invite link.
 * - `permanent`: do not try again by itself; show why.
 * - `chat-lost`: the chat is gone or no longer reachable for this account.
 * - `chat-refused`: this account may not do that in this chat; a person must change the chat on the messenger's side.
 * - `credential`: the token is refused: refresh once, then the link is broken.
 * - `person-needed`: a person must act on the messenger's side (captcha, confirmation).
 * - `stop`: stop everything with this credential (spam restriction, wrong kind of token, missing right).
 */
export type MessengerFailureClass =
  | 'retry'
  | 'rate'
  | 'unknown'
  | 'settled'
  | 'invite'
  | 'permanent'
  | 'chat-lost'
  | 'chat-refused'
  | 'credential'
  | 'person-needed'
  | 'stop';

export interface MessengerFailure {
  readonly class: MessengerFailureClass;
  /** Stable code for storing and showing, `vk.<code>` or `vk.<code>.<subcode>`, `transport.timeout`, `transport.html`, … */
  readonly code: string;
  readonly retryAfterMs?: number;
  /** For a person who must act: where. */
  readonly actionUrl?: string;
}

export type MessengerResult<K extends MessengerCall['kind'] = MessengerCall['kind']> =
  | { readonly ok: true; readonly answer: MessengerAnswers[K] }
  | { readonly ok: false; readonly failure: MessengerFailure };

/** The port to the messenger. Adapters hold no state about chats and never retry by themselves. */
export interface Messenger {
  readonly abilities: MessengerAbilities;
  /**
   * One remote request carrying all calls.
   * @param calls 1 to `abilities.callsPerRequest`, of any chats; carried out in order
   * @returns one result per call, same order. A failure of the whole request is given to each call; never rejects
   *   for what the messenger or the network did.
   */
  send(
    credential: MessengerCredential,
    calls: readonly MessengerCall[],
    signal?: AbortSignal,
  ): Promise<readonly MessengerResult[]>;
}
export const Messenger = Symbol('Messenger') as ServiceIdentifier<Messenger>;
