import type { ExternalUserId } from '../messenger/messenger.js';
import { createdOne, knownBefore, sameChat, type Identity } from './chat-identity.js';
import type {
  ChatAction,
  ChatCandidate,
  ChatDoubt,
  ChatFinding,
  ChatSnapshot,
  PlanContext,
  Waits,
} from './chat-snapshot.js';

/** After a lost answer the effect mostly comes soon; the first look is not made before. */
export const FIND_AFTER_MS = 3_000;

export interface Step {
  readonly actions: readonly ChatAction[];
  readonly finding?: ChatFinding;
}

const NOTHING: Step = { actions: [] };

/** What brings a chat into being: a creation, or the search for one that was sent. Pure. */
export function planCreation(chat: ChatSnapshot, context: PlanContext, waits: Waits): Step {
  if (chat.asks) return NOTHING;
  const doubt = chat.doubts.find(({ kind }) => kind === 'chat.create');
  if (doubt !== undefined) return planSearch(chat, doubt, context, waits);
  if (chat.state !== 'open' || context.account === undefined) return NOTHING;
  const known = planSurveyed(chat, context.account, waits);
  if (known !== undefined) return known;
  if (!context.surveyed) return planSurvey(context, context.account, waits);
  return { actions: [create(chat, context.account, context)] };
}

function create(chat: ChatSnapshot, account: ExternalUserId, { abilities }: PlanContext): ChatAction {
  const people =
    abilities.createWithMembers && !chat.createsBare
      ? chat.members.flatMap((member) =>
          member.wantedRole !== undefined && member.account !== undefined && member.account !== account
            ? [{ personId: member.personId, account: member.account }]
            : [],
        )
      : [];
  return { kind: 'create', account, title: chat.title, people };
}

/** Candidates are inspected, then judged; without any the account's chats are listed now and then, until it cannot come. */
function planSearch(chat: ChatSnapshot, doubt: ChatDoubt, context: PlanContext, waits: Waits): Step {
  const { until } = doubt;
  const over = chat.searchedAt !== undefined && chat.searchedAt >= until;
  if (chat.candidates.length > 0) {
    const unread = inspections(chat.candidates);
    if (unread.length > 0 && isUnreadable(chat)) return { actions: [], finding: { kind: 'ask' } };
    if (unread.length > 0) return waitsFor(chat, waits) ? NOTHING : { actions: unread };
    const identity = createdOne(
      chat.candidates,
      doubt.people.map(({ account }) => account),
      context.rivals,
    );
    if (identity.kind === 'ours') return adopt(identity.candidate);
    // One that fits may still come.
    if (!over) return { actions: [], finding: { kind: 'none', ended: false } };
    return { actions: [], finding: identity.kind === 'unclear' ? { kind: 'ask' } : { kind: 'none', ended: true } };
  }
  if (over) return { actions: [], finding: { kind: 'none', ended: true } };
  const firstLook = new Date(doubt.sentAt.getTime() + FIND_AFTER_MS);
  const looked = chat.searchedAt !== undefined && chat.searchedAt >= firstLook;
  if (waits.for(looked ? until : firstLook) || waitsFor(chat, waits)) return NOTHING;
  const { account, title } = doubt;
  return { actions: [{ kind: 'search', account, title: title ?? chat.title, ownerAccount: account }] };
}

/** Before an account's first creation: what the messenger has already is not made a second time. */
function planSurvey({ surveyAt }: PlanContext, account: ExternalUserId, waits: Waits): Step {
  if (waits.for(surveyAt)) return NOTHING;
  return { actions: [{ kind: 'survey', account }] };
}

/** Candidates that a survey has found, for a chat that was not created yet. */
function planSurveyed(chat: ChatSnapshot, account: ExternalUserId, waits: Waits): Step | undefined {
  if (chat.candidates.length === 0) return undefined;
  const unread = inspections(chat.candidates);
  if (unread.length > 0 && isUnreadable(chat)) return { actions: [], finding: { kind: 'ask' } };
  if (unread.length > 0) return waitsFor(chat, waits) ? NOTHING : { actions: unread };
  const wanted = chat.members.flatMap((member) =>
    member.wantedRole !== undefined && member.account !== undefined && member.account !== account
      ? [member.account]
      : [],
  );
  return judged(knownBefore(chat.candidates, wanted));
}

/** Looks for the chat among those of the account that is to take it over, where its invite link does not help. */
export function planTakeOverSearch(
  chat: ChatSnapshot,
  account: ExternalUserId,
  owner: ExternalUserId,
  waits: Waits,
): Step {
  if (waitsFor(chat, waits)) return NOTHING;
  if (chat.candidates.length === 0) {
    return {
      // Who made a chat stays its owner there, whoever has run it since.
      actions: [{ kind: 'search', account, title: chat.remoteTitle ?? chat.title, ownerAccount: chat.maker ?? owner }],
    };
  }
  const unread = inspections(chat.candidates);
  if (unread.length > 0 && isUnreadable(chat)) {
    return { actions: [], finding: { kind: 'not-taken', code: 'chat.ambiguous' } };
  }
  if (unread.length > 0) return { actions: unread };
  const present = chat.members.flatMap(({ deliveredAccount }) =>
    deliveredAccount === undefined || deliveredAccount === owner || deliveredAccount === account
      ? []
      : [deliveredAccount],
  );
  const identity = sameChat(chat.candidates, present, owner);
  if (identity.kind === 'ours') return adopt(identity.candidate);
  const code = identity.kind === 'none' ? 'chat.not-found' : 'chat.ambiguous';
  return { actions: [], finding: { kind: 'not-taken', code } };
}

/** So often a candidate's list is read again that was cut; then a person looks. */
const INSPECTIONS = 4;

function isUnreadable(chat: ChatSnapshot): boolean {
  return (chat.failures.get('search')?.attempts ?? 0) >= INSPECTIONS;
}

function inspections(candidates: readonly ChatCandidate[]): readonly ChatAction[] {
  return candidates.flatMap(({ remoteId, account, nextOffset }) =>
    nextOffset === undefined ? [] : [{ kind: 'inspect' as const, account, remoteId, offset: nextOffset }],
  );
}

function judged(identity: Identity): Step {
  switch (identity.kind) {
    case 'ours':
      return adopt(identity.candidate);
    case 'unclear':
      return { actions: [], finding: { kind: 'ask' } };
    case 'none':
      return { actions: [], finding: { kind: 'none', ended: false } };
  }
}

function adopt(candidate: ChatCandidate): Step {
  return { actions: [], finding: { kind: 'adopt', candidate } };
}

function waitsFor(chat: ChatSnapshot, waits: Waits): boolean {
  const failure = chat.failures.get('search');
  if (failure === undefined) return false;
  return failure.nextAttemptAt === undefined || waits.for(failure.nextAttemptAt);
}
