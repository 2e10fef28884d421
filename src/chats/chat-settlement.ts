import { backoffMs } from '../delivery/backoff.js';
import { answerTo, isDone } from '../messenger/messenger-result.js';
import type {
  ExternalChatId,
  ExternalUserId,
  MessengerAnswers,
  MessengerFailure,
  MessengerResult,
  MessengerSuccess,
} from '../messenger/messenger.js';
import type { ChatChange, Settlement, SettlementContext, StoredFailure } from './chat-change.js';
import { settleReading } from './chat-reading.js';
import type { ChatAction, ChatProperty } from './chat-snapshot.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long a chat or a property that was refused rests before it is tried once more. */
const REFUSED_REST_MS = 6 * HOUR_MS;
/** The same for a person's part, by the refusals so far: who has to go is not left where they are for long. */
const PERSON_RESTS_MS = [10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS];
const LONGEST_PERSON_REST_MS = 24 * HOUR_MS;

/** How long a chat that seems gone rests before it is tried again; four times as long each time. */
const LOST_REST_MS = 60_000;

/** What a result means for the rows. Pure. */
export function settleAction(action: ChatAction, result: MessengerResult, context: SettlementContext): Settlement {
  if (result.ok) return reached(action, settleSuccess(action, result, context), context);
  if (isDone(result) || (action.kind === 'leave' && result.failure.class === 'chat-lost')) {
    const done = settleDone(action, context);
    if (done !== undefined) return done;
  }
  if (action.kind === 'describe') return {};
  const settled = settleFailure(action, result.failure, context);
  // The title is not known while a renaming is in doubt: it is written again.
  return action.kind === 'rename' && result.failure.effect === 'possible'
    ? { ...settled, chat: { ...settled.chat, remoteTitle: null } }
    : settled;
}

/** What was done in a chat proves that the chat is there, and that the account which did it reaches it. */
function reached(action: ChatAction, settlement: Settlement, { chat }: SettlementContext): Settlement {
  if (PROVES_NOTHING.has(action.kind)) return settlement;
  const reaches = action.account === chat.ownerAccount && chat.failures.has('owner');
  const failures = { ...(reaches ? { owner: null } : {}), ...settlement.chat?.failures };
  const known = Object.keys(failures).length > 0 ? { failures } : {};
  return { ...settlement, chat: { failure: null, ...settlement.chat, ...known } };
}

/** What looks for a chat, and the title, which is told to who is out of the chat too. */
const PROVES_NOTHING: ReadonlySet<ChatAction['kind']> = new Set(['create', 'search', 'survey', 'inspect', 'describe']);

function settleSuccess(action: ChatAction, result: MessengerSuccess, context: SettlementContext): Settlement {
  switch (action.kind) {
    case 'create':
      return created(action, answerTo('chat.create', result), context);
    case 'search':
    case 'survey':
      return { ...over('search', context), listed: answerTo('chat.list', result).chats };
    case 'inspect':
      return inspected(action, answerTo('chat.members', result), context);
    case 'take-over':
      return takenOver(action.account, answerTo('chat.join', result).chatId);
    case 'describe': {
      const { title } = answerTo('chat.describe', result);
      return title === undefined ? {} : { chat: { remoteTitle: title } };
    }
    case 'read':
      return settleReading(action.offset, answerTo('chat.members', result), context);
    case 'invite-link':
      return { chat: { inviteLink: answerTo('chat.invite-link', result).link, ...over('link', context).chat } };
    default:
      return settleDone(action, context) ?? {};
  }
}

