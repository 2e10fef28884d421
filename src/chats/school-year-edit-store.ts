import type { ServiceIdentifier } from 'inversify';

import type { EditedChat, EditOutcome } from './chat-edit-store.js';

/** What people decide about chats and school years. Each method is one transaction that also wakes delivery. */
export interface SchoolYearEditStore {
  /** @param continues null: as the organisation says */
  setContinues(chat: EditedChat, continues: boolean | null): Promise<EditOutcome>;
  /**
   * An archived chat goes on; the chat that was made for that school year instead is emptied and closed. Again: nothing.
   * @param schoolYear in which its class or group is now
   * @param sourceName of the class; undefined keeps the title the chat had
   */
  goOn(chat: EditedChat, schoolYear: string, sourceName: string | undefined): Promise<EditOutcome>;
  /** Decides a held archive; `conflict` when none is held. @param archivedTitle for `confirm` */
  decideClosing(chat: EditedChat, decision: 'confirm' | 'refuse', archivedTitle: string): Promise<EditOutcome>;
  /** Whether chats of an organisation go on in the next school year, where a chat does not say otherwise. */
  continuesByDefault(organizationId: string): Promise<boolean>;
  setContinuesByDefault(organizationId: string, continues: boolean): Promise<void>;
}
export const SchoolYearEditStore = Symbol('SchoolYearEditStore') as ServiceIdentifier<SchoolYearEditStore>;
