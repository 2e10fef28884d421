import type { ServiceIdentifier } from 'inversify';

import type { LaneLease } from '../delivery/work-source.js';
import type { ExternalUserId } from '../messenger/messenger.js';
import type { ReadingSoFar } from './chat-change.js';
import type { Settlement } from './chat-change.js';
import type { ChatFinding, ChatSnapshot } from './chat-snapshot.js';

/** A chat that is due, with what its plan needs. */
export interface DueChat extends ChatSnapshot {
  readonly chatId: string;
  /** The database's time of this reading: clocks of processes differ, and what is due is compared with this one. */
  readonly asOf: Date;
  /** Of what is desired; a change meanwhile makes it larger. */
  readonly revision: string;
  readonly reading: ReadingSoFar;
  /** Failed attempts so far, of the chat as a whole. */
  readonly attempts: number;
  /** Accounts that other creations in doubt of the same account and title named. */
  readonly rivals: readonly (readonly ExternalUserId[])[];
}

/** What the plans of an organization's chats need to know of it. */
export interface OrganizationDelivery {
  /** The account's own chats were listed since this database came to be. */
  readonly surveyed: boolean;
  /** They are to be listed again now, to find twins. */
  readonly surveyDue: boolean;
  /** They are not listed before. */
  readonly surveyAt: Date | undefined;
}

/** What came back for one chat; without a chat for the organization, whose own chats were listed. */
export interface BookedSettlement extends Settlement {
  readonly chatId: string | undefined;
  /** With which account the call was made. */
  readonly account: ExternalUserId;
  /** When the call was planned. */
  readonly asOf?: Date;
  /** What the call looked for; undefined: nothing. */
  readonly search?: { readonly title: string; readonly ownerAccount: ExternalUserId };
}

/** The delivered side of chats. Every write is made under the lane's lease. */
export interface ChatDeliveryStore {
  organization(organizationId: string, account: ExternalUserId | undefined): Promise<OrganizationDelivery>;
  /** Chats that are due, most urgent first. @param except chats that were looked at already */
  due(
    organizationId: string,
    account: ExternalUserId | undefined,
    limit: number,
    except: readonly string[],
  ): Promise<readonly DueChat[]>;
  /**
   * Nothing is to be done for these now; a chat whose revision has grown stays due, and so do all when the lane was woken
   * during the run and its account is another one since: they were planned for one who does not run them.
   * @param account that the plan was made for
   * @param nextAt when the plan would be another one
   */
  rest(
    lease: LaneLease,
    account: ExternalUserId | undefined,
    chats: readonly { readonly chat: DueChat; readonly nextAt: Date | undefined }[],
  ): Promise<void>;
  /** What follows from what is known: who a candidate is, or that there is none. */
  find(lease: LaneLease, findings: readonly { readonly chat: DueChat; readonly finding: ChatFinding }[]): Promise<void>;
  /** Nobody can list the own chats now. */
  postponeSurvey(lease: LaneLease): Promise<void>;
  /** @param endedDoubts of calls of which it is known what they did */
  settle(lease: LaneLease, settlements: readonly BookedSettlement[], endedDoubts: readonly string[]): Promise<void>;
  /** What came back for these chats cannot be booked: they rest. */
  stall(lease: LaneLease, chatIds: readonly string[], code: string): Promise<void>;
  nextDueAt(organizationId: string): Promise<Date | undefined>;
  /** Changes of chats and members that wait to be delivered now. */
  backlog(organizationId: string): Promise<number>;
}
export const ChatDeliveryStore = Symbol('ChatDeliveryStore') as ServiceIdentifier<ChatDeliveryStore>;
