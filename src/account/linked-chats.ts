import type { ServiceIdentifier } from 'inversify';

/** Point for the feature that puts linked people into chats: how many an unlinking would take them out of. */
export interface LinkedChats {
  /** @returns chats in which the person's account is on the messenger's side now */
  count(personId: string): Promise<number>;
}
export const LinkedChats = Symbol('LinkedChats') as ServiceIdentifier<LinkedChats>;
