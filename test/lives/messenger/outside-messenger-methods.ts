import { OutsideMessengerError } from './outside-messenger-error.js';
import type { OutsideAccount, OutsideChat, OutsideMessengerWorld } from './outside-messenger-world.js';

export type MethodParameters = ReadonlyMap<string, string>;
/** One method in the name of one account; throws {@link OutsideMessengerError}. */
export type MessengerMethod = (
  world: OutsideMessengerWorld,
  caller: OutsideAccount,
  parameters: MethodParameters,
) => unknown;

export const CHAT_PEER_BASE = 2_000_000_000;

export function required(parameters: MethodParameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === '') {
    throw new OutsideMessengerError(100, `One of the parameters specified was missing or invalid: ${name}`);
  }
  return value;
}

export function integer(parameters: MethodParameters, name: string, blank?: number): number {
  const text = parameters.get(name);
  if ((text === undefined || text === '') && blank !== undefined) return blank;
  const value = Number(required(parameters, name));
  if (!Number.isSafeInteger(value)) throw new OutsideMessengerError(100, `${name} should be an integer`);
  return value;
}

export function idList(text: string | undefined): number[] {
  return (text ?? '').split(',').filter(Boolean).map(Number);
}

/** @throws 917 for a chat that the caller does not see, or has left */
export function ownChat(world: OutsideMessengerWorld, caller: OutsideAccount, localId: number): OutsideChat {
  const chat = world.chatOf(caller, localId);
  if (!chat?.members.has(caller.id)) throw new OutsideMessengerError(917);
  return chat;
}

export function peerChat(
  world: OutsideMessengerWorld,
  caller: OutsideAccount,
  parameters: MethodParameters,
): OutsideChat {
  return ownChat(world, caller, integer(parameters, 'peer_id') - CHAT_PEER_BASE);
}

const createChat: MessengerMethod = (world, caller, parameters) => {
  const title = required(parameters, 'title');
  const added: OutsideAccount[] = [];
  for (const id of idList(parameters.get('user_ids'))) {
    const account = world.accounts.get(id);
    const refusal = account === undefined ? 936 : account.refusal;
    if (account && refusal === undefined) {
      if (account.id !== caller.id && !added.includes(account)) added.push(account);
    } else if (world.quirks.deadAccountInCreation === 'refuses-all' && (refusal === 936 || refusal === 18)) {
      throw new OutsideMessengerError(refusal);
    }
  }
  const chat = world.createChat(caller, title, added);
  const peers = [...(world.quirks.peersIncludeOwner ? [caller.id] : []), ...added.map(({ id }) => id)];
  return { chat_id: world.localId(caller, chat), peer_ids: peers };
};

const addChatUser: MessengerMethod = (world, caller, parameters) => {
  const chat = ownChat(world, caller, integer(parameters, 'chat_id'));
  const account = world.accounts.get(integer(parameters, 'user_id'));
  if (!account) throw new OutsideMessengerError(936);
  if (chat.members.has(account.id)) {
    if (world.quirks.addWhenInside === 'refuses') throw new OutsideMessengerError(15);
    return 1;
  }
  if (account.refusal !== undefined) throw new OutsideMessengerError(account.refusal);
  world.enter(chat, account, caller.id);
  return 1;
};

const removeChatUser: MessengerMethod = (world, caller, parameters) => {
  const chat = ownChat(world, caller, integer(parameters, 'chat_id'));
  const name = parameters.has('member_id') ? 'member_id' : 'user_id';
  const memberId = integer(parameters, name);
  const member = chat.members.get(memberId);
  if (memberId === caller.id) {
    world.leave(chat, memberId, false);
    return 1;
  }
  const own = chat.members.get(caller.id);
  if (!own?.admin) throw new OutsideMessengerError(925);
  if (!member) throw new OutsideMessengerError(935);
  // An administrator takes out members; another administrator only the owner can take out, the owner nobody.
  if (memberId === chat.ownerId || (member.admin && caller.id !== chat.ownerId)) throw new OutsideMessengerError(925);
  world.leave(chat, memberId, true);
  return 1;
};

