import { envelopeSchema } from './vk-api-schemas.js';
import { executeCode, pairExecuted, type VkOutcome } from './vk-execute.js';
import { executeFailureOf, failureOf, transportFailureOf } from './vk-failure.js';
import type { VkRequest } from './vk-method.js';
import type { VkSettings } from './vk-settings.js';
import { postForm } from './vk-transport.js';

const HEADER_SAFE = /^[\x21-\x7e]+$/;

/**
 * One request to VK's API with all `requests`: a single one goes to its method, several go in one `execute`.
 * @returns one outcome per request, same order; never rejects
 */
export async function requestVk(
  settings: VkSettings,
  accessToken: string,
  requests: readonly VkRequest[],
  signal?: AbortSignal,
): Promise<readonly VkOutcome[]> {
  // A token that no header can carry was never VK's: the same as one that VK refuses.
  if (!HEADER_SAFE.test(accessToken)) return refuseAll(requests);
  const [first, ...others] = requests;
  if (first === undefined) return [];
  const single = others.length === 0;
  const { method, params } = single ? first : { method: 'execute', params: { code: executeCode(requests) } };
  const outcome = await postForm({
    url: `${settings.apiUrl}/${method}`,
    form: new URLSearchParams({ ...params, v: settings.apiVersion }),
    headers: { authorization: `Bearer ${accessToken}` },
    timeoutMs: settings.timeoutMs,
    signal,
  });
  const failAll = (reason: Parameters<typeof transportFailureOf>[0]): readonly VkOutcome[] =>
    requests.map((request) => ({ ok: false, failure: transportFailureOf(reason, request.method) }));
  if (!outcome.ok) return failAll(outcome.reason);
  const envelope = envelopeSchema.safeParse(outcome.body);
  if (!envelope.success) return failAll('schema');
  if ('error' in envelope.data) {
    const { error } = envelope.data;
    const fail = single ? failureOf : executeFailureOf;
    return requests.map((request) => ({ ok: false, failure: fail(error, request.method) }));
  }
  const { response, execute_errors: errors = [] } = envelope.data;
  return single ? [{ ok: true, response }] : pairExecuted(requests, response, errors);
}

function refuseAll(requests: readonly VkRequest[]): readonly VkOutcome[] {
  return requests.map(({ method }) => ({ ok: false, failure: failureOf({ error_code: 5 }, method) }));
}
