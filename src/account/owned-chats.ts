import type { ServiceIdentifier } from 'inversify';

import type { ExternalUserId } from '../messenger/messenger.js';

/** Chats of one school that one account owns on the messenger's side. */
export interface OwnedChatsOfSchool {
  readonly organizationId: string;
  /** Name of the school. */
  readonly school: string;
  readonly chats: number;
}

/** Point for the feature whose chats can only be changed with the account that owns them. */
export interface OwnedChats {
  /** @returns schools, of any organization, where the account owns chats that are not closed */
  ownedBy(account: ExternalUserId): Promise<readonly OwnedChatsOfSchool[]>;
}
export const OwnedChats = Symbol('OwnedChats') as ServiceIdentifier<OwnedChats>;
