import type { ServiceIdentifier } from 'inversify';

import type { ExternalUserId, MessengerCall, MessengerFailure, MessengerResult } from '../messenger/messenger.js';

/** One call that a feature wants made. What `context` holds is the feature's own business. */
export interface WorkItem<C = unknown> {
  readonly call: MessengerCall;
  /** With which account's token. */
  readonly account: ExternalUserId;
  /** Id of the chat or conference that the call is for, a UUID. */
  readonly subjectId: string;
  /** Who is behind the accounts that the call names, as far as it is known. */
  readonly people?: ReadonlyMap<ExternalUserId, string>;
  readonly context: C;
}

export interface WorkResult<C = unknown> {
  readonly item: WorkItem<C>;
  readonly result: MessengerResult;
  /** Under which the call was booked before it was sent; undefined: it has no effect, or was not sent. */
  readonly doubtId: string | undefined;
  /** It is known what became of the call: the doubt ends when the result is booked. */
  readonly sure: boolean;
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
 * For one organization its methods are called one after another, by the process that holds the lane. Nothing is
 * remembered between calls: what is due is read afresh from the database each time.
 */
export interface WorkSource<C = unknown> {
  /** Lower goes first: 0 for what a person waits for. */
  readonly priority: number;
  /**
   * The next calls of an organization that are due now, in the order they are to be made.
   * @param account the account that runs the organization's chats; undefined: nobody does now, but what other accounts
   *   of the organization can do goes on
   * @param limit at most so many; fewer when there is less, none when everything due is done. What nothing can be done
   *   for must not stay due
   */
  next(lease: LaneLease, account: ExternalUserId | undefined, limit: number): Promise<readonly WorkItem<C>[]>;
  /**
   * Books what came back and ends the doubts of what is sure, in one transaction; booking twice is harmless.
   * @throws LeaseLostError
   */
  settle(lease: LaneLease, results: readonly WorkResult<C>[]): Promise<void>;
  /**
   * What came back for these chats or conferences cannot be booked, and would fail again: they rest with this reason
   * while everything else goes on. @throws LeaseLostError
   */
  stall(lease: LaneLease, subjectIds: readonly string[], code: string): Promise<void>;
  /** When something of this organization is due next; undefined: nothing waits for a time. */
  nextDueAt(organizationId: string): Promise<Date | undefined>;
  /** How many changes wait to be delivered now, for showing; absent where they are too few to count. */
  backlog?(organizationId: string): Promise<number>;
}
export const WorkSource = Symbol('WorkSource') as ServiceIdentifier<WorkSource>;

/** Which account runs an organization's chats, and its token. */
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
