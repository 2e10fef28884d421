import type { ServiceIdentifier } from 'inversify';

import type { ChatKind } from '../protocol/protocol.js';

/** Members or chats that failed with one code. */
export interface FailureGroup {
  readonly code: string;
  readonly people: number;
  readonly chats: number;
  readonly nextAttemptAt: Date | undefined;
  readonly examples: readonly { readonly chatId: string; readonly title: string }[];
}

export interface WaitingChatRow {
  readonly chatId: string;
  readonly title: string;
  readonly kind: ChatKind;
  readonly since: Date;
}

export interface HeldChangeRow {
  readonly chatId: string;
  readonly title: string;
  readonly kind: 'removal' | 'archive' | 'reading' | 'candidates';
  readonly people: number;
}

export interface DeliveryMinuteRow {
  readonly at: Date;
  readonly requests: number;
  readonly calls: number;
  readonly failed: number;
  readonly refused: number;
  /** Undefined: not counted in that minute. */
  readonly backlog: number | undefined;
}

/** What a school's chats are, for showing. */
export interface SynchronizationFacts {
  /** Chats that exist on the messenger's side. */
  readonly delivered: number;
  /** People who belong to chats and have not linked. */
  readonly unlinkedPeople: number;
  /** When the chat was compared that was compared longest ago; undefined: one was never. */
  readonly comparedAt: Date | undefined;
  readonly checkAt: Date | undefined;
}

export interface SchoolRow {
  readonly organizationId: string;
  readonly name: string;
  readonly stopCode: string | undefined;
  readonly chats: number;
  readonly waitingChats: number;
  readonly failed: number;
  readonly oldest: Date | undefined;
}

/** Reads for the window «Состояние синхронизации», and what a person starts there. */
export interface SynchronizationStore {
  /** Without what waits for a decision, see `held`. */
  failures(organizationId: string): Promise<readonly FailureGroup[]>;
  /** The longest waiting first. */
  waiting(organizationId: string, limit: number): Promise<readonly WaitingChatRow[]>;
  held(organizationId: string): Promise<readonly HeldChangeRow[]>;
  /** Minutes since `from` in which something was sent, the oldest first. */
  minutes(organizationId: string, from: Date): Promise<readonly DeliveryMinuteRow[]>;
  facts(organizationId: string): Promise<SynchronizationFacts>;
  /** Everything that failed with this code is tried again now. @returns how many chats it is about */
  retry(organizationId: string, code: string): Promise<number>;
  /** Books that a check of everything begins. @returns false when one began less than `coolDownMs` ago */
  beginCheck(organizationId: string, coolDownMs: number): Promise<boolean>;
  /** What needs somebody first. */
  schools(limit: number): Promise<{ readonly total: number; readonly items: readonly SchoolRow[] }>;
}
export const SynchronizationStore = Symbol('SynchronizationStore') as ServiceIdentifier<SynchronizationStore>;
