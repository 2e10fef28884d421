/** The peer of a chat is this plus the chat's id. User ids reach above it, so it never tells a chat from a user. */
const CHAT_PEER_BASE = 2_000_000_000;
/** Highest id of a chat in VK's schema. */
export const LAST_CHAT_ID = 100_000_000;

export function peerOf(chatId: string): string {
  return String(CHAT_PEER_BASE + Number(chatId));
}

/** The chat's id in a peer that is known to be one; `undefined` when no chat can have that peer. */
export function chatIdOf(peerId: string): string | undefined {
  const chatId = Number(peerId) - CHAT_PEER_BASE;
  return chatId >= 0 && chatId <= LAST_CHAT_ID ? String(chatId) : undefined;
}
