import type { ExternalUserId, MessengerAbilities } from '../messenger/messenger.js';
import { planCreation, planTakeOverSearch, type Step } from './chat-creation-plan.js';
import {
  Waits,
  type ChatAction,
  type ChatPlan,
  type ChatProperty,
  type ChatSnapshot,
  type MemberSnapshot,
  type PlanContext,
} from './chat-snapshot.js';

/** A chat that is there on the messenger's side. */
interface LiveChat extends ChatSnapshot {
  readonly remoteId: string;
  readonly ownerAccount: ExternalUserId;
}

/**
 * What is to be done for a chat, in order, and when the plan has to be made again. Pure; planning again after everything
 * succeeded gives nothing. What is in doubt is read before anything else is believed; removals go first, so that nobody
 * sees what comes after them.
 */
export function planChat(chat: ChatSnapshot, context: PlanContext): ChatPlan {
  const waits = new Waits(context.now);
  const step = stepOf(chat, context, waits);
  return { ...step, nextAt: waits.nextAt };
}

function stepOf(chat: ChatSnapshot, context: PlanContext, waits: Waits): Step {
  if (chat.state === 'closed' || waits.for(chat.nextAttemptAt)) return { actions: [] };
  const { remoteId, ownerAccount } = chat;
  if (remoteId === undefined || ownerAccount === undefined) return planCreation(chat, context, waits);
  const live: LiveChat = { ...chat, remoteId, ownerAccount };
  const takeOver = planTakeOver(live, context, waits);
  // What is closed is closed by the account that has it then.
  const first = chat.state === 'closing' && takeOver.actions.length > 0;
  if (first || takeOver.finding !== undefined || rests(live, 'owner', waits)) return takeOver;
  return { actions: [...takeOver.actions, ...planLive(live, context, waits)] };
}

function planLive(chat: LiveChat, context: PlanContext, waits: Waits): readonly ChatAction[] {
  const reading = planReading(chat, context, waits);
  if (reading.length > 0) return reading;
  if (chat.state === 'closing') return planClosing(chat, context, waits);
  if (chat.state === 'archived') return [...planRemovals(chat, context, waits), ...planRename(chat, waits)];
  return [
    ...planRemovals(chat, context, waits),
    ...planAdditions(chat, waits),
    ...planRoles(chat, context, waits),
    ...planRename(chat, waits),
    ...planInviteLink(chat, context, waits),
  ];
}

/** A property that failed is left alone until its time, or until something about it changes. */
function rests(chat: ChatSnapshot, property: ChatProperty, waits: Waits): boolean {
  const failure = chat.failures.get(property);
  if (failure === undefined) return false;
  return failure.nextAttemptAt === undefined || waits.for(failure.nextAttemptAt);
}

/**
 * Whatever was sent and is not known: the chat is read at once, and once more when it can no longer take effect. A
 * messenger without lists answers repeats instead.
 */
function planReading(chat: LiveChat, { abilities }: PlanContext, waits: Waits): readonly ChatAction[] {
  if (!abilities.listMembers || !needsReading(chat, waits) || rests(chat, 'reading', waits)) return [];
  const account = chat.ownerAccount;
  const offset = chat.readOffset ?? 0;
  // The list goes first: where one call fills a request, the title is not worth another one.
  return [
    { kind: 'read', account, offset },
    ...(offset === 0 && abilities.describeChat ? [{ kind: 'describe' as const, account }] : []),
  ];
}

function needsReading(chat: ChatSnapshot, waits: Waits): boolean {
  const doubted = chat.doubts.map((doubt) => !doubt.looked || !waits.for(doubt.until));
  return chat.readOffset !== undefined || doubted.includes(true);
}

/**
 * The chat's owner is no longer the account that runs the chats. It joins by the invite link to see the chat as its own;
 * where that does not help it looks for it. Until then the old owner's account goes on.
 */
function planTakeOver(chat: LiveChat, context: PlanContext, waits: Waits): Step {
  const { account, abilities } = context;
  if (account === undefined || account === chat.ownerAccount) return { actions: [] };
  // Nobody new comes into the archive, but where nobody else can take out who has to go.
  const archived = chat.state === 'archived';
  if (archived && (!chat.failures.has('owner') || planRemovals(chat, context, waits).length === 0))
    return { actions: [] };
  if (!mayTakeOver(chat, account, abilities) || rests(chat, 'take-over', waits)) return { actions: [] };
  const refusedBefore = chat.failures.has('take-over') || chat.candidates.length > 0;
  if (abilities.joinByLink && !refusedBefore) {
    if (chat.inviteLink !== undefined) return { actions: [{ kind: 'take-over', account, link: chat.inviteLink }] };
    // The old owner's account asks for the link first.
    if (abilities.inviteLink && !chat.failures.has('link') && !chat.failures.has('owner')) return { actions: [] };
  }
  return planTakeOverSearch(chat, account, chat.ownerAccount, waits);
}

/** It is an administrator there, or cannot be made one any more. */
function mayTakeOver(chat: LiveChat, account: ExternalUserId, { setRole }: MessengerAbilities): boolean {
  if (chat.failures.has('owner')) return true;
  return chat.members.some(
    (member) =>
      member.deliveredAccount === account &&
      (member.deliveredRole === 'admin' || member.wantedRole !== 'admin' || member.refused || !setRole),
  );
}

