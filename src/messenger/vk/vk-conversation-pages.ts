import type { HostClock } from '../../host/host-services.js';
import type { MessengerFailure } from '../messenger.js';

import type { VkConversation } from './vk-api-schemas.js';
import { requestVk } from './vk-api.js';
import { conversationsOf, conversationsRequest, CONVERSATIONS_PER_PAGE } from './vk-call-codec.js';
import { transportFailureOf } from './vk-failure.js';
import type { VkSettings } from './vk-settings.js';

/** Own choice: about a thousand conversations with their last messages stay well below what `execute` may answer. */
const PAGES_PER_REQUEST = 5;
/** VK's second is safely 1.1 s long: closer spacing was seen to bring code 6. */
const RATE_WINDOW_MS = 1100;

export interface ConversationReading {
  readonly settings: VkSettings;
  readonly clock: HostClock;
  readonly accessToken: string;
  readonly signal?: AbortSignal | undefined;
}

export type ConversationList =
  | { readonly ok: true; readonly conversations: readonly VkConversation[] }
  | { readonly ok: false; readonly failure: MessengerFailure };

/**
 * Reads an account's conversations from the second page on, to the end.
 *
 * The list is ordered by last activity and moves while it is read: a conversation that gets a message jumps to the top. So
 * every request ends with the first page again, and none is missed.
 *
 * @param total how many conversations there are in all; follows what later pages say
 */
export async function readFurtherConversations(reading: ConversationReading, total: number): Promise<ConversationList> {
  const found: VkConversation[] = [];
  let offset = CONVERSATIONS_PER_PAGE;
  let end = total;
  while (offset < end) {
    await pause(reading.clock, RATE_WINDOW_MS / reading.settings.requestsPerSecond, reading.signal);
    const offsets = offsetsFrom(offset, end);
    const requests = [...offsets, 0].map(conversationsRequest);
    const outcomes = await requestVk(reading.settings, reading.accessToken, requests, reading.signal);
    for (const outcome of outcomes) {
      if (!outcome.ok) return outcome;
      const page = conversationsOf(outcome.response);
      if (!page) return { ok: false, failure: transportFailureOf('schema', 'messages.getConversations') };
      found.push(...page.conversations);
      end = page.total;
    }
    offset += offsets.length * CONVERSATIONS_PER_PAGE;
  }
  return { ok: true, conversations: found };
}

function offsetsFrom(offset: number, end: number): number[] {
  const pages = Math.min(PAGES_PER_REQUEST, Math.ceil((end - offset) / CONVERSATIONS_PER_PAGE));
  return Array.from({ length: pages }, (_, page) => offset + page * CONVERSATIONS_PER_PAGE);
}

/** Waits, or less when the caller gives up: the next request then fails at once, unsent. */
async function pause(clock: HostClock, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(delayMs, wake);
    signal?.addEventListener('abort', wake, { once: true });
    if (signal?.aborted) wake();
  });
}
