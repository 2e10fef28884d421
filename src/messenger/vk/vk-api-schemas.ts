import type {
  CallsForceFinishResponse,
  CallsStartResponse,
} from '@vkontakte/api-schema-typescript/dist/methods/calls.js';
import type {
  MessagesAddChatUserResponse,
  MessagesCreateChatResponse,
  MessagesEditChatResponse,
  MessagesGetConversationsResponse,
  MessagesGetInviteLinkResponse,
  MessagesJoinChatByInviteLinkResponse,
  MessagesRemoveChatUserResponse,
  MessagesSendDeprecatedResponse,
} from '@vkontakte/api-schema-typescript/dist/methods/messages.js';
import type { BaseError } from '@vkontakte/api-schema-typescript/dist/objects/base/BaseError.js';
import type { MessagesChatSettings } from '@vkontakte/api-schema-typescript/dist/objects/messages/MessagesChatSettings.js';
import type { MessagesChatSettingsState } from '@vkontakte/api-schema-typescript/dist/objects/messages/MessagesChatSettingsState.js';
import type { MessagesConversation } from '@vkontakte/api-schema-typescript/dist/objects/messages/MessagesConversation.js';
import type { MessagesConversationMember } from '@vkontakte/api-schema-typescript/dist/objects/messages/MessagesConversationMember.js';
import type { MessagesConversationPeer } from '@vkontakte/api-schema-typescript/dist/objects/messages/MessagesConversationPeer.js';
import type { MessagesConversationPeerType } from '@vkontakte/api-schema-typescript/dist/objects/messages/MessagesConversationPeerType.js';
import type { MessagesConversationWithMessage } from '@vkontakte/api-schema-typescript/dist/objects/messages/MessagesConversationWithMessage.js';
import type { MessagesGetConversationById } from '@vkontakte/api-schema-typescript/dist/objects/messages/MessagesGetConversationById.js';
import type { MessagesGetConversationMembers } from '@vkontakte/api-schema-typescript/dist/objects/messages/MessagesGetConversationMembers.js';
import { z } from 'zod';

import { LAST_CHAT_ID } from './vk-chat-peer.js';
import { heldTo } from './vk-official-types.js';

// Only the fields that are used; everything else in an answer is ignored. Schemas are held to VK's official types of
// API 5.199, each departure says why.

/**
 * An id of 64 bits, as decimal text. Departure: text is accepted beside a number, because integers of 16 digits and more
 * are kept as text while parsing; a number above 2⁵³ would be rounded already and is refused.
 */
export const idSchema = z.union([z.int(), z.string().regex(/^-?\d{1,20}$/)]).transform((id) => String(id));
const countSchema = z.number().int().nonnegative();

// Departure: `redirect_uri` comes with codes 14 and 17 on the documentation's pages, the schema does not have it.
const officialErrorSchema = heldTo<BaseError>()(
  z.object({ error_code: z.number(), error_subcode: z.number().optional(), error_msg: z.string().optional() }),
);
export const errorSchema = officialErrorSchema.extend({ redirect_uri: z.string().optional() });

/** An error without a code cannot be judged; the errors beside it can. */
const executeErrorSchema = z.object({ method: z.string().optional(), ...errorSchema.partial().shape });

/** What stands around every answer. */
export const envelopeSchema = z.union([
  z.object({ error: errorSchema }),
  z.object({
    response: z.unknown().refine((response) => response !== undefined),
    execute_errors: z.array(executeErrorSchema).optional(),
  }),
]);

const chatIdSchema = z.int().min(0).max(LAST_CHAT_ID);
const officialCreatedSchema = heldTo<MessagesCreateChatResponse>()(
  z.object({ chat_id: chatIdSchema, peer_ids: z.array(idSchema).optional() }),
);
/** Departure: a bare integer was the answer up to 5.131, and is still met. It does not say who was added. */
export const createChatSchema = z.union([
  officialCreatedSchema,
  chatIdSchema.transform((chatId): z.output<typeof officialCreatedSchema> => ({ chat_id: chatId })),
]);

const oneSchema = z.literal(1);
heldTo<MessagesEditChatResponse>()(oneSchema);
heldTo<MessagesRemoveChatUserResponse>()(oneSchema);
heldTo<CallsForceFinishResponse>()(oneSchema);
const someObjectSchema = heldTo<MessagesAddChatUserResponse>()(z.looseObject({}));
/** `1`; of `messages.addChatUser`, whose `1` goes away with 5.201, the official types say no more than "an object". */
export const doneSchema = z.union([oneSchema, someObjectSchema]);
/** Departure: `messages.setMemberRole` is not in VK's schema; public clients see `1`. */
export const memberRoleSchema = doneSchema;

export const sentSchema = heldTo<MessagesSendDeprecatedResponse>()(idSchema);

export const inviteLinkSchema = heldTo<MessagesGetInviteLinkResponse>()(z.object({ link: z.string().min(1) }));

const memberSchema = heldTo<MessagesConversationMember>()(
  z.object({ member_id: idSchema, is_admin: z.boolean().optional(), is_owner: z.boolean().optional() }),
);
type OfficialMembers = Pick<MessagesGetConversationMembers, 'count'> & { items?: MessagesConversationMember[] };
/** Items that are missing are none: fewer than `count` shows that the list was cut. */
export const membersSchema = heldTo<OfficialMembers>()(
  z.object({ count: countSchema, items: z.array(memberSchema).default([]) }),
);

type OfficialPeer = Omit<MessagesConversationPeer, 'type'> & { type?: MessagesConversationPeerType };
const peerSchema = heldTo<OfficialPeer>()(z.object({ id: idSchema.optional(), type: z.string().optional() }));
type OfficialChatSettings = Omit<MessagesChatSettings, 'state'> & { state?: MessagesChatSettingsState };
const chatSettingsSchema = heldTo<OfficialChatSettings>()(
  z.object({
    title: z.string().optional(),
    owner_id: idSchema.optional(),
    members_count: countSchema.optional(),
    state: z.string().optional(),
  }),
);
type OfficialConversation = Omit<MessagesConversation, 'peer' | 'chat_settings'> & {
  peer?: OfficialPeer;
  chat_settings?: OfficialChatSettings;
};
const conversationSchema = heldTo<OfficialConversation>()(
  z.object({ peer: peerSchema.optional(), chat_settings: chatSettingsSchema.optional() }),
);
type OfficialItem = Omit<MessagesConversationWithMessage, 'conversation'> & { conversation?: OfficialConversation };
const itemSchema = heldTo<OfficialItem>()(z.object({ conversation: conversationSchema.optional() }));
type OfficialConversations = Pick<MessagesGetConversationsResponse, 'count'> & { items?: OfficialItem[] };
/** Whatever an item lacks is read as far as it goes: the list then counts as incomplete, not as another answer. */
export const conversationsSchema = heldTo<OfficialConversations>()(
  z.object({ count: countSchema, items: z.array(itemSchema).default([]) }),
);
type OfficialById = Pick<MessagesGetConversationById, 'count'> & { items?: OfficialConversation[] };
export const conversationsByIdSchema = heldTo<OfficialById>()(
  z.object({ items: z.array(conversationSchema).default([]) }),
);

export const joinedSchema = heldTo<MessagesJoinChatByInviteLinkResponse>()(z.object({ chat_id: chatIdSchema }));
export type VkConversation = z.output<typeof conversationSchema>;

/** Departure: `ok_join_link` and the short credentials are not read; `join_link` must be there, or there is nothing to show. */
export const callSchema = heldTo<CallsStartResponse>()(
  z.object({ call_id: z.string().optional(), join_link: z.string().min(1) }),
);
