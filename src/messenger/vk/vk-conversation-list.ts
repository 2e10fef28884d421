import type { RemoteChat } from '../messenger.js';

import { conversationsSchema, type VkConversation } from './vk-api-schemas.js';
import { chatIdOf } from './vk-chat-peer.js';

export interface ConversationPage {
  /** How many conversations the account has in all. */
  readonly total: number;
  readonly conversations: readonly VkConversation[];
}

/** `undefined` when the response has another shape than `messages.getConversations` answers. */
export function conversationsOf(response: unknown): ConversationPage | undefined {
  const page = conversationsSchema.safeParse(response);
  if (!page.success) return undefined;
  return { total: page.data.count, conversations: page.data.items.map((item) => item.conversation ?? {}) };
}

/** Different conversations that are told apart; one that names no peer counts as none. */
export function peersOf(conversations: readonly VkConversation[]): ReadonlySet<string> {
  return new Set(conversations.flatMap(({ peer }) => (peer?.id === undefined ? [] : [peer.id])));
}

/**
 * The chats that an account is in, read from all its conversations.
 *
 * The list moves while it is read, and was seen to come short of its own count. So it is complete only when as many
 * different conversations were seen as were counted; and a chat whose settings are missing could be any chat.
 *
 * @returns `undefined` when the list is not complete
 */
export function chatsOf(conversations: readonly VkConversation[], total: number): readonly RemoteChat[] | undefined {
  if (peersOf(conversations).size !== total) return undefined;
  const chats = new Map<string, RemoteChat>();
  for (const { peer, chat_settings: settings } of conversations) {
    if (peer?.id === undefined || peer.type === undefined) return undefined;
    if (peer.type !== 'chat') continue;
    const chatId = chatIdOf(peer.id);
    if (chatId === undefined || settings?.title === undefined) return undefined;
    // Chats that were left stay on the list.
    if (!isIn(settings)) continue;
    const { title, owner_id: ownerId, members_count: membersCount } = settings;
    chats.set(chatId, { chatId, title, ownerId, membersCount });
  }
  return [...chats.values()];
}

/** Whether the account is in the chat; an absent state is that of a chat one is in. */
export function isIn({ state = 'in' }: { readonly state?: string | undefined }): boolean {
  return state === 'in';
}
