import type { ServiceIdentifier } from 'inversify';

import type { PersonKind } from '../host/host-directory.js';
import type { MemberRole } from '../messenger/messenger.js';

/** A pass over a whole organisation, or a check of one chat, in which something changed. */
export interface Run {
  readonly runId: string;
  /** `comparison`: lists of the messenger from which people were missing twice. */
  readonly cause: 'pass' | 'check' | 'comparison';
  /** Person who asked for it; undefined: it came by itself. */
  readonly by: string | undefined;
  readonly at: Date;
  /** Memberships that the rules began to want, and that they let go. */
  readonly added: number;
  readonly removed: number;
  /** Chats that went into the archive. */
  readonly archived: number;
  readonly undone: { readonly at: Date; readonly by: string } | undefined;
}

export interface RunChange {
  readonly chatId: string;
  readonly chatTitle: string;
  readonly personId: string;
  readonly personKind: PersonKind;
  /** Undefined: no rule wanted the person there. */
  readonly before: MemberRole | undefined;
  readonly after: MemberRole | undefined;
}

export type UndoOutcome =
  /** `left`: changes that something newer stands on; they stay. */
  { readonly kind: 'done'; readonly taken: number; readonly left: number } | { readonly kind: 'missing' | 'already' };

/** Runs of the rules: looking at them and taking them back (R-G5). */
export interface RunStore {
  /** The newest first. */
  list(organizationId: string, limit: number): Promise<readonly Run[]>;
  /** @returns undefined for a run that is not there */
  changes(organizationId: string, runId: string, limit: number): Promise<readonly RunChange[] | undefined>;
  /**
   * Whoever the run took out stays as if kept by hand, whoever it brought is taken out as if by hand, chats it archived
   * open again. The rules do not repeat it: what is decided by hand is stronger.
   */
  undo(organizationId: string, runId: string, by: string): Promise<UndoOutcome>;
}
export const RunStore = Symbol('RunStore') as ServiceIdentifier<RunStore>;
