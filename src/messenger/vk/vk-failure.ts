import type { FailureScope, MessengerFailure, MessengerFailureClass } from '../messenger.js';

import { isRepeatable, type VkMethod } from './vk-method.js';

/** The part of VK's error object that decides. */
export interface VkError {
  readonly error_code: number;
  readonly error_subcode?: number | undefined;
  readonly error_msg?: string | undefined;
  /** Where a person confirms (captcha, validation). */
  readonly redirect_uri?: string | undefined;
}

/** Ways an exchange of messages fails without an answer of VK. */
export type VkTransportReason =
  /** Refused or unresolved before anything was sent. */
  | 'unreachable'
  /** The caller gave up before anything was sent. */
  | 'not-sent'
  | 'timeout'
  | 'aborted'
  | 'reset'
  /** A page instead of an answer, mostly from a proxy: 502 and the like. */
  | 'html'
  /** Not JSON, or cut off. */
  | 'json'
  /** JSON of another shape than the method answers. */
  | 'schema'
  /** An inner call of `execute` failed, and it cannot be told with which error. */
  | 'unattributed'
  /** A list that ends before its own count, repeats itself, or changed while it was read. */
  | 'incomplete';

type Verdict = MessengerFailureClass | ((method: VkMethod, error: VkError) => MessengerFailureClass);

const HOUR_MS = 3_600_000;

const serverTrouble: Verdict = (method) => (isRepeatable(method) ? 'retry' : 'unknown');
/** Methods of the whole account: refused access to them is a missing right, not the matter of one chat or person. */
const ACCOUNT_WIDE = new Set<VkMethod>(['messages.createChat', 'messages.getConversations', 'execute']);
const COMING_IN = new Set<VkMethod>(['messages.addChatUser', 'messages.joinChatByInviteLink']);
const accessDenied: Verdict = (method, error) => {
  const text = error.error_msg ?? '';
  // Texts seen where messages are closed to the application, and where the token did not arrive: no subcode tells them.
  if (/no access to call this method|current scopes/i.test(text)) return 'stop';
  if (/token required/i.test(text)) return 'credential';
  if (ACCOUNT_WIDE.has(method)) return 'stop';
  // What VK answers to somebody who is in already is not documented, so a text that says so is believed.
  if (COMING_IN.has(method) && /already in/i.test(text)) return 'settled';
  return method === 'messages.addChatUser' ? 'invite' : 'permanent';
};
const deadCall: Verdict = (method) => (method === 'calls.forceFinish' ? 'settled' : 'permanent');

const VERDICTS = new Map<number, Verdict>([
  [1, serverTrouble],
  [2, 'stop'],
  [4, 'credential'],
  [5, 'credential'],
  [6, 'rate'],
  [7, accessDenied],
  [9, 'flood'],
  [10, serverTrouble],
  [11, 'stop'],
  // A run-time error of `execute` may come after inner calls took effect.
  [13, (method) => (isRepeatable(method) ? 'permanent' : 'unknown')],
  [14, 'person-needed'],
  [15, accessDenied],
  [16, 'stop'],
  [17, 'person-needed'],
  // A page that is deleted or banned: the account's own where the request names nobody else.
  [18, (method) => (method === 'execute' ? 'stop' : 'permanent')],
  [20, 'stop'],
  [21, 'stop'],
  [24, 'person-needed'],
  [25, 'person-needed'],
  [27, 'credential'],
  [28, 'credential'],
  [29, 'flood'],
  [37, 'stop'],
  [38, 'stop'],
  [41, 'person-needed'],
  [42, 'stop'],
  [43, 'retry'],
  [104, deadCall],
  [917, 'chat-lost'],
  [919, 'chat-refused'],
  [922, 'chat-lost'],
  [925, 'chat-refused'],
  [927, 'chat-lost'],
  [931, 'chat-refused'],
  [935, (method) => (method === 'messages.removeChatUser' ? 'settled' : 'permanent')],
  [939, (method) => (method === 'messages.addChatUser' ? 'invite' : 'permanent')],
  [945, 'chat-lost'],
  [951, deadCall],
  [954, deadCall],
  [981, (method) => (method === 'messages.addChatUser' ? 'invite' : 'permanent')],
  [982, 'retry'],
  [983, 'stop'],
  [984, 'stop'],
  [1017, 'chat-lost'],
  [1051, 'stop'],
  [1105, 'stop'],
  [1114, 'credential'],
  [1115, 'credential'],
  [1116, 'credential'],
  [1117, 'credential'],
  [1118, 'credential'],
  [3300, 'person-needed'],
  [3301, 'person-needed'],
  [3302, 'person-needed'],
  [3303, 'person-needed'],
  [3304, 'person-needed'],
  [3609, 'credential'],
  [3610, 'stop'],
  [3611, 'stop'],
  [11500, 'person-needed'],
]);

/** Kinds of token or rights that cannot call the method, whatever the code they come with. */
const STOP_SUBCODES = new Set([1133, 1134]);

/**
 * How long to leave it alone. Second 1.1 s: 1000/3 ms spacing still brought code 6. The long ones are our own choice: VK
 * publishes no times, floods were seen to last for hours.
 */
const RETRY_AFTER_MS = new Map<number, number>([
  [6, 1100],
  [9, HOUR_MS],
  [29, 6 * HOUR_MS],
  [982, HOUR_MS / 2],
  [1105, HOUR_MS],
]);

