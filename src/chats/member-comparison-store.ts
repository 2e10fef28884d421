import type { ServiceIdentifier } from 'inversify';

/** Which chats are compared with the messenger's own lists, and when. */
export interface MemberComparisonStore {
  /** Time zones of all organisations, as the host gave them. */
  timeZones(): Promise<readonly string[]>;
  /**
   * Makes chats due for a comparison and wakes their lanes; organisations whose deliveries stand still are left out.
   * @param timeZones only organisations of these
   * @param olderThanMs compared longer ago than this
   * @param organizations at most so many at once
   * @returns how many chats
   */
  begin(timeZones: readonly string[], olderThanMs: number, organizations: number): Promise<number>;
  /**
   * All chats of organizations whose own chats were listed in another database than this one: it was restored, and what
   * happened since its backup is not known. @returns how many
   */
  beginRestored(): Promise<number>;
  /** A person asks for all chats of an organisation. @returns how many */
  beginAll(organizationId: string): Promise<number>;
  /**
   * A person asks for one chat; they wait for it.
   * @param coolDownMs not again before
   * @returns undefined when it has begun, otherwise when it may be asked for again
   */
  beginOne(organizationId: string, chatId: string, coolDownMs: number): Promise<Date | undefined>;
}
export const MemberComparisonStore = Symbol('MemberComparisonStore') as ServiceIdentifier<MemberComparisonStore>;
