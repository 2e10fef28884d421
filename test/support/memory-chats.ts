import type {
  ExternalChatId,
  ExternalUserId,
  MemberRole,
  MessengerAnswers,
  RemoteChat,
} from '../../src/messenger/messenger.js';

export interface MemoryChat {
  /** As its owner sees it. */
  readonly chatId: ExternalChatId;
  title: string;
  readonly ownerId: ExternalUserId;
  /** In the order of joining, the owner first. */
  readonly members: Map<ExternalUserId, MemberRole>;
  readonly messages: { readonly key: number; readonly text: string; readonly authorId: ExternalUserId }[];
}

/** What one chat looks like from outside; lists are sorted, so that two snapshots compare. */
export interface ChatSnapshot {
  readonly chatId: ExternalChatId;
  readonly ownerId: ExternalUserId;
  readonly memberIds: readonly ExternalUserId[];
  readonly adminIds: readonly ExternalUserId[];
  readonly messages: readonly string[];
}

/** How a list of members comes instead of whole. */
export type MembersDamage =
  /** The second half is missing; the count is true. */
  | 'cut'
  /** No items; the count is true. */
  | 'no-items'
  /** Later pages show what earlier ones showed; the count is true. */
  | 'repeating'
  /** The owner alone, and a count of one. */
  | 'owner-only'
  /** Roles are not told. */
  | 'no-roles';

const LINK = 'https://vk.me/join/memory-';
/** Numbers under which others than the owner see a chat begin above those of owners. */
const FIRST_LOCAL_ID = 1_000_001;

/**
 * Chats in memory, each under a number of its own for every account that sees it: the owner's stands in
 * {@link MemoryChat.chatId}.
 */
export class MemoryChats {
  /** By the owner's id. */
  readonly byId = new Map<ExternalChatId, MemoryChat>();
  private readonly localIds = new Map<string, ExternalChatId>();
  private lastId = 0;

  nextId(): string {
    return String(++this.lastId);
  }

  create(ownerId: ExternalUserId, title: string, memberIds: readonly ExternalUserId[]): MemoryChat {
    const members = new Map<ExternalUserId, MemberRole>([[ownerId, 'admin']]);
    for (const userId of memberIds) members.set(userId, 'member');
    const chat = { chatId: this.nextId(), title, ownerId, members, messages: [] };
    this.byId.set(chat.chatId, chat);
    return chat;
  }

  /** The chat's id as the account sees it, for good. */
  idFor(accountId: ExternalUserId, chat: MemoryChat): ExternalChatId {
    if (accountId === chat.ownerId) return chat.chatId;
    const key = `${accountId} ${chat.chatId}`;
    const known = this.localIds.get(key);
    if (known !== undefined) return known;
    const localId = String(FIRST_LOCAL_ID + this.localIds.size);
    this.localIds.set(key, localId);
    return localId;
  }

  /** The chat that the account knows under this id and is in. */
  seenBy(accountId: ExternalUserId, chatId: ExternalChatId): MemoryChat | undefined {
    const own = this.byId.get(chatId);
    if (own?.ownerId === accountId && own.members.has(accountId)) return own;
    return this.of(accountId).find((chat) => this.idFor(accountId, chat) === chatId);
  }

  of(accountId: ExternalUserId): MemoryChat[] {
    return [...this.byId.values()].filter((chat) => chat.members.has(accountId));
  }

  listOf(accountId: ExternalUserId): RemoteChat[] {
    return this.of(accountId).map((chat) => ({
      chatId: this.idFor(accountId, chat),
      title: chat.title,
      ownerId: chat.ownerId,
      membersCount: chat.members.size,
    }));
  }

  linkOf(chat: MemoryChat): string {
    return `${LINK}${chat.chatId}`;
  }

  byLink(link: string): MemoryChat | undefined {
    return link.startsWith(LINK) ? this.byId.get(link.slice(LINK.length)) : undefined;
  }

  /** All chats by title, chats of one title in the order of their making. */
  snapshot(): Record<string, ChatSnapshot[]> {
    const byTitle: Record<string, ChatSnapshot[]> = {};
    for (const chat of this.byId.values()) {
      const members = [...chat.members].sort(([one], [other]) => one.localeCompare(other));
      (byTitle[chat.title] ??= []).push({
        chatId: chat.chatId,
        ownerId: chat.ownerId,
        memberIds: members.map(([userId]) => userId),
        adminIds: members.filter(([, role]) => role === 'admin').map(([userId]) => userId),
        messages: chat.messages.map((message) => message.text),
      });
    }
    return byTitle;
  }
}

export function membersPage(
  chat: MemoryChat,
  offset: number,
  perPage: number,
  damage?: MembersDamage,
): MessengerAnswers['chat.members'] {
  const all = listed([...chat.members], damage);
  const total = damage === 'owner-only' ? all.length : chat.members.size;
  const from = damage === 'repeating' ? 0 : offset;
  const page = all.slice(from, from + perPage);
  const nextOffset = offset + page.length;
  return {
    members: page.map(([userId, role]) => ({
      userId,
      role: damage === 'no-roles' ? undefined : role,
      owner: damage !== 'no-roles' && userId === chat.ownerId,
    })),
    total,
    ...(page.length > 0 && nextOffset < total ? { nextOffset } : {}),
  };
}

function listed<T>(members: readonly T[], damage: MembersDamage | undefined): readonly T[] {
  switch (damage) {
    case 'cut':
      return members.slice(0, members.length >> 1);
    case 'no-items':
      return [];
    case 'owner-only':
      return members.slice(0, 1);
    default:
      return members;
  }
}
