import type {
  EffectKind,
  MessengerAnswers,
  MessengerCall,
  MessengerCallKind,
  MessengerFailure,
  MessengerRefusal,
  MessengerResult,
  MessengerSuccess,
} from './messenger.js';

const WITHOUT_EFFECT: ReadonlySet<MessengerCallKind> = new Set([
  'chat.list',
  'chat.describe',
  'chat.members',
  'chat.invite-link',
  'chat.join',
] satisfies Exclude<MessengerCallKind, EffectKind>[]);

/** Whether a call changes something on the messenger's side. */
export function hasEffect<C extends MessengerCall>(call: C): call is Extract<C, { kind: EffectKind }> {
  return !WITHOUT_EFFECT.has(call.kind);
}

export function succeeded<K extends MessengerCallKind>(kind: K, answer: MessengerAnswers[K]): MessengerSuccess<K> {
  return { ok: true, kind, answer };
}

export function refused(failure: MessengerFailure): MessengerRefusal {
  return { ok: false, failure };
}

/**
 * The answer of a call of this kind.
 * @throws TypeError when the answer is one of another kind: an adapter mixed up its calls
 */
export function answerTo<K extends MessengerCallKind>(kind: K, success: MessengerSuccess): MessengerAnswers[K] {
  if (isAnswerTo(kind, success)) return success.answer;
  throw new TypeError(`a call ${kind} was answered as ${success.kind}`);
}

function isAnswerTo<K extends MessengerCallKind>(
  kind: K,
  success: MessengerSuccess,
): success is MessengerSuccess & { readonly kind: K; readonly answer: MessengerAnswers[K] } {
  return success.kind === kind;
}

/** Done, now or before. */
export function isDone(result: MessengerResult): boolean {
  return result.ok || result.failure.class === 'settled';
}

/** It is known what became of the call: done, or sure that it changed nothing. */
export function isSure(result: MessengerResult): boolean {
  return isDone(result) || (!result.ok && result.failure.effect === 'none');
}
