import type { z } from 'zod';

import { refused, succeeded } from '../messenger-result.js';
import type {
  ExternalUserId,
  MemberRole,
  MessengerAnswers,
  MessengerCall,
  MessengerRefusal,
  MessengerResult,
} from '../messenger.js';

import {
  callSchema,
  conversationsByIdSchema,
  createChatSchema,
  doneSchema,
  inviteLinkSchema,
  joinedSchema,
  memberRoleSchema,
  membersSchema,
  sentSchema,
} from './vk-api-schemas.js';
import { peerOf } from './vk-chat-peer.js';
import { isIn } from './vk-conversation-list.js';
import { conversationsRequest } from './vk-conversation-pages.js';
import { lostChatOf, transportFailureOf } from './vk-failure.js';
import type { VkRequest } from './vk-method.js';

/** Most that `messages.getConversationMembers` gives at once. */
const MEMBERS_PER_PAGE = 1000;

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

/** All calls but the one whose answer takes more than one response. */
export type SingleCall = Exclude<MessengerCall, { kind: 'chat.list' }>;

type Members = z.output<typeof membersSchema>;

function membersAnswer(offset: number, { count, items }: Members): MessengerAnswers['chat.members'] {
  const nextOffset = offset + items.length;
  const roleOf = roleReader(items);
  return {
    members: items.map((member) => ({
      userId: member.member_id,
      role: roleOf(member),
      owner: member.is_owner ?? false,
    })),
    total: count,
    ...(items.length > 0 && nextOffset < count ? { nextOffset } : {}),
  };
}

/** An absent flag says "no" only on a list that has flags at all; one without any does not tell roles. */
function roleReader(items: Members['items']): (member: Members['items'][number]) => MemberRole | undefined {
  const tellsRoles = items.some(({ is_admin, is_owner }) => is_admin !== undefined || is_owner !== undefined);
  return ({ is_admin, is_owner }) => {
    if (!tellsRoles) return undefined;
    return is_admin || is_owner ? 'admin' : 'member';
  };
}

function described(chatId: string, items: z.output<typeof conversationsByIdSchema>['items']): MessengerResult {
  const settings = items.find(({ peer }) => peer?.id === peerOf(chatId))?.chat_settings;
  if (settings && !isIn(settings)) return refused(lostChatOf(settings.state ?? ''));
  const { title, owner_id: ownerId } = settings ?? {};
  // Nothing told of the chat is no description of it.
  if (title === undefined && ownerId === undefined) return unusable('incomplete', 'messages.getConversationsById');
  return succeeded('chat.describe', { title, ownerId });
}

function unusable(reason: 'schema' | 'incomplete', method: VkRequest['method']): MessengerRefusal {
  return refused(transportFailureOf(reason, method));
}

/**
 * What VK's response says about a `call`; a failure when it has another shape than the method answers.
 * @param accountId who made the call
 */
export function resultOf(call: SingleCall, response: unknown, accountId: ExternalUserId): MessengerResult {
  const read = <S extends z.ZodType>(schema: S, result: (value: z.output<S>) => MessengerResult): MessengerResult => {
    const parsed = schema.safeParse(response);
    return parsed.success ? result(parsed.data) : unusable('schema', requestOf(call).method);
  };
  switch (call.kind) {
    case 'chat.create':
      return read(createChatSchema, ({ chat_id: chatId, peer_ids: added }) =>
        succeeded(call.kind, {
          chatId: String(chatId),
          memberIds: added && call.userIds.filter((userId) => userId !== accountId && added.includes(userId)),
        }),
      );
    case 'chat.describe':
      return read(conversationsByIdSchema, ({ items }) => described(call.chatId, items));
    case 'chat.join':
      return read(joinedSchema, ({ chat_id: chatId }) => succeeded(call.kind, { chatId: String(chatId) }));
    case 'chat.invite-link':
      return read(inviteLinkSchema, ({ link }) => succeeded(call.kind, { link }));
    case 'chat.members':
      return read(membersSchema, (page) => succeeded(call.kind, membersAnswer(call.offset, page)));
    case 'message.post':
      return read(sentSchema, () => succeeded(call.kind, {}));
    case 'member.role':
      return read(memberRoleSchema, () => succeeded(call.kind, {}));
    case 'call.start':
      return read(callSchema, ({ call_id: callId, join_link: joinLink }) =>
        succeeded(call.kind, { joinLink, ...(callId === undefined ? {} : { callId }) }),
      );
    case 'chat.rename':
    case 'member.add':
    case 'member.remove':
    case 'call.end':
      return read(doneSchema, () => succeeded(call.kind, {}));
  }
}
