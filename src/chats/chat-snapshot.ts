import type { Doubt, NamedAccount } from '../delivery/doubt.js';
import type { ExternalChatId, ExternalUserId, MemberRole, MessengerAbilities } from '../messenger/messenger.js';

/** A part of a chat that can fail alone: everything else of the chat goes on. */
export type ChatProperty =
  | 'title'
  | 'link'
  | 'reading'
  /** The account that runs the chats makes the chat its own. */
  | 'take-over'
  /** Looking for a creation whose answer was lost. */
  | 'search'
  /** The account that owns the chat cannot be used, or has no access to it: nothing can be changed by it. */
  | 'owner'
  /** A second chat of this title is there. */
  | 'twin';

/** A failure that is booked on one property. */
export interface PropertyFailure {
  readonly attempts: number;
  /** Not tried before; undefined: not by itself. */
  readonly nextAttemptAt: Date | undefined;
}

/** A doubt about a chat. */
export interface ChatDoubt extends Doubt {
  /** The chat was read whole since the call was sent. */
  readonly looked: boolean;
}

/** A chat on the messenger's side that may be this one. */
export interface ChatCandidate {
  readonly remoteId: ExternalChatId;
  /** The account to which the id is local. */
  readonly account: ExternalUserId;
  readonly title: string;
  /** As the list of chats told; undefined: it did not. */
  readonly ownerAccount: ExternalUserId | undefined;
  /** Who is in it, as far as it was read. */
  readonly accounts: readonly ExternalUserId[];
  /** From where the people are still to be read; undefined: they are read. */
  readonly nextOffset: number | undefined;
}

/** A chat as it should be, as the messenger is known to have it, and what is in doubt. */
export interface ChatSnapshot {
  /** `archived`: kept as it is; only people whom nothing keeps there any more leave. */
  readonly state: 'open' | 'archived' | 'closing' | 'closed';
  readonly title: string;
  readonly remoteId: ExternalChatId | undefined;
  /** The account to which `remoteId` is local, and which changes the chat. */
  readonly ownerAccount: ExternalUserId | undefined;
  /** The account that made the chat: its owner on the messenger's side, whoever runs it. */
  readonly maker: ExternalUserId | undefined;
  /** The account that ran the chat before another one took over, and the chat's id as it sees it. */
  readonly former: { readonly account: ExternalUserId; readonly remoteId: ExternalChatId } | undefined;
  /** Undefined: not known. */
  readonly remoteTitle: string | undefined;
  readonly inviteLink: string | undefined;
  /** A creation with members was refused: it is created with nobody, and each is added alone. */
  readonly createsBare: boolean;
  readonly doubts: readonly ChatDoubt[];
  readonly candidates: readonly ChatCandidate[];
  /** A person has to say which candidate is this chat. */
  readonly asks: boolean;
  /** When the last complete search for a lost creation began. */
  readonly searchedAt: Date | undefined;
  /** The members have to be read from the messenger, from this offset on. */
  readonly readOffset: number | undefined;
  /** Nothing is tried for the whole chat before this. */
  readonly nextAttemptAt: Date | undefined;
  readonly failures: ReadonlyMap<ChatProperty, PropertyFailure>;
  /**
   * Those whose desired and delivered side differ, and the account that runs the chats; while the chat closes,
   * everybody who is there; while it is looked for, everybody who is known to be there.
   */
  readonly members: readonly MemberSnapshot[];
  /** Accounts that were put there by a call in doubt, or whose person linked another one: nothing wants them. */
  readonly strays: readonly StrayAccount[];
}

export interface MemberSnapshot {
  readonly personId: string;
  readonly wantedRole: MemberRole | undefined;
  /** Account the person is linked with; undefined: waits for linking. */
  readonly account: ExternalUserId | undefined;
  readonly deliveredRole: MemberRole | undefined;
  readonly deliveredAccount: ExternalUserId | undefined;
  readonly invited: boolean;
  /** The messenger said no the last time, whether it is tried again or not. */
  readonly refused: boolean;
  readonly attempts: number;
  readonly nextAttemptAt: Date | undefined;
}