/** One page of who is in a candidate. One whose list does not show as many as it counts proves nothing: it is read again. */
function inspected(
  action: Extract<ChatAction, { kind: 'inspect' }>,
  { members, total, nextOffset }: MessengerAnswers['chat.members'],
  context: SettlementContext,
): Settlement {
  const { remoteId, account, offset } = action;
  const known = context.chat.candidates.find((one) => one.remoteId === remoteId && one.account === account);
  const page = members.map(({ userId }) => userId);
  const seen = new Set([...(offset === 0 ? [] : (known?.accounts ?? [])), ...page]);
  if (nextOffset === undefined && seen.size !== total) {
    const cut = booked(action, retried(action, { code: 'chat.members-cut' }, context));
    return { ...cut, inspected: { remoteId, accounts: [], nextOffset: 0, anew: true } };
  }
  const read = nextOffset === undefined ? over('search', context) : {};
  return { ...read, inspected: { remoteId, accounts: page, nextOffset } };
}

/** A failure of the property that is over; nothing where none is known. */
function over(property: ChatProperty, { chat }: SettlementContext): { readonly chat?: ChatChange } {
  return chat.failures.has(property) ? { chat: { failures: { [property]: null } } } : {};
}

/** What needs no answer: "already so" is success. */
function settleDone(action: ChatAction, context: SettlementContext): Settlement | undefined {
  switch (action.kind) {
    case 'rename':
      return { chat: { remoteTitle: action.title, ...over('title', context).chat } };
    case 'remove':
      return { member: { personId: action.personId, kind: 'left', account: action.target } };
    case 'add':
      return { member: { personId: action.personId, kind: 'joined', account: action.target, role: 'member' } };
    case 'role':
      return { member: { personId: action.personId, kind: 'role', role: action.role } };
    case 'leave':
      return { chat: { closed: true, failure: null } };
    default:
      return undefined;
  }
}

function created(
  { account, title }: Extract<ChatAction, { kind: 'create' }>,
  { chatId, memberIds }: MessengerAnswers['chat.create'],
  context: SettlementContext,
): Settlement {
  return {
    chat: {
      ...{ remoteId: chatId, ownerAccount: account, remoteTitle: title, failure: null },
      ...over('search', context).chat,
    },
    seen: [
      { account, role: 'admin' },
      ...(memberIds ?? []).map((member) => ({ account: member, role: 'member' as const })),
    ],
    ...(memberIds === undefined ? { unclear: true } : {}),
  };
}

function takenOver(account: ExternalUserId, chatId: ExternalChatId): Settlement {
  return {
    chat: {
      remoteId: chatId,
      ownerAccount: account,
      takenOver: true,
      reading: { offset: 0 },
      failures: { 'take-over': null, owner: null },
    },
    seen: [{ account, role: undefined }],
  };
}

function settleFailure(action: ChatAction, failure: MessengerFailure, context: SettlementContext): Settlement {
  if (failure.scope === 'credential') return settleWithoutAccount(action, failure, context);
  switch (failure.class) {
    case 'rate':
    case 'split':
    case 'credential':
    case 'stop':
    case 'person-needed':
      // The lane reacts; nothing is wrong with this chat or person.
      return {};
    case 'chat-lost':
      return lost(action, failure.code, context);
    case 'unknown':
    case 'retry':
    case 'flood':
      return booked(action, retried(action, failure, context));
    case 'invite':
      if (action.kind === 'add') return { member: { personId: action.personId, kind: 'invited', code: failure.code } };
      return refusedForNow(action, failure, context);
    case 'chat-refused':
      return booked(action, refused(failure.code, REFUSED_REST_MS));
    case 'permanent':
    case 'settled':
      return refusedForNow(action, failure, context);
  }
}

/** The account that was to do it cannot be used. Nothing is retried before it can; who else can help is said. */
function settleWithoutAccount(action: ChatAction, failure: MessengerFailure, context: SettlementContext): Settlement {
  if (failure.class !== 'permanent') return {};
  const { ownerAccount, former, doubts } = context.chat;
  switch (action.kind) {
    case 'create':
    case 'survey':
    case 'take-over':
      return {};
    case 'search':
    case 'inspect':
      return ownerAccount === undefined && doubts.length > 0
        ? { chat: { asks: true, failure: refused('chat.creation-unknown', undefined) } }
        : {};
    case 'remove':
      // Who made the chat cannot leave it themselves any more: its owner takes them out.
      if (action.account === former?.account && action.account !== ownerAccount) {
        return booked(action, { code: failure.code, class: 'retry', restMs: 0 });
      }
      return ownerGone();
    default:
      return ownerGone();
  }
}

