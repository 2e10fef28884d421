import type { VkTransportReason } from './vk-failure.js';
import { parseJsonExactly } from './vk-json.js';

export type HttpOutcome =
  | { readonly ok: true; readonly body: unknown; readonly status: number }
  | { readonly ok: false; readonly reason: VkTransportReason; readonly status?: number };

export interface FormPost {
  readonly url: string;
  readonly form: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the whole exchange, body included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
]);

/** Whether `fetch` failed before a byte of the request could leave: no address, no connection, no trusted certificate. */
function failedBeforeSending(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null) return false;
  const { code, syscall } = cause as { code?: unknown; syscall?: unknown };
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  return typeof code === 'string' && BEFORE_SENDING.has(code);
}

function readBody(text: string, status: number): HttpOutcome {
  try {
    return { ok: true, body: parseJsonExactly(text), status };
  } catch {
    return { ok: false, reason: /^\s*</.test(text) ? 'html' : 'json', status };
  }
}

/** Posts a form once and reads the JSON answer. Never rejects, never repeats, follows no redirect. */
export async function postForm(post: FormPost): Promise<HttpOutcome> {
  if (post.signal?.aborted) return { ok: false, reason: 'not-sent' };
  const limit = AbortSignal.timeout(post.timeoutMs);
  const signal = post.signal ? AbortSignal.any([limit, post.signal]) : limit;
  try {
    const response = await fetch(post.url, {
      method: 'POST',
      body: post.form,
      headers: { accept: 'application/json', ...post.headers },
      redirect: 'manual',
      signal,
    });
    return readBody(await response.text(), response.status);
  } catch (error) {
    if (failedBeforeSending(error)) return { ok: false, reason: 'unreachable' };
    if (limit.aborted) return { ok: false, reason: 'timeout' };
    return { ok: false, reason: post.signal?.aborted ? 'aborted' : 'reset' };
  }
}
