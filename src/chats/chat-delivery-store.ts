import type { ServiceIdentifier } from 'inversify';

import type { LaneLease } from '../delivery/work-source.js';
import type { ExternalChatId, ExternalUserId } from '../messenger/messenger.js';
import type { ChatSnapshot } from './chat-plan.js';
import type { Settlement } from './chat-settlement.js';

/** A chat that is due, with what its plan needs. */
export interface DueChat extends ChatSnapshot {
  readonly chatId: string;
  /** The database's time of this reading: clocks of processes differ, and what is due is compared with this one. */
  readonly asOf: Date;
  /** Of what is desired; a change meanwhile makes it larger. */
  readonly revision: string;
  readonly readSeen: number;
  /** Failed attempts so far: of the chat, and by person. */
  readonly attempts: number;
  readonly memberAttempts: ReadonlyMap<string, number>;
}

/** A person whose account a request puts into a chat. */
export interface SentMember {
  readonly chatId: string;
  readonly personId: string;
  readonly account: ExternalUserId;
}

/** The delivered side of chats. Every write is made under the lane's lease. */
export interface ChatDeliveryStore {
  /** Chats that are due, most urgent first. @param except chats that were looked at already */
  due(
    organizationId: string,
    account: ExternalUserId,
    limit: number,
    except: readonly string[],
  ): Promise<readonly DueChat[]>;
  /** Nothing is to be done for these now; a chat whose revision has grown stays due. */
  markClean(lease: LaneLease, chats: readonly DueChat[]): Promise<void>;
  /** Before a request leaves: chats that it creates, and accounts that it puts into chats. */
  markIntent(lease: LaneLease, creations: readonly string[], sent: readonly SentMember[]): Promise<void>;
  /** Remote ids that chats of this account have, in any organisation. */
  knownRemoteIds(account: ExternalUserId): Promise<ReadonlySet<ExternalChatId>>;
  settle(lease: LaneLease, settlements: readonly (Settlement & { readonly chatId: string })[]): Promise<void>;
  nextDueAt(organizationId: string): Promise<Date | undefined>;
  /** Changes of chats and members that wait to be delivered now. */
  backlog(organizationId: string): Promise<number>;
}
export const ChatDeliveryStore = Symbol('ChatDeliveryStore') as ServiceIdentifier<ChatDeliveryStore>;
