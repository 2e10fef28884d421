/** The methods of VK's API that the adapter uses. All but `messages.setMemberRole` are in VK's public schema. */
export type VkMethod =
  | 'messages.createChat'
  | 'messages.getConversations'
  | 'messages.getConversationsById'
  | 'messages.joinChatByInviteLink'
  | 'messages.editChat'
  | 'messages.getInviteLink'
  | 'messages.getConversationMembers'
  | 'messages.addChatUser'
  | 'messages.removeChatUser'
  | 'messages.setMemberRole'
  | 'messages.send'
  | 'calls.start'
  | 'calls.forceFinish'
  | 'users.get'
  | 'execute';

/** A method with its parameters, as a form carries them. */
export interface VkRequest {
  readonly method: Exclude<VkMethod, 'execute'>;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Whether a repeat does no harm. `messages.createChat` and `calls.start` have no idempotency key: a repeat makes a second
 * chat or call. `messages.send` has one (`random_id`). `execute` is as harmful as what it carries.
 */
export function isRepeatable(method: VkMethod): boolean {
  return method !== 'messages.createChat' && method !== 'calls.start' && method !== 'execute';
}
