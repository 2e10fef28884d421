import type { MessengerFailure } from '../messenger.js';

import { failureOf, transportFailureOf, type VkError } from './vk-failure.js';
import type { VkMethod, VkRequest } from './vk-method.js';

/** What one method answered, or why it did not. */
export type VkOutcome =
  { readonly ok: true; readonly response: unknown } | { readonly ok: false; readonly failure: MessengerFailure };

/** An inner call's error as far as `execute` tells it. */
export interface ExecuteError extends Omit<VkError, 'error_code'> {
  readonly error_code?: number | undefined;
  readonly method?: string | undefined;
}

/** VKScript that makes all calls in order: `return [API.messages.send({"peer_id":"1"}),…];`. */
export function executeCode(requests: readonly VkRequest[]): string {
  const calls = requests.map(({ method, params }) => `API.${method}(${JSON.stringify(params)})`);
  return `return [${calls.join(',')}];`;
}

/**
 * Pairs the answers of `execute` with its calls by position. A failed call stands as `false`, and its error comes in
 * `execute_errors`, which hold the method's name but no position: in the order of the failures. So the n-th `false` of a
 * method belongs to the n-th error of that method. Where their numbers differ, no error can be told from another, and the
 * failed calls of that method are `transport.unattributed`.
 */
export function pairExecuted(
  requests: readonly VkRequest[],
  response: unknown,
  errors: readonly ExecuteError[],
): readonly VkOutcome[] {
  if (!Array.isArray(response) || response.length !== requests.length) {
    return requests.map(({ method }) => ({ ok: false, failure: transportFailureOf('schema', method) }));
  }
  const answers: readonly unknown[] = response;
  const errorsLeft = attributableErrors(requests, answers, errors);
  return requests.map(({ method }, position): VkOutcome => {
    if (answers[position] !== false) return { ok: true, response: answers[position] };
    const error = errorsLeft.get(method)?.shift();
    return { ok: false, failure: innerFailure(error, method) };
  });
}

function innerFailure(error: ExecuteError | undefined, method: VkMethod): MessengerFailure {
  if (error?.error_code === undefined) return transportFailureOf('unattributed', method);
  return failureOf({ ...error, error_code: error.error_code }, method);
}

/** Per method its errors in order, for those methods whose errors are as many as their failed calls. */
function attributableErrors(
  requests: readonly VkRequest[],
  answers: readonly unknown[],
  errors: readonly ExecuteError[],
): Map<VkMethod, ExecuteError[]> {
  const byMethod = new Map<VkMethod, ExecuteError[]>();
  for (const method of new Set(requests.map((request) => request.method))) {
    const failed = requests.filter((request, position) => request.method === method && answers[position] === false);
    const own = errors.filter((error) => error.method === method);
    if (own.length === failed.length) byMethod.set(method, own);
  }
  return byMethod;
}
