import { errorCodeOf, noAnswer, refusal } from './vk-id-answer.js';
import type { VkSettings } from './vk-settings.js';
import { postForm } from './vk-transport.js';

/** Whether `address` may be spoken to without encryption: only a server on the same machine. */
export function isLoopbackHttp(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  if (protocol !== 'http:') return false;
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** @throws IdentityProviderError `refused`, `insecure_address`, when tokens would travel unencrypted to another machine */
export function assertSafeAddress(address: string): void {
  if (new URL(address).protocol === 'https:' || isLoopbackHttp(address)) return;
  throw refusal('insecure_address');
}

/**
 * Posts a form to VK ID.
 * @returns the body, integers beyond 2⁵³ as text; it may be an error's, see {@link errorCodeOf}
 * @throws IdentityProviderError with outcome `unknown` when nothing usable came; see also {@link assertSafeAddress}
 */
export async function askVkId(settings: VkSettings, url: string, form: URLSearchParams): Promise<unknown> {
  assertSafeAddress(url);
  const outcome = await postForm({ url, form, timeoutMs: settings.timeoutMs });
  if (outcome.status !== undefined && outcome.status >= 500) throw noAnswer(`http_${outcome.status}`);
  if (!outcome.ok) throw noAnswer(outcome.reason);
  if (outcome.status >= 300 && errorCodeOf(outcome.body) === undefined) throw noAnswer(`http_${outcome.status}`);
  return outcome.body;
}

/** Posts to an endpoint outside OAuth's own, and takes an `error` for what it is whatever the status. */
export async function askVkIdPlainly(
  settings: VkSettings,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<unknown> {
  const form = new URLSearchParams({ client_id: settings.applicationId, ...fields });
  const body = await askVkId(settings, `${settings.idUrl}${path}`, form);
  const code = errorCodeOf(body);
  if (code !== undefined) throw refusal(code);
  return body;
}
