import type { ChatMember, MemberHelp } from '../protocol/chat-protocol.js';
import { MEMBER_ABSENT_TEXT, MEMBER_KEPT_TEXT, MEMBER_ROLE_TEXT } from '../protocol/chat-texts.js';
import type { MemberState } from '../protocol/protocol.js';
import { CHAT_STATE_TEXT, MEMBER_REASON_TITLE } from '../protocol/texts.js';
import type { RegistryMember } from './chat-registry-store.js';
import { isAdministratorByRule, isChatAdministrator } from './chat-edit-rules.js';

/** What the lines of a chat's members have in common. */
export interface MemberViewContext {
  /** Says what a stored failure code means. */
  readonly problemText: (code: string) => string;
  /** Shows a time in the school's zone, with its day where that is not today: «в 12:05», «28.11 в 12:05». */
  readonly time: (at: Date) => string;
  /** Why nothing is delivered to this chat for now; undefined: it is. */
  readonly standstill: string | undefined;
  /** Nobody can look into the chat: who is in it is what was known last. */
  readonly outOfReach: boolean;
  /** The chat has an invite link to hand out. */
  readonly hasInvite: boolean;
  /** What whoever looks may do. */
  readonly may: { readonly edit: boolean; readonly retry: boolean; readonly seeLinks: boolean };
}

/** How a person stands in a chat on the messenger's side. Pure. */
export function memberState(member: RegistryMember): MemberState {
  if (member.inDoubt) return 'checking';
  if (member.wantedRole === undefined) return member.deliveredAccount === undefined ? 'absent' : 'to-remove';
  if (member.deliveredAccount !== undefined && member.deliveredAccount === member.account) return 'present';
  if (member.account === undefined) return 'waiting-for-link';
  if (member.invited) return 'invited';
  if (member.failureClass === 'refused') return 'refused';
  if (member.failureClass === 'retry') return 'failed';
  return 'to-add';
}

/** Of somebody in a chat that nobody reaches it is not known whether they are there still. */
function shownState(member: RegistryMember, { outOfReach }: Pick<MemberViewContext, 'outOfReach'>): MemberState {
  const state = memberState(member);
  return state === 'present' && outOfReach ? 'checking' : state;
}

/** One line that answers "why is this person not in the chat?". */
export function memberStateText(member: RegistryMember, context: MemberViewContext): string {
  const reason = member.failureCode === undefined ? '' : context.problemText(member.failureCode);
  switch (memberState(member)) {
    case 'checking':
      return sentences(CHAT_STATE_TEXT.checking, reason);
    case 'present':
      return presentText(member, reason, context);
    case 'waiting-for-link':
      return CHAT_STATE_TEXT.waitingForLink;
    case 'invited':
      return sentences(reason, CHAT_STATE_TEXT.invited);
    case 'refused':
      return sentences(reason === '' ? CHAT_STATE_TEXT.invited : reason, nextAttempt(member, context));
    case 'failed':
      return sentences(reason, nextAttempt(member, context));
    case 'to-add':
      return sentences(CHAT_STATE_TEXT.toAdd, context.standstill ?? '');
    case 'to-remove': {
      const leaving = member.hand === 'removed' ? MEMBER_ABSENT_TEXT.removedLeaving : CHAT_STATE_TEXT.toRemove;
      return sentences(leaving, reason, nextAttempt(member, context), context.standstill ?? '');
    }
    case 'absent':
      return member.hand === 'left' ? MEMBER_ABSENT_TEXT.left : MEMBER_ABSENT_TEXT.removed;
  }
}

