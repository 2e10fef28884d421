import type { z } from 'zod';

import { succeeded } from '../messenger-result.js';
import type { MessengerAnswers, MessengerCall, MessengerSuccess, RemoteChat } from '../messenger.js';

import {
  callSchema,
  conversationsSchema,
  conversationsByIdSchema,
  createChatSchema,
  doneSchema,
  inviteLinkSchema,
  joinedSchema,
  memberRoleSchema,
  membersSchema,
  sentSchema,
  type VkConversation,
} from './vk-api-schemas.js';
import type { VkRequest } from './vk-method.js';

/** The peer of a chat is this plus the chat's id. User ids reach above it, so it never tells a chat from a user. */
const CHAT_PEER_BASE = 2_000_000_000;
/** Most that `messages.getConversationMembers` gives at once. */
const MEMBERS_PER_PAGE = 1000;
/** Most that `messages.getConversations` gives at once. */
export const CONVERSATIONS_PER_PAGE = 200;

function peerOf(chatId: string): string {
  return String(CHAT_PEER_BASE + Number(chatId));
}

export function conversationsRequest(offset: number): VkRequest {
  return {
    method: 'messages.getConversations',
    params: { offset: String(offset), count: String(CONVERSATIONS_PER_PAGE), filter: 'all' },
  };
}

/** The method and parameters that carry out `call`. For `chat.list` it is the first page of the conversations. */
export function requestOf(call: MessengerCall): VkRequest {
  switch (call.kind) {
    case 'chat.create':
      return {
        method: 'messages.createChat',
        params: { title: call.title, ...(call.userIds.length > 0 ? { user_ids: call.userIds.join(',') } : {}) },
      };
    case 'chat.list':
      return conversationsRequest(0);
    case 'chat.describe':
      return { method: 'messages.getConversationsById', params: { peer_ids: peerOf(call.chatId) } };
    case 'chat.join':
      return { method: 'messages.joinChatByInviteLink', params: { link: call.link } };
    case 'chat.rename':
      return { method: 'messages.editChat', params: { chat_id: call.chatId, title: call.title } };
    case 'chat.invite-link':
      return { method: 'messages.getInviteLink', params: { peer_id: peerOf(call.chatId) } };
    case 'chat.members':
      return {
        method: 'messages.getConversationMembers',
        params: { peer_id: peerOf(call.chatId), offset: String(call.offset), count: String(MEMBERS_PER_PAGE) },
      };
    case 'member.add':
      return { method: 'messages.addChatUser', params: { chat_id: call.chatId, user_id: call.userId } };
    case 'member.remove':
      return { method: 'messages.removeChatUser', params: { chat_id: call.chatId, user_id: call.userId } };
    case 'member.role':
      return {
        method: 'messages.setMemberRole',
        params: { peer_id: peerOf(call.chatId), member_id: call.userId, role: call.role },
      };
    case 'message.post':
      return {
        method: 'messages.send',
        params: { peer_id: peerOf(call.chatId), random_id: String(call.key), message: call.text },
      };
    case 'call.start':
      return { method: 'calls.start', params: {} };
    case 'call.end':
      return { method: 'calls.forceFinish', params: { call_id: call.callId } };
  }
}

function parsed<S extends z.ZodType, A>(schema: S, response: unknown, read: (value: z.output<S>) => A): A | undefined {
  const result = schema.safeParse(response);
  return result.success ? read(result.data) : undefined;
}

function membersAnswer(offset: number, page: z.output<typeof membersSchema>): MessengerAnswers['chat.members'] {
  const nextOffset = offset + page.items.length;
  return {
    members: page.items.map((member) => ({
      userId: member.member_id,
      role: member.is_admin || member.is_owner ? 'admin' : 'member',
      owner: member.is_owner ?? false,
    })),
    total: page.count,
    ...(page.items.length > 0 && nextOffset < page.count ? { nextOffset } : {}),
  };
}

/**
 * What VK's response says about a `call`; `undefined` when it has another shape than the method answers.
 * Not for `chat.list`, see {@link conversationsOf} and {@link chatsOf}.
 */
export function answerOf(
  call: Exclude<MessengerCall, { kind: 'chat.list' }>,
  response: unknown,
): MessengerSuccess | undefined {
  switch (call.kind) {
    case 'chat.create':
      return parsed(createChatSchema, response, (created) =>
        succeeded(call.kind, {
          chatId: String(created.chat_id),
          memberIds: created.peer_ids && call.userIds.filter((userId) => created.peer_ids?.includes(userId)),
        }),
      );
    case 'chat.describe':
      return parsed(conversationsByIdSchema, response, ({ items }) => {
        const settings = items.find(({ peer }) => String(peer.id) === peerOf(call.chatId))?.chat_settings;
        return succeeded(call.kind, { title: settings?.title, ownerId: settings?.owner_id });
      });
    case 'chat.join':
      return parsed(joinedSchema, response, ({ chat_id: chatId }) => succeeded(call.kind, { chatId: String(chatId) }));
    case 'chat.invite-link':
      return parsed(inviteLinkSchema, response, ({ link }) => succeeded(call.kind, { link }));
    case 'chat.members':
      return parsed(membersSchema, response, (page) => succeeded(call.kind, membersAnswer(call.offset, page)));
    case 'message.post':
      return parsed(sentSchema, response, () => succeeded(call.kind, {}));
    case 'member.role':
      return parsed(memberRoleSchema, response, () => succeeded(call.kind, {}));
    case 'call.start':
      return parsed(callSchema, response, (started) =>
        succeeded(call.kind, {
          ...(started.call_id === undefined ? {} : { callId: started.call_id }),
          joinLink: started.join_link,
        }),
      );
    case 'chat.rename':
    case 'member.add':
    case 'member.remove':
    case 'call.end':
      return parsed(doneSchema, response, () => succeeded(call.kind, {}));
  }
}

export interface ConversationPage {
  /** How many conversations the account has in all. */
  readonly total: number;
  readonly conversations: readonly VkConversation[];
}

export function conversationsOf(response: unknown): ConversationPage | undefined {
  return parsed(conversationsSchema, response, (page) => ({
    total: page.count,
    conversations: page.items.map((item) => item.conversation),
  }));
}

/** The chats among `conversations` that the account is in; each once. */
export function chatsOf(conversations: readonly VkConversation[]): readonly RemoteChat[] {
  const chats = new Map<string, RemoteChat>();
  for (const { peer, chat_settings: settings } of conversations) {
    if (peer.type !== 'chat' || !settings || (settings.state ?? 'in') !== 'in') continue;
    const chatId = String(Number(peer.id) - CHAT_PEER_BASE);
    chats.set(chatId, {
      chatId,
      title: settings.title ?? '',
      ownerId: settings.owner_id,
      membersCount: settings.members_count,
    });
  }
  return [...chats.values()];
}
