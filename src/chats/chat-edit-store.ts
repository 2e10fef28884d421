import type { ServiceIdentifier } from 'inversify';

import type { ChatKind } from '../protocol/protocol.js';
import type { MemberDecision } from './chat-edit-rules.js';
import type { DesiredMember } from './chat-rules.js';

/** Who changes which chat by hand. */
export interface EditedChat {
  readonly organizationId: string;
  readonly chatId: string;
  /** Person who changes it. */
  readonly by: string;
}

export interface ChatCreation {
  readonly organization: { readonly id: string; readonly name: string; readonly timeZone: string };
  readonly by: string;
  readonly requestId: string;
  readonly kind: 'subject' | 'other';
  readonly title: string;
  /** Study group of a subject chat; empty otherwise. */
  readonly groupId: string;
  readonly groupTitle: string;
  readonly schoolYear: string;
  /** Of the organisation's rows, from before the directory was read, see `ChatRuleStore.version`. */
  readonly version: string;
  readonly members: readonly DesiredMember[];
  readonly decisions: readonly MemberDecision[];
}

/** The title belongs to another chat already. */
export interface TitleTaken {
  readonly kind: 'title-taken';
  readonly title: string;
  readonly chatKind: ChatKind;
}

export type CreationOutcome =
  /** `repeated`: the request was carried out before. */
  | { readonly kind: 'created' | 'repeated'; readonly chatId: string }
  /** The rules wrote since the directory was read: read again. */
  | { readonly kind: 'stale' }
  | TitleTaken;

export interface ChatChangeByHand extends EditedChat {
  readonly requestId: string | undefined;
  /** As the form opened with. */
  readonly revision: number;
  /** Undefined: stays. */
  readonly title: { readonly text: string; readonly byHand: boolean } | undefined;
  readonly decisions: readonly MemberDecision[];
}

/** `conflict`: somebody changed the chat in between, or it is being deleted. `missing`: no such chat. */
export type EditOutcome = { readonly kind: 'done' | 'conflict' | 'missing' } | TitleTaken;

/** The desired side of chats, as people change it. Each method is one transaction that also wakes delivery. */
export interface ChatEditStore {
  /** Another chat with this title that is not closed. */
  titleOwner(organizationId: string, title: string, exceptChatId: string | undefined): Promise<TitleTaken | undefined>;
  create(creation: ChatCreation): Promise<CreationOutcome>;
  change(change: ChatChangeByHand): Promise<EditOutcome>;
  /** Forgets everything decided by hand about members; `title` is the rules' one, undefined keeps it. */
  returnToRule(chat: EditedChat, revision: number, title: string | undefined): Promise<EditOutcome>;
  returnMemberToRule(chat: EditedChat, personId: string): Promise<EditOutcome>;
  /** Begins the deletion; nothing is delivered before `restorableMs` have passed. Again: nothing. */
  remove(chat: EditedChat, restorableMs: number): Promise<EditOutcome>;
  /** Takes a deletion back; `conflict` when it has begun. */
  restore(chat: EditedChat): Promise<EditOutcome>;
  /** What failed is tried again now. @param personId undefined: everybody, and the chat itself */
  retry(chat: EditedChat, personId: string | undefined): Promise<EditOutcome>;
  /** Decides a held removal. @param personIds exactly those that are held, otherwise `conflict` */
  decideRemovals(chat: EditedChat, decision: 'confirm' | 'refuse', personIds: readonly string[]): Promise<EditOutcome>;
  /** Decides a list that was not believed; `conflict` where none is. */
  decideReading(chat: EditedChat, decision: 'confirm' | 'refuse'): Promise<EditOutcome>;
  /** Says which candidate is the chat; undefined: none. `conflict` where the candidate is gone, or nothing is asked. */
  decideCandidate(chat: EditedChat, remoteId: string | undefined): Promise<EditOutcome>;
  /** Gives up the chat on the messenger's side and has a new one made; `conflict` where it is reached. */
  replace(chat: EditedChat): Promise<EditOutcome>;
}
export const ChatEditStore = Symbol('ChatEditStore') as ServiceIdentifier<ChatEditStore>;
