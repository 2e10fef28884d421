import type { ExternalChatId, ExternalUserId, MemberRole, MessengerAbilities } from '../messenger/messenger.js';

/** A chat as it should be and as the messenger is known to have it. */
export interface ChatSnapshot {
  /** `archived`: kept as it is; only people whom nothing keeps there any more leave. */
  readonly state: 'open' | 'archived' | 'closing' | 'closed';
  readonly title: string;
  readonly remoteId: ExternalChatId | undefined;
  /** The account to which `remoteId` is local, and which owns the chat. */
  readonly ownerAccount: ExternalUserId | undefined;
  readonly remoteTitle: string | undefined;
  readonly inviteLink: string | undefined;
  /** A creation was sent whose answer is not booked. */
  readonly intentAt: Date | undefined;
  /** The members have to be read from the messenger, from this offset on. */
  readonly readOffset: number | undefined;
  /** Nothing is tried for the whole chat before this. */
  readonly nextAttemptAt: Date | undefined;
  /**
   * Those whose desired and delivered side differ, and the account that runs the chats; while the chat closes,
   * everybody who is there.
   */
  readonly members: readonly MemberSnapshot[];
}

export interface MemberSnapshot {
  readonly personId: string;
  readonly wantedRole: MemberRole | undefined;
  /** Account the person is linked with; undefined: waits for linking. */
  readonly account: ExternalUserId | undefined;
  readonly deliveredRole: MemberRole | undefined;
  readonly deliveredAccount: ExternalUserId | undefined;
  /** A request may have put this account into the chat: its answer was lost. */
  readonly sentAccount: ExternalUserId | undefined;
  readonly invited: boolean;
  /** Refused for good: nothing is tried until something about the person changes. */
  readonly refused: boolean;
  readonly nextAttemptAt: Date | undefined;
}

/** One thing to do on the messenger's side. Everything but `create` may be repeated without harm. */
export type ChatAction =
  | { readonly kind: 'create'; readonly title: string; readonly accounts: readonly ExternalUserId[] }
  /** After a creation whose answer was lost. */
  | { readonly kind: 'find'; readonly title: string }
  /** The chat's owner is no longer the account that runs the chats: find it as the new one sees it. */
  | { readonly kind: 'take-over'; readonly title: string }
  | { readonly kind: 'read'; readonly offset: number }
  | { readonly kind: 'rename'; readonly title: string }
  | { readonly kind: 'remove'; readonly personId: string; readonly account: ExternalUserId }
  | { readonly kind: 'add'; readonly personId: string; readonly account: ExternalUserId }
  | {
      readonly kind: 'role';
      readonly personId: string;
      readonly account: ExternalUserId;
      readonly role: MemberRole;
    }
  | { readonly kind: 'invite-link' }
  /** Everybody is out: the account leaves and the chat is closed. */
  | { readonly kind: 'leave'; readonly account: ExternalUserId };

export interface PlanContext {
  /** The account that runs the organisation's chats. */
  readonly account: ExternalUserId;
  readonly abilities: MessengerAbilities;
  readonly now: Date;
}

/** After a lost answer the effect may still come: the chat is looked for only after this. */
export const FIND_AFTER_MS = 3_000;

/**
 * What is to be done for a chat, in order. Pure; planning again after everything succeeded gives nothing. Removals go
 * first, so that nobody sees what comes after them.
 */
export function planChat(chat: ChatSnapshot, context: PlanContext): ChatAction[] {
  if (chat.state === 'closed' || isLater(chat.nextAttemptAt, context.now)) return [];
  if (chat.remoteId === undefined) return planCreation(chat, context);
  if (chat.readOffset !== undefined && context.abilities.listMembers) {
    return [{ kind: 'read', offset: chat.readOffset }];
  }
  if (chat.ownerAccount !== context.account && isAdministratorThere(chat, context.account)) {
    return [{ kind: 'take-over', title: chat.remoteTitle ?? chat.title }];
  }
  if (chat.state === 'closing') return planClosing(chat, context);
  if (chat.state === 'archived') return [...planRemovals(chat, context), ...planRename(chat)];
  return [
    ...planRemovals(chat, context),
    ...planAdditions(chat, context),
    ...planRoles(chat, context),
    ...planRename(chat),
    ...(chat.inviteLink === undefined && context.abilities.inviteLink ? [{ kind: 'invite-link' } as const] : []),
  ];
}

