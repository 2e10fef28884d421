import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

import { SferumError } from '../errors.js';
import { BODY_TOO_LARGE_TEXT, REQUEST_INVALID_TEXT } from './windows-api-text.js';

/** No window sends more: names, ids and choices of one form. */
const MOST_BODY_BYTES = 256 * 1024;
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE']);
/** PostgreSQL keeps no text with it, and nobody types it. */
const NUL = '\0';

/**
 * What no window sends is refused before a feature sees it: other methods, bodies of more than 256 KiB (before they are
 * read), addresses that cannot be decoded, and the character NUL anywhere.
 */
export const requestBorder: readonly MiddlewareHandler[] = [
  async (context, next) => {
    if (!METHODS.has(context.req.method)) throw refused();
    const { pathname, search } = new URL(context.req.url);
    if (decoded(pathname + search).includes(NUL)) throw refused();
    await next();
  },
  bodyLimit({
    maxSize: MOST_BODY_BYTES,
    onError: () => {
      throw new SferumError('SFERUM_REQUEST_INVALID', BODY_TOO_LARGE_TEXT);
    },
  }),
  async (context, next) => {
    const { method } = context.req;
    if (method !== 'GET' && method !== 'HEAD' && hasNul(await context.req.text())) throw refused();
    await next();
  },
];

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused();
  }
}

/** Written as it is, or as JSON writes it. */
function hasNul(body: string): boolean {
  if (body.includes(NUL)) return true;
  if (!body.includes('\\u0000')) return false;
  let found = false;
  JSON.parse(body, (key, value: unknown) => {
    found ||= key.includes(NUL) || (typeof value === 'string' && value.includes(NUL));
    return value;
  });
  return found;
}

function refused(): SferumError {
  return new SferumError('SFERUM_REQUEST_INVALID', REQUEST_INVALID_TEXT);
}