/** An account that is in the chat beside the one its person is known by there. */
export interface StrayAccount {
  readonly personId: string;
  readonly account: ExternalUserId;
  readonly attempts: number;
  readonly nextAttemptAt: Date | undefined;
}

/** One call to the messenger that a chat needs. Everything but `create` may be repeated without harm. */
export type ChatAction = { readonly account: ExternalUserId } & (
  | { readonly kind: 'create'; readonly title: string; readonly people: readonly NamedAccount[] }
  /** Lists the account's chats: for a creation whose answer was lost, or to take over a chat whose link does not help. */
  | { readonly kind: 'search'; readonly title: string; readonly ownerAccount: ExternalUserId }
  /** Lists the account's chats before it creates the first one. */
  | { readonly kind: 'survey' }
  /** Reads who is in a candidate. */
  | { readonly kind: 'inspect'; readonly remoteId: ExternalChatId; readonly offset: number }
  /** The account that runs the chats joins by the invite link, to see the chat as its own. */
  | { readonly kind: 'take-over'; readonly link: string }
  | { readonly kind: 'describe' }
  | { readonly kind: 'read'; readonly offset: number }
  | { readonly kind: 'rename'; readonly title: string }
  | {
      readonly kind: 'remove';
      readonly personId: string;
      readonly target: ExternalUserId;
      /** The chat as `account` sees it, where that is not the owner. */
      readonly remoteId?: ExternalChatId;
      /** It is an account beside the one the person is known by. */
      readonly stray?: true;
    }
  | { readonly kind: 'add'; readonly personId: string; readonly target: ExternalUserId }
  | { readonly kind: 'role'; readonly personId: string; readonly target: ExternalUserId; readonly role: MemberRole }
  | { readonly kind: 'invite-link' }
  /** Everybody is out: the account leaves and the chat is closed. */
  | { readonly kind: 'leave' }
);

/** What follows from what is known already: booked without a call. */
export type ChatFinding =
  /** The candidate is this chat. */
  | { readonly kind: 'adopt'; readonly candidate: ChatCandidate }
  /** A person has to decide which of the candidates is this chat. */
  | { readonly kind: 'ask' }
  /** None of the candidates is this chat; a creation in doubt has come to nothing where `ended`. */
  | { readonly kind: 'none'; readonly ended: boolean }
  /** The chat that was to be taken over is not among the account's, or cannot be told from others. */
  | { readonly kind: 'not-taken'; readonly code: 'chat.not-found' | 'chat.ambiguous' };

export interface ChatPlan {
  /** In the order they are to be made. */
  readonly actions: readonly ChatAction[];
  readonly finding?: ChatFinding;
  /** When the plan would be another one by the time alone; undefined: never. */
  readonly nextAt: Date | undefined;
}

export interface PlanContext {
  /** The account that runs the organization's chats; undefined: nobody can now. */
  readonly account: ExternalUserId | undefined;
  readonly abilities: MessengerAbilities;
  readonly now: Date;
  /** The account's own chats were listed since this database came to be: it may create chats. */
  readonly surveyed: boolean;
  /** They are not listed before; undefined: at any time. */
  readonly surveyAt: Date | undefined;
  /** Accounts that other creations in doubt of the same account and title named. */
  readonly rivals: readonly (readonly ExternalUserId[])[];
}

/** The times that a plan waits for. */
export class Waits {
  private earliest: Date | undefined;

  constructor(readonly now: Date) {}

  /** Whether `time` is still to come; it is remembered then. */
  for(time: Date | undefined): boolean {
    if (time === undefined || time.getTime() <= this.now.getTime()) return false;
    if (this.earliest === undefined || time < this.earliest) this.earliest = time;
    return true;
  }

  get nextAt(): Date | undefined {
    return this.earliest;
  }
}
