import type { ServiceIdentifier } from 'inversify';

import type { ExternalUserId, MemberRole } from '../messenger/messenger.js';
import type { ChatKind, ChatState } from '../protocol/protocol.js';

/** A chat as the registry shows it. */
export interface RegistryChat {
  readonly chatId: string;
  readonly kind: ChatKind;
  readonly title: string;
  readonly sourceName: string;
  readonly members: number;
  readonly present: number;
  readonly waiting: number;
  readonly failed: number;
  readonly state: ChatState;
  readonly stateAt: Date;
  readonly failureCode: string | undefined;
  readonly nextAttemptAt: Date | undefined;
  readonly removalHeld: boolean;
  readonly inviteLink: string | undefined;
  readonly revision: number;
}

export interface RegistryMember {
  readonly personId: string;
  readonly kind: 'employee' | 'student' | 'guardian';
  readonly reasons: readonly string[];
  readonly wantedRole: MemberRole | undefined;
  readonly hand: 'added' | 'removed' | 'left' | undefined;
  readonly removalHeld: boolean;
  /** Linked account; undefined: waits for linking. */
  readonly account: ExternalUserId | undefined;
  readonly deliveredRole: MemberRole | undefined;
  readonly deliveredAccount: ExternalUserId | undefined;
  readonly invited: boolean;
  readonly failureCode: string | undefined;
  readonly failureClass: 'retry' | 'refused' | 'lost' | undefined;
  readonly nextAttemptAt: Date | undefined;
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
  readonly state: ChatState | undefined;
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
  members(organizationId: string, chatId: string): Promise<readonly RegistryMember[]>;
  totals(organizationId: string): Promise<DeliveryTotals>;
}
export const ChatRegistryStore = Symbol('ChatRegistryStore') as ServiceIdentifier<ChatRegistryStore>;