function ownerGone(): Settlement {
  return { chat: { failures: { owner: refused('chat.owner-gone', undefined) } } };
}

/**
 * Only the list itself proves that the account has lost a chat; what anything else met is read once more. Another
 * account may still be in it: whoever runs the chats takes it over then.
 */
function lost(action: ChatAction, code: string, context: SettlementContext): Settlement {
  if (action.kind === 'read') {
    const before = context.chat.failures.get('owner')?.attempts ?? 0;
    const restMs = Math.min(REFUSED_REST_MS, LOST_REST_MS * 4 ** Math.min(before, 10));
    return { chat: { failures: { owner: refused(code, restMs) } } };
  }
  if (action.kind === 'inspect') return { dropped: action.remoteId };
  if (action.kind === 'take-over') return booked(action, refused(code, 0));
  const later = booked(action, retried(action, { code }, context));
  return { ...later, chat: { ...later.chat, reading: { offset: 0 } } };
}

/**
 * A creation that was refused with people in it may fail for one of them: it is made with nobody, and each is added
 * alone. What is refused otherwise is the person's matter or the property's, whichever the action is about; nobody says
 * when a refusal ends, so it is tried again. One about somebody who is taken to be in the chat is a reason to look who
 * is there.
 */
function refusedForNow(action: ChatAction, failure: MessengerFailure, context: SettlementContext): Settlement {
  if (action.kind === 'create' && action.people.length > 0 && !context.chat.createsBare) {
    return { chat: { createsBare: true, failure: null } };
  }
  if (action.kind === 'inspect') return { dropped: action.remoteId };
  // The chat is looked for by its people then.
  if (action.kind === 'take-over') return booked(action, refused(failure.code, 0));
  if (!('personId' in action)) return booked(action, refused(failure.code, REFUSED_REST_MS));
  const restMs = PERSON_RESTS_MS[context.attempts] ?? LONGEST_PERSON_REST_MS;
  const settled = booked(action, refused(failure.code, restMs));
  return action.kind === 'add' ? settled : { ...settled, chat: { ...settled.chat, reading: { offset: 0 } } };
}

/** Books a failure on what the action is about, and on nothing wider. */
function booked(action: ChatAction, failure: StoredFailure): Settlement {
  if (action.kind === 'remove' && action.stray === true) {
    const { personId, target: account } = action;
    // Nobody sees it as a person's failure.
    return { member: { personId, kind: 'stray-failed', account, failure } };
  }
  if ('personId' in action) return { member: { personId: action.personId, kind: 'failed', failure } };
  const property = PROPERTY_OF[action.kind];
  if (property === undefined) return { chat: { failure } };
  return { chat: { failures: { [property]: failure } } };
}

const PROPERTY_OF: Readonly<Partial<Record<ChatAction['kind'], ChatProperty>>> = {
  rename: 'title',
  'invite-link': 'link',
  read: 'reading',
  'take-over': 'take-over',
  search: 'search',
  survey: 'search',
  inspect: 'search',
};

/** The messenger's own time counts, where it names one. */
function retried(
  action: ChatAction,
  { code, retryAfterMs }: Pick<MessengerFailure, 'code' | 'retryAfterMs'>,
  { attempts, chat, random }: SettlementContext,
): StoredFailure {
  const property = PROPERTY_OF[action.kind];
  const before = property === undefined ? attempts : (chat.failures.get(property)?.attempts ?? 0);
  return { code, class: 'retry', restMs: retryAfterMs ?? backoffMs(before + 1, random) };
}

function refused(code: string, restMs: number | undefined): StoredFailure {
  return { code, class: 'refused', restMs };
}