function presentText(member: RegistryMember, reason: string, context: MemberViewContext): string {
  if (context.outOfReach) return CHAT_STATE_TEXT.outOfReach;
  if (member.removalHeld) return CHAT_STATE_TEXT.removalHeld;
  if (member.missing) return CHAT_STATE_TEXT.missing;
  if (member.deliveredRole === member.wantedRole) return CHAT_STATE_TEXT.present;
  const role = member.wantedRole === 'admin' ? MEMBER_ROLE_TEXT.promoting : MEMBER_ROLE_TEXT.demoting;
  return sentences(role, reason, nextAttempt(member, context), context.standstill ?? '');
}

function nextAttempt(member: RegistryMember, { time }: MemberViewContext): string {
  return member.nextAttemptAt === undefined ? '' : `${CHAT_STATE_TEXT.nextAttempt} ${time(member.nextAttemptAt)}.`;
}

function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/** The button that helps; undefined where waiting helps or whoever looks may do nothing about it. */
export function memberHelp(
  member: RegistryMember,
  { hasInvite, may }: Pick<MemberViewContext, 'hasInvite' | 'may'>,
): MemberHelp | undefined {
  const state = memberState(member);
  const invite = hasInvite ? ('copy-invite' as const) : undefined;
  const retry = may.retry ? ('retry' as const) : undefined;
  const rule = may.edit && member.reasons.length > 0 ? ('rule' as const) : undefined;
  switch (state) {
    case 'waiting-for-link':
      return may.seeLinks ? 'open-links' : undefined;
    case 'invited':
      return invite ?? retry;
    case 'refused':
    case 'failed':
      return retry ?? invite;
    case 'absent':
      return member.hand === 'left' ? (invite ?? rule) : rule;
    case 'to-remove':
      return member.hand === 'removed' ? rule : member.failureCode === undefined ? undefined : retry;
    case 'present':
      return member.failureCode === undefined ? undefined : retry;
    case 'to-add':
    case 'checking':
      return undefined;
  }
}

/** @param name full name of the person, as lists show it */
export function chatMember(member: RegistryMember, name: string, context: MemberViewContext): ChatMember {
  const help = memberHelp(member, context);
  return {
    personId: member.personId,
    name,
    kinds: [member.kind],
    role: member.wantedRole ?? member.deliveredRole ?? 'member',
    state: shownState(member, context),
    stateText: memberStateText(member, context),
    ...(member.nextAttemptAt === undefined ? {} : { nextAttemptAt: member.nextAttemptAt.toISOString() }),
    reasons: reasonTitles(member),
    origin: member.hand === 'kept' ? 'added' : (member.hand ?? 'rule'),
    ...(help === undefined ? {} : { help }),
    linked: member.account !== undefined,
    ruled: member.reasons.length > 0,
    locked: isChatAdministrator(member),
    adminByRule: isAdministratorByRule(member),
    removalHeld: member.removalHeld,
  };
}

/**
 * A member as people see them who are only members themselves: whether somebody has linked, or what the messenger
 * refused about them, is nobody else's business.
 */
export function discreet(member: ChatMember, { outOfReach }: Pick<MemberViewContext, 'outOfReach'>): ChatMember {
  const { nextAttemptAt: _nextAttemptAt, help: _help, ...rest } = member;
  const present = member.state === (outOfReach ? 'checking' : 'present');
  const presentText = outOfReach ? CHAT_STATE_TEXT.outOfReach : CHAT_STATE_TEXT.present;
  return {
    ...rest,
    state: present ? member.state : 'to-add',
    stateText: present ? presentText : MEMBER_ROLE_TEXT.notYet,
    linked: present,
    removalHeld: false,
  };
}

function reasonTitles({ reasons, hand }: RegistryMember): string[] {
  return [
    ...reasons.map(reasonTitle),
    ...(hand === 'added' ? [MEMBER_REASON_TITLE['added-by-hand']] : []),
    ...(hand === 'kept' ? [MEMBER_KEPT_TEXT] : []),
  ];
}

export function reasonTitle(reason: string): string {
  return MEMBER_REASON_TITLE[reason as keyof typeof MEMBER_REASON_TITLE] ?? reason;
}