function planRename(chat: ChatSnapshot): ChatAction[] {
  return chat.remoteTitle === chat.title ? [] : [{ kind: 'rename', title: chat.title }];
}

function isLater(time: Date | undefined, now: Date): boolean {
  return time !== undefined && time.getTime() > now.getTime();
}

function isAdministratorThere(chat: ChatSnapshot, account: ExternalUserId): boolean {
  return chat.members.some((member) => member.deliveredAccount === account && member.deliveredRole === 'admin');
}

function planCreation(chat: ChatSnapshot, { account, abilities, now }: PlanContext): ChatAction[] {
  if (chat.state !== 'open' && chat.intentAt === undefined) return [];
  if (chat.intentAt !== undefined) {
    return isLater(new Date(chat.intentAt.getTime() + FIND_AFTER_MS), now) ? [] : [{ kind: 'find', title: chat.title }];
  }
  const accounts = abilities.createWithMembers
    ? chat.members.flatMap((member) =>
        member.wantedRole !== undefined && member.account !== undefined && member.account !== account
          ? [member.account]
          : [],
      )
    : [];
  return [{ kind: 'create', title: chat.title, accounts }];
}

/** The account to leave: no longer wanted, no longer linked, or linked with another profile. */
function leaving(member: MemberSnapshot): ExternalUserId | undefined {
  const account = member.deliveredAccount ?? member.sentAccount;
  if (account === undefined) return undefined;
  return member.wantedRole === undefined || member.account !== account ? account : undefined;
}

function planRemovals(chat: ChatSnapshot, { now }: PlanContext): ChatAction[] {
  return chat.members.flatMap((member): ChatAction[] => {
    const account = leaving(member);
    // The owner holds the only key to the chat; they go after somebody else took it over.
    if (account === undefined || account === chat.ownerAccount) return [];
    if (member.refused || isLater(member.nextAttemptAt, now)) return [];
    return [{ kind: 'remove', personId: member.personId, account }];
  });
}

function planAdditions(chat: ChatSnapshot, { now }: PlanContext): ChatAction[] {
  return chat.members.flatMap((member): ChatAction[] => {
    const { personId, wantedRole, account } = member;
    if (wantedRole === undefined || account === undefined || account === member.deliveredAccount) return [];
    if (member.refused || member.invited || isLater(member.nextAttemptAt, now)) return [];
    const add = { kind: 'add', personId, account } as const;
    return wantedRole === 'admin' ? [add, { kind: 'role', personId, account, role: 'admin' }] : [add];
  });
}

function planRoles(chat: ChatSnapshot, { abilities, now }: PlanContext): ChatAction[] {
  if (!abilities.setRole) return [];
  return chat.members.flatMap((member): ChatAction[] => {
    const { personId, wantedRole, account } = member;
    if (wantedRole === undefined || account === undefined || account !== member.deliveredAccount) return [];
    if (wantedRole === member.deliveredRole || account === chat.ownerAccount) return [];
    if (member.refused || isLater(member.nextAttemptAt, now)) return [];
    return [{ kind: 'role', personId, account, role: wantedRole }];
  });
}

/** Members are not wanted any more by then; the owner goes last, and not before those who are tried again later. */
function planClosing(chat: ChatSnapshot, context: PlanContext): ChatAction[] {
  const nobodyWanted = chat.members.map((member) => ({ ...member, wantedRole: undefined }));
  const removals = planRemovals({ ...chat, members: nobodyWanted }, context);
  const later = nobodyWanted.some(
    (member) => !member.refused && leaving(member) !== undefined && isLater(member.nextAttemptAt, context.now),
  );
  return removals.length > 0 || later ? removals : [{ kind: 'leave', account: chat.ownerAccount ?? context.account }];
}
