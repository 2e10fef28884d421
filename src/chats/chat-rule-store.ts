import type { ServiceIdentifier } from 'inversify';

import type { DesiredChat, DesiredMember } from './chat-rules.js';
import type { YearlyChat, YearTurn } from './school-year-rules.js';

/** Why the rules are applied: events of the host, a pass over everything, or a check that a person asked for. */
export type RunCause =
  | { readonly kind: 'events' | 'pass' }
  /** @property by person who asked */
  | { readonly kind: 'check'; readonly by: string };

export interface RuleWrite {
  readonly organization: {
    readonly id: string;
    readonly name: string;
    readonly timeZone: string;
    readonly chatAdministratorId: string | undefined;
  };
  /** As it was before the directory was read: a write from an older read than the last one is refused. */
  readonly version: string;
  /** Chats that were looked at; members of these that are not named any more lose their reasons. */
  readonly chats: readonly DesiredChat[];
  readonly handMade: readonly { readonly chatId: string; readonly members: readonly DesiredMember[] }[];
  /** What becomes of chats of other school years and closed classes; comes before everything else. */
  readonly turn: YearTurn;
  readonly cause: RunCause;
  /** All classes were looked at. */
  readonly allClasses: boolean;
  /** The whole organisation was looked at. */
  readonly complete: boolean;
}

export interface RuleWriteResult {
  /** The write came from a read that is out of date: read again. */
  readonly stale: boolean;
  /** Nothing was written: a title is held by a class that was not looked at; look at all classes. */
  readonly crowded: boolean;
  /** Nothing was written: the chat administrator is another one, who belongs to every chat; look at everything. */
  readonly narrow: boolean;
  /** Chats in which something changed. */
  readonly changed: number;
  /** Chats in which a large removal waits for a confirmation. */
  readonly held: number;
}

/** The desired side of chats, as the rules see it. */
export interface ChatRuleStore {
  /** Version of the organisation's rows, to be handed back with the write. */
  version(organizationId: string): Promise<string>;
  /** Open chats but the teachers' one. @param sourceIds only those of these classes or groups, and those made by hand */
  openChats(organizationId: string, sourceIds: readonly string[] | 'all'): Promise<readonly YearlyChat[]>;
  /** One transaction: chats, members with reasons, what is due, waking the lane. */
  write(write: RuleWrite): Promise<RuleWriteResult>;
}
export const ChatRuleStore = Symbol('ChatRuleStore') as ServiceIdentifier<ChatRuleStore>;
