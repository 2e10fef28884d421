import type { EffectCall, EffectKind, ExternalUserId, MemberRole } from '../messenger/messenger.js';

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
  /** Whom it concerns. */
  readonly target: ExternalUserId | undefined;
  readonly personId: string | undefined;
  readonly role: MemberRole | undefined;
  /** Title of a creation or renaming. */
  readonly title: string | undefined;
  /** First members of a creation. */
  readonly userIds: readonly ExternalUserId[];
  readonly sentAt: Date;
  /** The messenger may still carry it out before this; by the database's clock, like {@link sentAt}. */
  readonly until: Date;
}

/** What of a call is kept while its answer is not known. */
export function doubtOf(call: EffectCall): Pick<Doubt, 'kind' | 'target' | 'role' | 'title' | 'userIds'> {
  return {
    kind: call.kind,
    target: 'userId' in call ? call.userId : undefined,
    role: 'role' in call ? call.role : undefined,
    title: 'title' in call ? call.title : undefined,
    userIds: 'userIds' in call ? call.userIds : [],
  };
}