const editChat: MessengerMethod = (world, caller, parameters) => {
  const chat = ownChat(world, caller, integer(parameters, 'chat_id'));
  if (!chat.members.get(caller.id)?.admin) throw new OutsideMessengerError(925);
  chat.title = required(parameters, 'title');
  return 1;
};

const setMemberRole: MessengerMethod = (world, caller, parameters) => {
  const chat = peerChat(world, caller, parameters);
  const role = required(parameters, 'role');
  if (role !== 'admin' && role !== 'member') throw new OutsideMessengerError(100);
  const mayPromote =
    caller.id === chat.ownerId ||
    (world.quirks.promotedBy === 'owner-and-admins' && chat.members.get(caller.id)?.admin === true);
  if (!mayPromote) throw new OutsideMessengerError(925);
  const memberId = integer(parameters, 'member_id');
  const member = chat.members.get(memberId);
  if (!member) throw new OutsideMessengerError(935);
  if (memberId === chat.ownerId) {
    if (role === 'member') throw new OutsideMessengerError(925);
    return 1;
  }
  member.admin = role === 'admin';
  return 1;
};

const joinChatByInviteLink: MessengerMethod = (world, caller, parameters) => {
  const link = required(parameters, 'link');
  const chat = world.chats.find(({ inviteLink }) => inviteLink === link);
  if (!chat) throw new OutsideMessengerError(917);
  if (chat.members.has(caller.id)) {
    if (world.quirks.joinWhenInside === 'refuses') throw new OutsideMessengerError(15, 'Access denied');
  } else if (chat.kicked.has(caller.id) && !world.quirks.kickedMayRejoin) {
    throw new OutsideMessengerError(917);
  } else {
    world.enter(chat, caller, caller.id);
  }
  return { chat_id: world.localId(caller, chat) };
};

const send: MessengerMethod = (world, caller, parameters) => {
  const randomId = integer(parameters, 'random_id', 0);
  const text = required(parameters, 'message');
  const deliver = (peerId: number): number =>
    world.send(ownChat(world, caller, peerId - CHAT_PEER_BASE), caller, text, randomId);
  const peers = parameters.get('peer_ids');
  if (peers === undefined) return deliver(integer(parameters, 'peer_id'));
  return idList(peers).map((peerId) => {
    try {
      return { peer_id: peerId, message_id: deliver(peerId), conversation_message_id: 1 };
    } catch (error) {
      if (!(error instanceof OutsideMessengerError)) throw error;
      return { peer_id: peerId, message_id: 0, error: { code: error.code, description: error.message } };
    }
  });
};

const startCall: MessengerMethod = (world, caller) => {
  const call = world.startCall(caller);
  return { call_id: call.id, join_link: call.joinLink, ok_join_link: call.joinLink.slice(-12) };
};

const finishCall: MessengerMethod = (world, caller, parameters) => {
  const id = required(parameters, 'call_id');
  if (id.length !== 36) throw new OutsideMessengerError(100);
  const call = world.calls.find((one) => one.id === id);
  if (!call || call.ownerId !== caller.id) throw new OutsideMessengerError(951, 'Call not found');
  call.finishedAt ??= Date.now();
  return 1;
};

/** Methods that change something. */
export const CHANGING_METHODS: Readonly<Record<string, MessengerMethod>> = {
  'messages.createChat': createChat,
  'messages.addChatUser': addChatUser,
  'messages.removeChatUser': removeChatUser,
  'messages.editChat': editChat,
  'messages.setMemberRole': setMemberRole,
  'messages.joinChatByInviteLink': joinChatByInviteLink,
  'messages.send': send,
  'calls.start': startCall,
  'calls.forceFinish': finishCall,
};
