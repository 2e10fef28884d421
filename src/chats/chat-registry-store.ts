import type { ServiceIdentifier } from 'inversify';

import type { ExternalUserId, MemberRole } from '../messenger/messenger.js';
import type { ChatKind, ChatState } from '../protocol/protocol.js';

/** A chat as the registry shows it. */
export interface RegistryChat {
  readonly chatId: string;
  readonly kind: ChatKind;
  readonly title: string;
  /** Class or study group; empty where there is none. */
  readonly sourceId: string;
  readonly sourceName: string;
  readonly members: number;
  readonly present: number;
  readonly waiting: number;
  readonly failed: number;
  readonly state: ChatState;
  readonly stateAt: Date;
  readonly failureCode: string | undefined;
  /** The failure that keeps everybody out; undefined: the chat's people come and go. */
  readonly standstillCode: string | undefined;
  /** No account that can be used reaches the chat on the messenger's side. */
  readonly outOfReach: boolean;
  readonly nextAttemptAt: Date | undefined;
  /** Members whose large removal waits for a confirmation. */
  readonly held: number;
  /** A person has to say which of the candidates is this chat. */
  readonly asks: boolean;
  /** Something was sent and is not answered. */
  readonly inDoubt: boolean;
  /** Members whom a list of the messenger that is not believed leaves out. */
  readonly readingMissing: number;
  readonly inviteLink: string | undefined;
  readonly titleByHand: boolean;
  /** Of the changes by hand. */
  readonly editRevision: number;
  readonly editedBy: string | undefined;
  readonly editedAt: Date | undefined;
  /** A deletion that can be taken back until then; undefined: none, or too late. */
  readonly restorableUntil: Date | undefined;
  /** Empty where a chat has none. */
  readonly schoolYear: string;
  /** Decided for this chat; undefined: as the organisation says. */
  readonly continues: boolean | undefined;
  /** The archive waits for a confirmation. */
  readonly closingHeld: boolean;
  /** When the members were read whole from the messenger last. */
  readonly comparedAt: Date | undefined;
  /** When a person asked for a check last. */
  readonly checkedAt: Date | undefined;
}

export interface RegistryMember {
  readonly personId: string;
  readonly kind: 'employee' | 'student' | 'guardian';
  readonly reasons: readonly string[];
  readonly wantedRole: MemberRole | undefined;
  readonly hand: 'added' | 'removed' | 'left' | 'kept' | undefined;
  readonly removalHeld: boolean;
  /** Linked account; undefined: waits for linking. */
  readonly account: ExternalUserId | undefined;
  readonly deliveredRole: MemberRole | undefined;
  readonly deliveredAccount: ExternalUserId | undefined;
  readonly invited: boolean;
  readonly failureCode: string | undefined;
  readonly failureClass: 'retry' | 'refused' | 'lost' | undefined;
  readonly nextAttemptAt: Date | undefined;
  /** Something that concerns the person was sent and is not answered. */
  readonly inDoubt: boolean;
  /** Not on the messenger's list, which is not believed. */
  readonly missing: boolean;
}

/** A chat on the messenger's side that may be this one. */
export interface RegistryCandidate {
  readonly remoteId: string;
  readonly title: string;
  /** Members of this chat who are in it. */
  readonly personIds: readonly string[];
  /** How many more are in it, the account that found it left out. */
  readonly others: number;
  /** Its people were read whole. */
  readonly whole: boolean;
}

export interface RegistryQuery {
  readonly organizationId: string;
  /** Only chats this person belongs to; undefined: all. */
  readonly personId: string | undefined;
  readonly offset: number;
  readonly limit: number;
  readonly sort: 'title' | 'kind' | 'members' | 'waiting' | 'failed' | 'state' | 'source';
  readonly direction: 'asc' | 'desc';
  readonly query: string;
  readonly kind: ChatKind | undefined;
  /** Undefined: all but archived and closed ones. */
  readonly state: ChatState | undefined;
  /** Name of the class or group; empty: all. */
  readonly source: string;
}

export interface DeliveryTotals {
  readonly chats: number;
  readonly chatsDone: number;
  readonly memberships: number;
  readonly present: number;
  readonly waiting: number;
  readonly failed: number;
}

/** Reads for the windows. */
export interface ChatRegistryStore {
  list(query: RegistryQuery): Promise<{ readonly total: number; readonly items: readonly RegistryChat[] }>;
  find(organizationId: string, chatId: string, personId: string | undefined): Promise<RegistryChat | undefined>;
  /** Everybody who belongs to the chat, is in it, or was taken out of it by hand although a rule wants them. */
  members(organizationId: string, chatId: string): Promise<readonly RegistryMember[]>;
  /** What a person has to choose from while {@link RegistryChat.asks}. */
  candidates(organizationId: string, chatId: string): Promise<readonly RegistryCandidate[]>;
  /** Names of the classes and groups that chats have, in natural order. @param personId as in {@link RegistryQuery} */
  sources(organizationId: string, personId: string | undefined): Promise<readonly string[]>;
  /** @param personId as in {@link RegistryQuery} */
  totals(organizationId: string, personId: string | undefined): Promise<DeliveryTotals>;
}
export const ChatRegistryStore = Symbol('ChatRegistryStore') as ServiceIdentifier<ChatRegistryStore>;
