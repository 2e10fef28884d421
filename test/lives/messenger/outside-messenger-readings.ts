import { OutsideMessengerError } from './outside-messenger-error.js';
import {
  CHAT_PEER_BASE,
  idList,
  integer,
  ownChat,
  peerChat,
  required,
  type MessengerMethod,
} from './outside-messenger-methods.js';
import type { OutsideAccount, OutsideChat, OutsideMessengerWorld } from './outside-messenger-world.js';

function conversation(
  world: OutsideMessengerWorld,
  caller: OutsideAccount,
  chat: OutsideChat,
): Record<string, unknown> {
  const localId = world.localId(caller, chat);
  const inside = chat.members.has(caller.id);
  const state = inside ? 'in' : chat.kicked.has(caller.id) ? 'kicked' : 'left';
  return {
    peer: { id: CHAT_PEER_BASE + localId, type: 'chat', local_id: localId },
    last_message_id: 1,
    in_read: 1,
    out_read: 1,
    can_write: { allowed: inside },
    chat_settings: {
      owner_id: chat.ownerId,
      title: chat.title,
      state,
      acl: { can_invite: inside, can_change_info: inside, can_see_invite_link: inside },
      members_count: inside ? chat.members.size : 0,
      admin_ids: [...chat.members].filter(([id, { admin }]) => admin && id !== chat.ownerId).map(([id]) => id),
      active_ids: [...chat.members.keys()].slice(0, 4),
    },
  };
}

const getConversations: MessengerMethod = (world, caller, parameters) => {
  const offset = integer(parameters, 'offset', 0);
  const count = Math.min(integer(parameters, 'count', 20), 200);
  const listed = [...caller.localIds.keys()].filter(
    (chat) => chat.members.has(caller.id) || world.quirks.leftChatsAreListed,
  );
  const items = listed.slice(offset, offset + count).map((chat) => ({
    conversation: conversation(world, caller, chat),
    last_message: { id: 1, peer_id: CHAT_PEER_BASE + world.localId(caller, chat), text: '', date: 1 },
  }));
  return { count: listed.length, items };
};

const getConversationsById: MessengerMethod = (world, caller, parameters) => {
  const ids = idList(required(parameters, 'peer_ids'));
  if (ids.length > 100) throw new OutsideMessengerError(100);
  const found = ids.flatMap((id) => {
    const chat = world.chatOf(caller, id - CHAT_PEER_BASE);
    return chat ? [conversation(world, caller, chat)] : [];
  });
  return { count: found.length, items: found };
};

const getConversationMembers: MessengerMethod = (world, caller, parameters) => {
  const chat = peerChat(world, caller, parameters);
  const offset = integer(parameters, 'offset', 0);
  const count = integer(parameters, 'count', 20);
  if (count < 0 || count > 1000) throw new OutsideMessengerError(100);
  const all = [...chat.members].map(([id, member]) => ({
    member_id: id,
    invited_by: member.invitedBy,
    join_date: member.joinedAt,
    ...flag(world, 'is_admin', member.admin),
    ...flag(world, 'is_owner', id === chat.ownerId),
    can_kick: id !== chat.ownerId,
  }));
  return { count: all.length, items: all.slice(offset, offset + count) };
};

function flag(world: OutsideMessengerWorld, name: string, value: boolean): Record<string, boolean> {
  return value || !world.quirks.omitsFalseFlags ? { [name]: value } : {};
}

const getChat: MessengerMethod = (world, caller, parameters) => {
  const describe = (localId: number): Record<string, unknown> => {
    const chat = world.chatOf(caller, localId);
    if (!chat) throw new OutsideMessengerError(917);
    const inside = chat.members.has(caller.id);
    return {
      id: localId,
      type: 'chat',
      title: chat.title,
      admin_id: chat.ownerId,
      users: inside ? [...chat.members.keys()] : [],
      members_count: inside ? chat.members.size : 0,
      ...(inside ? {} : chat.kicked.has(caller.id) ? { kicked: 1 } : { left: 1 }),
    };
  };
  const many = parameters.get('chat_ids');
  return many === undefined ? describe(integer(parameters, 'chat_id')) : idList(many).map(describe);
};

const getInviteLink: MessengerMethod = (world, caller, parameters) => {
  const chat = peerChat(world, caller, parameters);
  if (parameters.get('reset') === '1') {
    if (!chat.members.get(caller.id)?.admin) throw new OutsideMessengerError(931);
    chat.inviteLink = `${chat.inviteLink}x`;
  }
  return { link: chat.inviteLink };
};

const getChatPreview: MessengerMethod = (world, caller, parameters) => {
  const link = parameters.get('link');
  const chat =
    link === undefined
      ? ownChat(world, caller, integer(parameters, 'peer_id') - CHAT_PEER_BASE)
      : world.chats.find(({ inviteLink }) => inviteLink === link);
  if (!chat) throw new OutsideMessengerError(917);
  const inside = chat.members.has(caller.id);
  return {
    preview: {
      title: chat.title,
      admin_id: chat.ownerId,
      members: [...chat.members.keys()].slice(0, 10),
      members_count: chat.members.size,
      ...(inside ? { joined: true, is_member: true, local_id: world.localId(caller, chat) } : { joined: false }),
    },
    profiles: [],
  };
};

function profile(account: OutsideAccount): Record<string, unknown> {
  const [first = '', ...rest] = account.name.split(' ');
  return {
    id: account.id,
    first_name: first,
    last_name: rest.join(' '),
    can_invite_to_chats: account.refusal === undefined,
  };
}

const getUsers: MessengerMethod = (world, caller, parameters) => {
  const ids = parameters.get('user_ids');
  const wanted = ids === undefined ? [caller.id] : idList(ids);
  return wanted.flatMap((id) => {
    const account = world.accounts.get(id);
    return account ? [profile(account)] : [];
  });
};

/** Methods that only read. */
export const READING_METHODS: Readonly<Record<string, MessengerMethod>> = {
  'messages.getConversations': getConversations,
  'messages.getConversationsById': getConversationsById,
  'messages.getConversationMembers': getConversationMembers,
  'messages.getChat': getChat,
  'messages.getInviteLink': getInviteLink,
  'messages.getChatPreview': getChatPreview,
  'users.get': getUsers,
  'account.getProfileInfo': (_world, caller) => profile(caller),
  'account.getAppPermissions': () => 4096,
  'utils.getServerTime': () => Math.floor(Date.now() / 1000),
};
