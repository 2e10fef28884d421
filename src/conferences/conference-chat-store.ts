import type { ServiceIdentifier } from 'inversify';

import type { PersonKind } from '../host/host-directory.js';
import type { ChatKind } from '../protocol/protocol.js';

/** An open chat, as a conference uses it. */
export interface ConferenceChat {
  readonly chatId: string;
  readonly kind: ChatKind;
  readonly title: string;
  /** Class or study group; empty where there is none. */
  readonly sourceId: string;
  readonly sourceName: string;
  readonly members: number;
}

export interface ChatQuery {
  readonly organizationId: string;
  /** Only chats this person is in; undefined: all. */
  readonly personId: string | undefined;
  readonly query: string;
  readonly kind: ChatKind | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** The chats that conferences are made for. */
export interface ConferenceChatStore {
  chats(query: ChatQuery): Promise<{ readonly total: number; readonly items: readonly ConferenceChat[] }>;
  /** @param personId only if this person is in it; undefined: whoever */
  chat(organizationId: string, chatId: string, personId: string | undefined): Promise<ConferenceChat | undefined>;
  /** The chat of each class or group that an online lesson is for: the subject's before the class's. */
  chatsOfSources(organizationId: string, sourceIds: readonly string[]): Promise<ReadonlyMap<string, ConferenceChat>>;
  /** Who is in some chats; somebody may be in several. */
  chatMembers(
    organizationId: string,
    chatIds: readonly string[],
  ): Promise<readonly { readonly personId: string; readonly kind: PersonKind }[]>;
}
export const ConferenceChatStore = Symbol('ConferenceChatStore') as ServiceIdentifier<ConferenceChatStore>;
