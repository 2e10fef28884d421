import type {
  BaseError,
  CallsStartResponse,
  MessagesConversation,
  MessagesConversationMember,
  MessagesConversationPeer,
  MessagesCreateChatResponse,
  MessagesGetConversationMembersResponse,
  MessagesGetConversationsByIdResponse,
  MessagesGetConversationsResponse,
  MessagesGetInviteLinkResponse,
  MessagesJoinChatByInviteLinkResponse,
} from '@vkontakte/api-schema-typescript';
import fc, { type Arbitrary } from 'fast-check';

// Answers of every shape that VK's official types allow: each property may be absent, whatever VK's pages say.

/** An integer of 64 bits, which JavaScript's numbers would round; {@link wireText} writes it as one. */
export type LongId = `#${string}#`;

/** An official type as it travels: its integers may have 64 bits. */
export type Wire<T> = T extends number
  ? number extends T
    ? number | LongId
    : T
  : T extends (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [K in keyof T]: Wire<T[K]> }
      : T;

/** Arbitraries for properties of an official type; a name that VK does not have, or another type, does not compile. */
type Held<Official> = { readonly [K in keyof Official]?: Arbitrary<Wire<NonNullable<Official[K]>>> };

type Some<Shape> = { [K in keyof Shape]?: Shape[K] extends Arbitrary<infer Value> ? Value : never };

/** Any of these properties may be absent. */
function some<Shape extends { readonly [name: string]: Arbitrary<unknown> }>(shape: Shape): Arbitrary<Some<Shape>> {
  return fc.record(shape, { requiredKeys: [] }) as Arbitrary<Some<Shape>>;
}

/** JSON with {@link LongId}s as plain digits. */
export function wireText(value: unknown): string {
  return JSON.stringify(value).replace(/"#(-?\d+)#"/g, '$1');
}

const longId = fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }).map((id): LongId => `#${id}#`);
/** Of old and new accounts, above 2·10¹¹ and above 2⁵³. */
export const userId: Arbitrary<number | LongId> = fc.oneof(
  fc.integer({ min: 1, max: 2_100_000_000 }),
  fc.integer({ min: 200_000_000_000, max: 200_000_000_050 }),
  longId,
);
const chatId = fc.integer({ min: 0, max: 100_000_000 });
const flag = fc.boolean();
const title = fc.string({ maxLength: 12 });
const count = fc.integer({ min: 0, max: 6 });
export const chatPeerId = fc.integer({ min: 2_000_000_000, max: 2_000_000_012 });

const peer = some({
  id: fc.oneof(chatPeerId, userId),
  type: fc.constantFrom('chat', 'user', 'group', 'email'),
} satisfies Held<MessagesConversationPeer>);

const chatSettings = some({
  title,
  owner_id: userId,
  members_count: count,
  state: fc.constantFrom('in', 'in', 'in', 'kicked', 'left', 'out'),
} satisfies Held<NonNullable<MessagesConversation['chat_settings']>>);

export const conversation = some({
  peer,
  chat_settings: chatSettings,
  unread_count: count,
} satisfies Held<MessagesConversation>);

const member = some({
  member_id: userId,
  is_admin: flag,
  is_owner: flag,
  is_message_request: flag,
  invited_by: userId,
} satisfies Held<MessagesConversationMember>);

/** A page of any shape, complete or not. */
export const conversations = some({
  count,
  items: fc.array(some({ conversation }), { maxLength: 6 }),
} satisfies Held<MessagesGetConversationsResponse>);

/** What each method answers. */
export const answers = {
  'messages.createChat': fc.oneof(
    some({ chat_id: chatId, peer_ids: fc.array(userId, { maxLength: 4 }) } satisfies Held<MessagesCreateChatResponse>),
    // The answer up to 5.131.
    chatId,
  ),
  'messages.getConversationsById': some({
    count,
    items: fc.array(conversation, { maxLength: 3 }),
  } satisfies Held<MessagesGetConversationsByIdResponse>),
  'messages.getConversationMembers': some({
    count,
    items: fc.array(member, { maxLength: 6 }),
  } satisfies Held<MessagesGetConversationMembersResponse>),
  'messages.getInviteLink': some({ link: fc.webUrl() } satisfies Held<MessagesGetInviteLinkResponse>),
  'messages.joinChatByInviteLink': some({ chat_id: chatId } satisfies Held<MessagesJoinChatByInviteLinkResponse>),
  'messages.editChat': fc.constant(1),
  'messages.addChatUser': fc.constantFrom(1, {}),
  'messages.removeChatUser': fc.constant(1),
  // Not in VK's schema.
  'messages.setMemberRole': fc.constant(1),
  'messages.send': fc.oneof(fc.integer({ min: 1 }), longId),
  'calls.start': some({
    call_id: fc.uuid(),
    join_link: fc.webUrl(),
    ok_join_link: fc.string(),
  } satisfies Held<CallsStartResponse>),
  'calls.forceFinish': fc.constant(1),
} as const;
export type AnsweredMethod = keyof typeof answers;

const ERROR_CODES = [
  ...[1, 3, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 17, 18, 20, 23, 24, 27, 29, 43, 100, 103, 104, 113, 900, 902, 911, 917],
  ...[919, 922, 925, 927, 931, 935, 936, 939, 945, 946, 951, 981, 982, 983, 984, 1012, 1017, 1019, 1051, 1117, 9008],
];
/** An error; inside `execute` it may even lack its code. */
export const error = some({
  error_code: fc.oneof(fc.constantFrom(...ERROR_CODES), fc.integer({ min: 1, max: 12_000 })),
  error_subcode: fc.constantFrom(0, 1130, 1133, 1134),
  error_msg: fc.constantFrom('Access denied', 'user already in chat', 'token required'),
} satisfies Held<BaseError>);
