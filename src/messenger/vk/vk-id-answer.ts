import { z } from 'zod';

import { IdentityProviderError } from '../../errors.js';

import { VK_ID_NO_ANSWER_TEXT, vkIdRefusalText } from './vk-id-text.js';

/** Errors that do not say no, but that VK ID could not say anything. */
const NO_ANSWER_CODES = new Set(['server_error', 'temporarily_unavailable', 'slow_down']);
const ERROR_CODE = /^[a-z_]{1,40}$/;

const errorSchema = z.object({ error: z.string() });

/** The code in a body that VK ID sends instead of an answer, with status 200 as well as 4xx. */
export function errorCodeOf(body: unknown): string | undefined {
  const result = errorSchema.safeParse(body);
  if (!result.success) return undefined;
  // Anything that is not a code might repeat a part of the request, and so a secret.
  return ERROR_CODE.test(result.data.error) ? result.data.error : 'invalid_error';
}

/** An error for a clear no, VK ID's or our own. Holds its code and nothing else of the answer. */
export function refusal(code: string): IdentityProviderError {
  if (NO_ANSWER_CODES.has(code)) return noAnswer(code);
  return new IdentityProviderError('refused', code, vkIdRefusalText(code));
}

/** An error for an answer that did not come or cannot be used; what was asked for may have happened. */
export function noAnswer(code: string): IdentityProviderError {
  return new IdentityProviderError('unknown', code, VK_ID_NO_ANSWER_TEXT);
}
