import type { ServiceIdentifier } from 'inversify';

import type { EffectCall, ExternalUserId } from '../messenger/messenger.js';
import type { LaneLease } from './work-source.js';

/** A call with an effect that is about to be sent. */
export interface SentCall {
  /** Made by the caller: a UUID. */
  readonly doubtId: string;
  readonly subjectId: string;
  /** Who is behind the accounts that the call names, as far as it is known. */
  readonly people: ReadonlyMap<ExternalUserId, string>;
  readonly account: ExternalUserId;
  readonly call: EffectCall;
}

/** Where calls are booked before they are sent. Features read and end their doubts in their own transactions. */
export interface DoubtStore {
  /**
   * @param effectWithinMs how long after now the calls may take effect
   * @throws LeaseLostError nothing is booked then
   */
  book(lease: LaneLease, calls: readonly SentCall[], effectWithinMs: number): Promise<void>;
  /** It is sure that these calls changed nothing. @throws LeaseLostError */
  end(lease: LaneLease, doubtIds: readonly string[]): Promise<void>;
}
export const DoubtStore = Symbol('DoubtStore') as ServiceIdentifier<DoubtStore>;
