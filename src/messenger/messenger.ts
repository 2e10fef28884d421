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
  /** `chat.describe` tells title and owner of one chat. */
  readonly describeChat: boolean;
  /** `chat.join` brings the account into a chat by its invite link, and tells the chat's id as that account sees it. */
  readonly joinByLink: boolean;
  readonly calls: boolean;
  /** How many calls travel in one request (1 = no batching). */
  readonly callsPerRequest: number;
  /** Requests per second and credential. */
  readonly requestsPerSecond: number;
  /** Longest title in characters that is kept whole. */
  readonly titleLength: number;
  /**
   * How long after it was sent a request may still take effect, in milliseconds. An own choice where the messenger
   * documents none: longer than the request's time limit, since giving up does not stop the other side.
   */
  readonly effectWithinMs: number;
}

export type MessengerCall =
  /** Not idempotent. Adds whom it may; the answer says who is in. The account becomes owner and member. */
  | { readonly kind: 'chat.create'; readonly title: string; readonly userIds: readonly ExternalUserId[] }
  /** All chats that the account is in. Complete or a failure; several in one request are one reading. */
  | { readonly kind: 'chat.list' }
  /** Title and owner of one chat as the messenger has them now. */
  | { readonly kind: 'chat.describe'; readonly chatId: ExternalChatId }
  /** Repeatable: who is in already is told the id, or refused (`settled` or `permanent`); which is not documented. */
  | { readonly kind: 'chat.join'; readonly link: string }
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
  /** Undefined: the list does not tell roles. */
  readonly role: MemberRole | undefined;
  readonly owner: boolean;
}

export interface RemoteChat {
  readonly chatId: ExternalChatId;
  readonly title: string;
  /** Undefined: not told. */
  readonly ownerId: ExternalUserId | undefined;
  readonly membersCount: number | undefined;
}

/** What each call answers when it succeeds. */
export interface MessengerAnswers {
  /**
   * `memberIds`: those that were really added (the account itself is not listed). Undefined: the answer does not say, and
   * the chat has to be read.
   */
  'chat.create': { readonly chatId: ExternalChatId; readonly memberIds: readonly ExternalUserId[] | undefined };
  'chat.list': { readonly chats: readonly RemoteChat[] };
  'chat.describe': { readonly title: string | undefined; readonly ownerId: ExternalUserId | undefined };
  /** `chatId` as the account that joined sees it. */
  'chat.join': { readonly chatId: ExternalChatId };
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
export type MessengerCallKind = MessengerCall['kind'];

/** Calls that change something on the messenger's side. */
export type EffectKind = Exclude<
  MessengerCallKind,
  'chat.list' | 'chat.describe' | 'chat.members' | 'chat.invite-link' | 'chat.join'
>;
export type EffectCall = Extract<MessengerCall, { kind: EffectKind }>;

/**
 * What to do about a failure.
 *
 * - `retry`: try again later, with backoff. Only when it is sure that nothing was done, or the call is idempotent.
 * - `rate`: the same at once, after `retryAfterMs`; not counted as an attempt.
 * - `split`: the request was refused as a whole and nothing is said of its calls: the same in smaller packs.
 * - `unknown`: the answer was lost; the effect may have happened.
 * - `settled`: already so (already a member, already gone): success.
 * - `invite`: the person cannot be added, but may come by an invite link.
 * - `permanent`: do not try again by itself; show why.
 * - `chat-lost`: the chat is gone or no longer reachable for this account.
 * - `chat-refused`: this account may not do that in this chat; a person must change the chat on the messenger's side.
 * - `credential`: the token is refused: refresh once, then the link is broken.
 * - `person-needed`: a person must act on the messenger's side (captcha, confirmation).
 * - `flood`: too many calls of this kind: none of the kind with this credential for `retryAfterMs`; other kinds go on.
 * - `stop`: stop everything with this credential (spam restriction, wrong kind of token, missing right).
 */
export type MessengerFailureClass =
  | 'retry'
  | 'rate'
  | 'split'
  | 'unknown'
  | 'settled'
  | 'invite'
  | 'permanent'
  | 'chat-lost'
  | 'chat-refused'
  | 'credential'
  | 'person-needed'
  | 'flood'
  | 'stop';

/**
 * What a verdict is about; it is booked on that and on nothing wider.
 *
 * - `request`: the request as a whole; its calls are not judged.
 * - `credential`: the account or its token.
 * - `ability`: a kind of call that this account may not make, at all or for a while.
 * - `chat`: the chat the call names.
 * - `person`: one of the people the call names.
 * - `call`: this call, nothing else.
 */
export type FailureScope = 'request' | 'credential' | 'ability' | 'chat' | 'person' | 'call';

export interface MessengerFailure {
  readonly class: MessengerFailureClass;
  /** Stable code for storing and showing, `vk.<code>` or `vk.<code>.<subcode>`, `transport.timeout`, `transport.html`, … */
  readonly code: string;
  readonly scope: FailureScope;
  /**
   * `none`: it is sure that the call changed nothing. `possible`: it may have, or may still do so until
   * `effectWithinMs` after it was sent. Meaningless for calls without an effect.
   */
  readonly effect: 'none' | 'possible';
  readonly retryAfterMs?: number;
  /** For a person who must act: where. */
  readonly actionUrl?: string;
}

/** An answer, tied to the kind of its call. */
export type MessengerSuccess<K extends MessengerCallKind = MessengerCallKind> = {
  [P in K]: { readonly ok: true; readonly kind: P; readonly answer: MessengerAnswers[P] };
}[K];

export interface MessengerRefusal {
  readonly ok: false;
  readonly failure: MessengerFailure;
}

export type MessengerResult<K extends MessengerCallKind = MessengerCallKind> = MessengerSuccess<K> | MessengerRefusal;

/** The port to the messenger. Adapters hold no state about chats and never retry by themselves. */
export interface Messenger {
  readonly abilities: MessengerAbilities;
  /**
   * One remote request carrying all calls.
   * @param calls 1 to `abilities.callsPerRequest`, of any chats; carried out in order
   * @returns one result per call, same order and kind. A failure of the whole request is given to each call; never
   *   rejects for what the messenger or the network did.
   */
  send(
    credential: MessengerCredential,
    calls: readonly MessengerCall[],
    signal?: AbortSignal,
  ): Promise<readonly MessengerResult[]>;
}
export const Messenger = Symbol('Messenger') as ServiceIdentifier<Messenger>;
