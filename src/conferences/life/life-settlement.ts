import { backoffMs } from '../../delivery/backoff.js';
import { answerTo, isDone } from '../../messenger/messenger-result.js';
import type {
  ExternalUserId,
  MessengerFailure,
  MessengerFailureClass,
  MessengerResult,
} from '../../messenger/messenger.js';
import { START_CHECKING } from './conference-state.js';
import { laterBy, type ConferenceLife, type LinkPost } from './conference-life.js';
import { happen, openDoubts } from './life-events.js';
import type { CallAction } from './life-plan.js';

/** What came of an action. */
export interface ActionResult {
  readonly action: CallAction;
  /** The account it was made with. */
  readonly account: ExternalUserId;
  readonly result: MessengerResult;
  readonly doubtId: string | undefined;
  /** It is known what became of the call. */
  readonly sure: boolean;
}

/** Sending the same again would meet the same. */
const REFUSED: readonly MessengerFailureClass[] = ['permanent', 'chat-lost', 'chat-refused', 'invite'];
/** The same goes again, and nothing is said of it. */
const UNSAID: readonly MessengerFailureClass[] = ['rate', 'split'];

/**
 * A conference after the answer to one of its calls. An end asked for meanwhile is never undone; a call that came after it
 * is ended. Harmless twice. Pure.
 *
 * @param now by the database's clock
 * @param random 0 ≤ x < 1
 */
export function settleLife(life: ConferenceLife, answered: ActionResult, now: Date, random: number): ConferenceLife {
  const { doubtId, sure } = answered;
  const known = sure ? { ...life, doubts: life.doubts.filter(({ id }) => id !== doubtId) } : life;
  const settled = answeredLife(known, answered, now, random);
  return { ...settled, doubts: openDoubts(settled, now) };
}

function answeredLife(life: ConferenceLife, answered: ActionResult, now: Date, random: number): ConferenceLife {
  switch (answered.action.kind) {
    case 'start':
      return settleStart(life, answered, now, random);
    case 'post':
      return settlePost(life, answered.action.chatId, answered, now, random);
    case 'end':
      return settleEnd(life, answered, now, random);
  }
}

function settleStart(life: ConferenceLife, answered: ActionResult, now: Date, random: number): ConferenceLife {
  const { result, account, sure } = answered;
  if (result.ok) {
    const { callId: id, joinLink } = answerTo('call.start', result);
    return happen({ ...life, call: { id, joinLink, account }, failureCode: undefined }, { kind: 'started' }, now);
  }
  const { failure } = result;
  if (!sure) return { ...life, failureCode: START_CHECKING, attempts: life.attempts + 1 };
  const none = happen(life, { kind: 'not-started' }, now);
  if (none.state !== 'starting' || UNSAID.includes(failure.class)) return none;
  if (lostAccount(failure)) return { ...none, failureCode: failure.code, waits: true };
  return { ...none, ...triedAgain(none, failure, now, random), held: REFUSED.includes(failure.class) };
}

function settleEnd(life: ConferenceLife, { result }: ActionResult, now: Date, random: number): ConferenceLife {
  if (isDone(result)) return happen(life, { kind: 'ended' }, now);
  if (result.ok || life.state !== 'ending' || UNSAID.includes(result.failure.class)) return life;
  const { failure } = result;
  if (!REFUSED.includes(failure.class)) return { ...life, ...triedAgain(life, failure, now, random) };
  // An account that is refused for good cannot tell that the call is over.
  const note = lostAccount(failure) ? 'conference.end-account-gone' : 'conference.end-unknown';
  return { ...happen(life, { kind: 'ended' }, now), failureCode: note };
}

function settlePost(
  life: ConferenceLife,
  chatId: string,
  { result, account }: ActionResult,
  now: Date,
  random: number,
): ConferenceLife {
  if (!result.ok && UNSAID.includes(result.failure.class)) return life;
  const posted = (before: LinkPost | undefined): LinkPost => {
    if (result.ok || result.failure.class === 'settled') {
      return { postedAt: now, failureCode: undefined, attempts: 0, dueAt: undefined, account };
    }
    const { failure } = result;
    const attempts = (before?.attempts ?? 0) + 1;
    const dueAt = REFUSED.includes(failure.class) ? undefined : laterBy(now, restMs(failure, attempts, random));
    return { postedAt: undefined, failureCode: failure.code, attempts, dueAt, account };
  };
  const chats = life.chats.map((chat) => (chat.chatId === chatId ? { ...chat, post: posted(chat.post) } : chat));
  return { ...life, chats };
}

function triedAgain(
  { attempts }: ConferenceLife,
  failure: MessengerFailure,
  now: Date,
  random: number,
): Pick<ConferenceLife, 'failureCode' | 'attempts' | 'restUntil'> {
  const restUntil = laterBy(now, restMs(failure, attempts + 1, random));
  return { failureCode: failure.code, attempts: attempts + 1, restUntil };
}

/** The messenger's own time counts, where it names one. */
function restMs({ retryAfterMs }: MessengerFailure, attempts: number, random: number): number {
  return retryAfterMs ?? backoffMs(attempts, random);
}

/** The account has no usable token, and gets none by waiting. */
function lostAccount({ class: failureClass, scope }: MessengerFailure): boolean {
  return failureClass === 'permanent' && scope === 'credential';
}