function verdictOf(error: VkError, method: VkMethod): MessengerFailureClass {
  if (STOP_SUBCODES.has(error.error_subcode ?? 0)) return 'stop';
  const isCallServerCode = error.error_code >= 9000 && error.error_code < 9999;
  const verdict = VERDICTS.get(error.error_code) ?? (isCallServerCode ? deadCall : 'permanent');
  return typeof verdict === 'function' ? verdict(method, error) : verdict;
}

/** Codes that may come after the call took effect. */
const AFTER_THE_EFFECT = new Set([1, 10, 13]);
/** Methods whose parameters name people. */
const NAMES_PEOPLE = new Set<VkMethod>([
  'messages.createChat',
  'messages.addChatUser',
  'messages.removeChatUser',
  'messages.setMemberRole',
]);
/** Codes about one of the people that such a method names. */
const ABOUT_A_PERSON = new Set([18, 30, 39, 113, 900, 901, 902, 935, 936, 939, 947, 967, 981, 1019]);
/** Kinds of account and token that may not call the method at all. */
const ABOUT_AN_ABILITY = new Set([20, 21, 23, 1051]);
/** Codes about the chat besides those by which it is lost: not its administrator, not supported, closed for writing. */
const ABOUT_A_CHAT = new Set([925, 946, 1012]);
/** "Out of limits" is documented as a full chat where somebody comes in. Elsewhere nothing says whose limit it is. */
const CHAT_FULL = 103;

function scopeOf(error: VkError, method: VkMethod, verdict: MessengerFailureClass): FailureScope {
  const code = error.error_code;
  if (STOP_SUBCODES.has(error.error_subcode ?? 0) || ABOUT_AN_ABILITY.has(code)) return 'ability';
  if (NAMES_PEOPLE.has(method) && ABOUT_A_PERSON.has(code)) return 'person';
  if (ABOUT_A_CHAT.has(code) || (code === CHAT_FULL && COMING_IN.has(method))) return 'chat';
  switch (verdict) {
    case 'stop':
      // Access denied to a method of the whole account: a right that its token lacks.
      return code === 7 || code === 15 ? 'ability' : 'credential';
    case 'flood':
      return 'ability';
    case 'credential':
    case 'person-needed':
    case 'rate':
      return 'credential';
    case 'chat-lost':
      return 'chat';
    case 'invite':
      return 'person';
    default:
      return 'call';
  }
}

function webAddress(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}

/** What to do about an error that VK answered to `method`. A code that is not known is `permanent`. */
export function failureOf(error: VkError, method: VkMethod): MessengerFailure {
  const verdict = verdictOf(error, method);
  const retryAfterMs = RETRY_AFTER_MS.get(error.error_code);
  const actionUrl = verdict === 'person-needed' ? webAddress(error.redirect_uri) : undefined;
  return {
    class: verdict,
    code: error.error_subcode ? `vk.${error.error_code}.${error.error_subcode}` : `vk.${error.error_code}`,
    scope: scopeOf(error, method, verdict),
    effect: AFTER_THE_EFFECT.has(error.error_code) ? 'possible' : 'none',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(actionUrl === undefined ? {} : { actionUrl }),
  };
}

/** Verdicts on the account rather than on the request: they hold for every call of it. */
const OF_THE_ACCOUNT: ReadonlySet<MessengerFailureClass> = new Set(['rate', 'credential', 'person-needed', 'stop']);

/**
 * What to do about `method` when the `execute` that carried it failed as a whole. Unlike the method's own error, it says
 * nothing of the chat or the person: everything goes again in smaller packs, what may have been done when that is known.
 */
export function executeFailureOf(error: VkError, method: VkMethod): MessengerFailure {
  const whole = failureOf(error, 'execute');
  if (OF_THE_ACCOUNT.has(whole.class)) return whole;
  const { code, effect, retryAfterMs } = whole;
  const trouble = error.error_code === 1 || error.error_code === 10 || whole.class === 'retry';
  const known = isRepeatable(method) || effect === 'none';
  return {
    class: trouble ? (known ? 'retry' : 'unknown') : 'split',
    ...{ code, effect, scope: 'request' },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

const ABOUT_ONE_ANSWER = new Set<VkTransportReason>(['schema', 'unattributed', 'incomplete']);

/** What to do when there is no usable answer: sure that nothing was sent, or harmless to repeat, is `retry`. */
export function transportFailureOf(reason: VkTransportReason, method: VkMethod): MessengerFailure {
  const nothingSent = reason === 'unreachable' || reason === 'not-sent';
  return {
    class: nothingSent || isRepeatable(method) ? 'retry' : 'unknown',
    code: `transport.${reason}`,
    scope: ABOUT_ONE_ANSWER.has(reason) ? 'call' : 'request',
    effect: nothingSent ? 'none' : 'possible',
  };
}

/**
 * A chat that VK still shows to an account that is no longer in it.
 * @param state of the chat's settings: `kicked`, `left`, `out`
 */
export function lostChatOf(state: string): MessengerFailure {
  const known = ['kicked', 'left'].includes(state) ? state : 'out';
  return { class: 'chat-lost', code: `vk.state.${known}`, scope: 'chat', effect: 'none' };
}
