import type { ExternalChatId, ExternalUserId, MemberRole, RemoteChat } from '../messenger/messenger.js';
import type { ChatProperty, ChatSnapshot } from './chat-snapshot.js';

/** How far a reading of the members has come. */
export interface ReadingSoFar {
  /** Different accounts that its pages have shown. */
  readonly accounts: readonly ExternalUserId[];
  /** How many there are, as the first page said; undefined: nothing was read yet. */
  readonly total: number | undefined;
}

/** What a page, or a wish to read, changes of a chat's reading. */
export interface ReadingChange {
  /** From where to go on; 0: from the start; null: nothing is to be read. */
  readonly offset: number | null;
  readonly accounts?: readonly ExternalUserId[];
  readonly total?: number;
  /** The list was read whole: who was not on it is not there, unless that are too many to be believed. */
  readonly whole?: true;
}

/** A failure as it is stored. Times are lengths: the database makes points in time of them. */
export interface StoredFailure {
  readonly code: string;
  /** `retry`: tried again by itself; `refused`: not before something changes. */
  readonly class: 'retry' | 'refused';
  /** Undefined: not by itself. */
  readonly restMs: number | undefined;
}

/** What a result changes in the chat's row. Absent fields stay; null clears. */
export interface ChatChange {
  readonly remoteId?: ExternalChatId;
  readonly ownerAccount?: ExternalUserId;
  /** Another account owned the chat so far: it is kept as the former one. */
  readonly takenOver?: true;
  readonly remoteTitle?: string | null;
  readonly inviteLink?: string;
  readonly createsBare?: true;
  readonly asks?: true;
  readonly closed?: true;
  readonly reading?: ReadingChange;
  readonly failure?: StoredFailure | null;
  readonly failures?: Readonly<Partial<Record<ChatProperty, StoredFailure | null>>>;
}

/** What a result changes in a member's row. */
export type MemberChange =
  | { readonly personId: string; readonly kind: 'left'; readonly account: ExternalUserId }
  | { readonly personId: string; readonly kind: 'joined'; readonly account: ExternalUserId; readonly role: MemberRole }
  | { readonly personId: string; readonly kind: 'role'; readonly role: MemberRole }
  | { readonly personId: string; readonly kind: 'invited'; readonly code: string }
  | { readonly personId: string; readonly kind: 'failed'; readonly failure: StoredFailure }
  /** The same for an account beside the one the person is known by. */
  | {
      readonly personId: string;
      readonly kind: 'stray-failed';
      readonly account: ExternalUserId;
      readonly failure: StoredFailure;
    };

/** An account known to be in the chat, whoever it belongs to. */
export interface SeenAccount {
  readonly account: ExternalUserId;
  /** Undefined: in, role not told. */
  readonly role: MemberRole | undefined;
}

export interface Settlement {
  readonly chat?: ChatChange;
  readonly member?: MemberChange;
  readonly seen?: readonly SeenAccount[];
  /** All chats of the account: candidates are among them. */
  readonly listed?: readonly RemoteChat[];
  /** Who is in a candidate, from one page. */
  readonly inspected?: {
    readonly remoteId: ExternalChatId;
    readonly accounts: readonly ExternalUserId[];
    readonly nextOffset: number | undefined;
    /** What was read of it before does not count. */
    readonly anew?: true;
  };
  /** The candidate cannot be read: it is none. */
  readonly dropped?: ExternalChatId;
  /** The call was answered, but what it did is not told: its doubt stays. */
  readonly unclear?: true;
}

export interface SettlementContext {
  /** 0 ≤ x < 1 */
  readonly random: number;
  /** The chat as it was when the call was planned. */
  readonly chat: Pick<ChatSnapshot, 'ownerAccount' | 'failures' | 'createsBare' | 'former' | 'doubts' | 'candidates'>;
  /** Failed attempts before this one, of the member or the whole chat the action is about. */
  readonly attempts: number;
  readonly reading: ReadingSoFar;
}
