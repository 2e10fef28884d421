import type { ServiceIdentifier } from 'inversify';

import type { ExternalUserId, MessengerCall, MessengerFailure, MessengerResult } from '../messenger/messenger.js';

/** One call that a feature wants made. What `context` holds is the feature's own business. */
export interface WorkItem<C = unknown> {
  readonly call: MessengerCall;
  /** With which account's token. */
  readonly account: ExternalUserId;
  readonly context: C;
}

export interface WorkResult<C = unknown> {
  readonly item: WorkItem<C>;
  readonly result: MessengerResult;
}

/** The lease under which a write is made; a write with a lease that was lost is refused. */
export interface LaneLease {
  readonly organizationId: string;
  readonly owner: string;
  readonly fence: string;
}

/**
 * Where a feature's remote work comes from. Bound with the point {@link WorkSource}; the engine knows no feature.
 *
 * For one organisation its methods are called one after another, by the process that holds the lane. Nothing is
 * remembered between calls: what is due is read afresh from the database each time.
 */
export interface WorkSource {
  /** Lower goes first: 0 for what a person waits for. */
  readonly priority: number;
  /**
   * The next calls of an organisation that are due now, in the order they are to be made.
   * @param account the account that runs the organisation's chats
   * @param limit at most so many; fewer when there is less, none when everything due is done
   */
  next(lease: LaneLease, account: ExternalUserId, limit: number): Promise<readonly WorkItem[]>;
  /** Books, before they are sent, the calls that are not idempotent. @throws LeaseLostError */
  intend(lease: LaneLease, items: readonly WorkItem[]): Promise<void>;
  /** Books what came back. @throws LeaseLostError */
  settle(lease: LaneLease, results: readonly WorkResult[]): Promise<void>;
  /** When something of this organisation is due next; undefined: nothing waits for a time. */
  nextDueAt(organizationId: string): Promise<Date | undefined>;
  /** How many changes wait to be delivered now, for showing; absent where they are too few to count. */
  backlog?(organizationId: string): Promise<number>;
}
export const WorkSource = Symbol('WorkSource') as ServiceIdentifier<WorkSource>;

/** Which account runs an organisation's chats, and its token. */
export interface CredentialSource {
  /** @returns the account, or why there is none (a code for showing) */
  accountOf(
    organizationId: string,
  ): Promise<{ readonly account: ExternalUserId } | { readonly missing: CredentialProblem }>;
  /** A token fit to be used now; refreshed before use where needed. */
  token(account: ExternalUserId): Promise<{ readonly accessToken: string } | { readonly missing: CredentialProblem }>;
  /** The messenger refused the token: it is not used again; the next `token` is a fresh one or a problem. */
  refused(account: ExternalUserId, accessToken: string, failure: MessengerFailure): Promise<void>;
}
export const CredentialSource = Symbol('CredentialSource') as ServiceIdentifier<CredentialSource>;

/** Why a school has no usable token. */
export type CredentialProblem =
  | 'credential.no-administrator'
  | 'credential.not-linked'
  | 'credential.broken'
  | 'credential.no-token'
  | 'credential.scope-missing'
  | 'credential.provider-away';

/** Another process holds the lane now: stop at once, write nothing. */
export class LeaseLostError extends Error {
  readonly code = 'SFERUM_LEASE_LOST';

  constructor(organizationId: string) {
    super(`the lane of organization ${organizationId} is held by another process`);
    this.name = 'LeaseLostError';
  }
}