function planRename(chat: LiveChat, waits: Waits): readonly ChatAction[] {
  if (chat.remoteTitle === chat.title || rests(chat, 'title', waits)) return [];
  return [{ kind: 'rename', account: chat.ownerAccount, title: chat.title }];
}

function planInviteLink(chat: LiveChat, { abilities }: PlanContext, waits: Waits): readonly ChatAction[] {
  if (chat.inviteLink !== undefined || !abilities.inviteLink || rests(chat, 'link', waits)) return [];
  return [{ kind: 'invite-link', account: chat.ownerAccount }];
}

/**
 * The account to leave: no longer wanted, no longer linked, or linked with another profile. Who was invited may have come
 * in by themselves meanwhile.
 */
function leaving(member: MemberSnapshot): ExternalUserId | undefined {
  const account = member.deliveredAccount;
  if (account === undefined) return member.invited && member.wantedRole === undefined ? member.account : undefined;
  return member.wantedRole === undefined || member.account !== account ? account : undefined;
}

function planRemovals(chat: LiveChat, { abilities }: PlanContext, waits: Waits): readonly ChatAction[] {
  return [...planStrays(chat, waits), ...planMemberRemovals(chat, abilities, waits)];
}

function planStrays(chat: LiveChat, waits: Waits): readonly ChatAction[] {
  return chat.strays.flatMap(({ personId, account: target, nextAttemptAt }): ChatAction[] =>
    target === chat.ownerAccount || waits.for(nextAttemptAt)
      ? []
      : [{ kind: 'remove', account: chat.ownerAccount, personId, target, stray: true }],
  );
}

function planMemberRemovals(chat: LiveChat, { setRole }: MessengerAbilities, waits: Waits): readonly ChatAction[] {
  return chat.members.flatMap((member): ChatAction[] => {
    const target = leaving(member);
    // The owner holds the only key to the chat; they go after somebody else took it over.
    if (target === undefined || target === chat.ownerAccount) return [];
    if (waits.for(member.nextAttemptAt)) return [];
    const { personId } = member;
    const { former } = chat;
    // Who ran a chat leaves it best themselves; every other attempt is the owner's.
    if (former?.account === target && member.attempts % 2 === 0) {
      return [{ kind: 'remove', account: target, personId, target, remoteId: former.remoteId }];
    }
    const account = chat.ownerAccount;
    const remove = { kind: 'remove', account, personId, target } as const;
    // Who took over is no owner there, and an administrator may not take out another one.
    const leads = former !== undefined && former.account !== target && member.deliveredRole === 'admin' && setRole;
    return leads ? [{ kind: 'role', account, personId, target, role: 'member' }, remove] : [remove];
  });
}

function planAdditions(chat: LiveChat, waits: Waits): readonly ChatAction[] {
  return chat.members.flatMap((member): ChatAction[] => {
    const { personId, wantedRole, account: target } = member;
    if (wantedRole === undefined || target === undefined || target === member.deliveredAccount) return [];
    if (member.invited || waits.for(member.nextAttemptAt)) return [];
    const account = chat.ownerAccount;
    const add = { kind: 'add', account, personId, target } as const;
    return wantedRole === 'admin' ? [add, { kind: 'role', account, personId, target, role: 'admin' }] : [add];
  });
}

function planRoles(chat: LiveChat, { abilities }: PlanContext, waits: Waits): readonly ChatAction[] {
  if (!abilities.setRole) return [];
  return chat.members.flatMap((member): ChatAction[] => {
    const { personId, wantedRole, account: target } = member;
    if (wantedRole === undefined || target === undefined || target !== member.deliveredAccount) return [];
    // Who made a chat stays its owner there, whoever runs it.
    const owns = target === chat.ownerAccount || target === chat.maker;
    if (wantedRole === member.deliveredRole || owns) return [];
    if (waits.for(member.nextAttemptAt)) return [];
    return [{ kind: 'role', account: chat.ownerAccount, personId, target, role: wantedRole }];
  });
}

/** After so many attempts, about a week of them, the owner leaves also those behind who cannot be taken out. */
const CLOSING_ATTEMPTS = 10;

/** Members are not wanted any more by then; the owner goes last, and not before those who are tried again later. */
function planClosing(chat: LiveChat, context: PlanContext, waits: Waits): readonly ChatAction[] {
  const nobodyWanted = chat.members.map((member) => ({ ...member, wantedRole: undefined }));
  const removals = planRemovals({ ...chat, members: nobodyWanted }, context, waits);
  const later = nobodyWanted.some(
    (member) =>
      !(member.refused && member.attempts >= CLOSING_ATTEMPTS) &&
      leaving(member) !== undefined &&
      member.nextAttemptAt !== undefined &&
      member.nextAttemptAt > waits.now,
  );
  const unsure = chat.doubts.length > 0 && context.abilities.listMembers && !chat.failures.has('reading');
  return removals.length > 0 || later || unsure ? removals : [{ kind: 'leave', account: chat.ownerAccount }];
}
