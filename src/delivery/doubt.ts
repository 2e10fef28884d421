import type { EffectCall, EffectKind, ExternalUserId, MemberRole } from '../messenger/messenger.js';

/** A person and the account that a call names them by. */
export interface NamedAccount {
  /** Undefined: the account is nobody's here. */
  readonly personId: string | undefined;
  readonly account: ExternalUserId;
}

/**
 * A call with an effect as it was sent. It is booked before the request leaves and ended by its answer, so that what is
 * found booked later is in doubt: it was done, was not, or may still be done until {@link until}.
 */
export interface Doubt {
  readonly id: string;
  /** The chat or the conference that the call is for. */
  readonly subjectId: string;
  readonly kind: EffectKind;
  /** With which account it was sent. */
  readonly account: ExternalUserId;
  /** Whom it concerns: the member of an addition, removal or role, the first members of a creation. */
  readonly people: readonly NamedAccount[];
  readonly role: MemberRole | undefined;
  /** Title of a creation or renaming. */
  readonly title: string | undefined;
  readonly sentAt: Date;
  /** The messenger may still carry it out before this; by the database's clock, like {@link sentAt}. */
  readonly until: Date;
}

/** What of a call is kept while its answer is not known. */
export function doubtOf(call: EffectCall): Pick<Doubt, 'kind' | 'role' | 'title'> & {
  readonly accounts: readonly ExternalUserId[];
} {
  return {
    kind: call.kind,
    role: 'role' in call ? call.role : undefined,
    title: 'title' in call ? call.title : undefined,
    accounts: 'userIds' in call ? call.userIds : 'userId' in call ? [call.userId] : [],
  };
}
