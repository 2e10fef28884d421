import type { ServiceIdentifier } from 'inversify';

import type { LaneLease } from '../delivery/work-source.js';
import type { ExternalChatId, ExternalUserId } from '../messenger/messenger.js';
import type { ConferenceState } from './conference-state.js';

/** What a call on the messenger's side needs. */
export interface ConferenceCall {
  readonly conferenceId: string;
  readonly title: string;
  readonly state: ConferenceState;
  readonly callId: string | undefined;
  readonly joinLink: string | undefined;
  /** A start was sent whose answer is not booked. */
  readonly intentAt: Date | undefined;
  /** The account that started the call. */
  readonly ownerAccount: ExternalUserId | undefined;
  /** Where the link still has to be posted, and can be. */
  readonly posts: readonly LinkPost[];
  readonly attempts: number;
}

/** A chat that gets the link. */
export interface LinkPost {
  readonly chatId: string;
  /** It is the chat of a joined lesson. */
  readonly joined: boolean;
  readonly remoteId: ExternalChatId;
  readonly account: ExternalUserId;
  /** Makes posting repeatable. */
  readonly key: number;
}

export type ConferenceBooking =
  | {
      readonly kind: 'started';
      readonly callId: string | undefined;
      readonly joinLink: string;
      readonly account: ExternalUserId;
    }
  /** `againInMs` undefined: not by itself. */
  | { readonly kind: 'not-started'; readonly code: string; readonly againInMs: number | undefined }
  /** The answer was lost: whether there is a call is not known. */
  | { readonly kind: 'start-unknown'; readonly code: string }
  /** `code`: it is not sure that there is no call left on the messenger's side. */
  | { readonly kind: 'ended'; readonly code?: string }
  | { readonly kind: 'posted'; readonly post: LinkPost }
  /** The link cannot be posted; the conference goes on without. */
  | { readonly kind: 'post-refused'; readonly post: LinkPost; readonly code: string }
  | { readonly kind: 'failed'; readonly code: string; readonly againInMs: number }
  /** The messenger asked to wait: the same once more, not counted. */
  | { readonly kind: 'again' };

/** Calls of conferences on the messenger's side, as the lane of a school drives them. */
export interface ConferenceCallStore {
  /** Moves on what its time has come for, then gives what has to be done remotely now. */
  due(lease: LaneLease, graceMs: number, limit: number): Promise<readonly ConferenceCall[]>;
  markIntent(lease: LaneLease, conferenceIds: readonly string[]): Promise<void>;
  book(lease: LaneLease, bookings: readonly (ConferenceBooking & { readonly conferenceId: string })[]): Promise<void>;
  nextDueAt(organizationId: string): Promise<Date | undefined>;
}
export const ConferenceCallStore = Symbol('ConferenceCallStore') as ServiceIdentifier<ConferenceCallStore>;
