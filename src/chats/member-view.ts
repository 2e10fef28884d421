import type { MemberRow, MemberState } from '../protocol/protocol.js';
import { CHAT_STATE_TEXT, MEMBER_REASON_TITLE } from '../protocol/texts.js';
import type { RegistryMember } from './chat-registry-store.js';

/** How a person stands in a chat on the messenger's side. Pure. */
export function memberState(member: RegistryMember): MemberState {
  if (member.wantedRole === undefined) return 'to-remove';
  if (member.deliveredAccount !== undefined && member.deliveredAccount === member.account) return 'present';
  if (member.account === undefined) return 'waiting-for-link';
  if (member.invited) return 'invited';
  if (member.failureClass === 'refused') return 'refused';
  if (member.failureClass === 'retry') return 'failed';
  return 'to-add';
}

/**
 * One line that answers "why is this person not in the chat?".
 * @param failureText says what a stored failure code means
 * @param time shows a time in the school's zone
 */
export function memberStateText(
  member: RegistryMember,
  failureText: (code: string) => string,
  time: (at: Date) => string,
): string {
  const state = memberState(member);
  const reason = member.failureCode === undefined ? '' : failureText(member.failureCode);
  switch (state) {
    case 'present':
      return member.removalHeld ? CHAT_STATE_TEXT.removalHeld : CHAT_STATE_TEXT.present;
    case 'waiting-for-link':
      return CHAT_STATE_TEXT.waitingForLink;
    case 'invited':
      return `${reason} ${CHAT_STATE_TEXT.invited}`.trim();
    case 'refused':
      return reason;
    case 'failed':
      return member.nextAttemptAt === undefined
        ? reason
        : `${reason} ${CHAT_STATE_TEXT.nextAttempt} в ${time(member.nextAttemptAt)}.`.trim();
    case 'to-add':
      return CHAT_STATE_TEXT.toAdd;
    case 'to-remove':
      return CHAT_STATE_TEXT.toRemove;
  }
}

/** @param name full name of the person, as lists show it */
export function memberRow(member: RegistryMember, name: string, stateText: string): MemberRow {
  return {
    personId: member.personId,
    name,
    kinds: [member.kind],
    role: member.wantedRole ?? member.deliveredRole ?? 'member',
    state: memberState(member),
    stateText,
    ...(member.nextAttemptAt === undefined ? {} : { nextAttemptAt: member.nextAttemptAt.toISOString() }),
    reasons: [
      ...member.reasons.map((reason) => MEMBER_REASON_TITLE[reason as keyof typeof MEMBER_REASON_TITLE] ?? reason),
      ...(member.hand === 'added' ? [MEMBER_REASON_TITLE['added-by-hand']] : []),
    ],
    origin: member.hand ?? 'rule',
  };
}
