import type { HostClock } from '../../host/host-services.js';
import type { MessengerFailure, RemoteChat } from '../messenger.js';

import { requestVk } from './vk-api.js';
import { chatsOf, conversationsOf, peersOf, type ConversationPage } from './vk-conversation-list.js';
import { transportFailureOf } from './vk-failure.js';
import type { VkRequest } from './vk-method.js';
import type { VkSettings } from './vk-settings.js';

/** Most that `messages.getConversations` gives at once. */
const CONVERSATIONS_PER_PAGE = 200;
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

export type ChatList =
  | { readonly ok: true; readonly chats: readonly RemoteChat[] }
  | { readonly ok: false; readonly failure: MessengerFailure };

export function conversationsRequest(offset: number): VkRequest {
  return {
    method: 'messages.getConversations',
    params: { offset: String(offset), count: String(CONVERSATIONS_PER_PAGE), filter: 'all' },
  };
}

/**
 * Reads an account's conversations to the end, and gives the chats among them: all of them, or a failure.
 *
 * The list is ordered by last activity and moves while it is read: a conversation that gets a message jumps to the top. So
 * every request ends with the first page again. A list whose count changes meanwhile, that repeats itself or ends early is
 * left for a later reading.
 *
 * @param response what VK answered to the request for the first page
 */
export async function readChats(reading: ConversationReading, response: unknown): Promise<ChatList> {
  const first = conversationsOf(response);
  if (!first) return failed('schema');
  const conversations = [...first.conversations];
  for (let offset = CONVERSATIONS_PER_PAGE; offset < first.total;) {
    const offsets = offsetsFrom(offset, first.total);
    const pages = await readPages(reading, [...offsets, 0]);
    if (!Array.isArray(pages)) return { ok: false, failure: pages };
    const known = peersOf(conversations).size;
    conversations.push(...pages.flatMap((page) => page.conversations));
    const moved = pages.some((page) => page.total !== first.total);
    if (moved || peersOf(conversations).size === known) return failed('incomplete');
    offset += offsets.length * CONVERSATIONS_PER_PAGE;
  }
  const chats = chatsOf(conversations, first.total);
  return chats ? { ok: true, chats } : failed('incomplete');
}

async function readPages(
  { settings, clock, accessToken, signal }: ConversationReading,
  offsets: readonly number[],
): Promise<ConversationPage[] | MessengerFailure> {
  await pause(clock, RATE_WINDOW_MS / settings.requestsPerSecond, signal);
  const pages: ConversationPage[] = [];
  for (const outcome of await requestVk(settings, accessToken, offsets.map(conversationsRequest), signal)) {
    if (!outcome.ok) return readAgain(outcome.failure);
    const page = conversationsOf(outcome.response);
    if (!page) return transportFailureOf('schema', 'messages.getConversations');
    pages.push(page);
  }
  return pages;
}

/** A request of further pages that was refused as a whole has no smaller packs for the caller to make of it. */
function readAgain(failure: MessengerFailure): MessengerFailure {
  return failure.class === 'split' ? { ...failure, class: 'retry' } : failure;
}

function failed(reason: 'schema' | 'incomplete'): ChatList {
  return { ok: false, failure: transportFailureOf(reason, 'messages.getConversations') };
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
