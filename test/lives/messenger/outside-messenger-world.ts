import { randomUUID } from 'node:crypto';

import type { SeededChoices } from '../seeded-choices.js';

/** An account of the messenger. It sees every chat under an id of its own. */
export interface OutsideAccount {
  readonly id: number;
  readonly name: string;
  /** Code of the refusal when somebody adds this account to a chat; absent: may be added. */
  refusal?: number;
  readonly localIds: Map<OutsideChat, number>;
  nextLocalId: number;
}

export interface OutsideMember {
  admin: boolean;
  readonly invitedBy: number;
  readonly joinedAt: number;
}

export interface OutsideChat {
  readonly key: string;
  readonly ownerId: number;
  title: string;
  readonly members: Map<number, OutsideMember>;
  readonly left: Set<number>;
  readonly kicked: Set<number>;
  /** Everybody who was a member at any time, whoever brought them. */
  readonly everMembers: Set<number>;
  inviteLink: string;
  readonly createdAt: number;
}

export interface OutsideCall {
  readonly id: string;
  readonly ownerId: number;
  readonly joinLink: string;
  readonly startedAt: number;
  finishedAt?: number;
}

export interface OutsideMessage {
  readonly id: number;
  readonly chatKey: string;
  readonly fromId: number;
  readonly text: string;
}

/** What public facts leave open; chosen once for a life. */
export interface MessengerQuirks {
  readonly createAnswer: 'whole' | 'without-peers' | 'bare-number' | 'any';
  readonly peersIncludeOwner: boolean;
  readonly omitsFalseFlags: boolean;
  readonly joinWhenInside: 'answers-id' | 'refuses';
  readonly addWhenInside: 'answers-one' | 'refuses';
  readonly promotedBy: 'owner' | 'owner-and-admins';
  readonly deadAccountInCreation: 'left-out' | 'refuses-all';
  readonly kickedMayRejoin: boolean;
  readonly leftChatsAreListed: boolean;
}

export const PLAIN_QUIRKS: MessengerQuirks = {
  createAnswer: 'whole',
  peersIncludeOwner: false,
  omitsFalseFlags: false,
  joinWhenInside: 'answers-id',
  addWhenInside: 'answers-one',
  promotedBy: 'owner-and-admins',
  deadAccountInCreation: 'left-out',
  kickedMayRejoin: true,
  leftChatsAreListed: false,
};

export function drawQuirks(choices: SeededChoices): MessengerQuirks {
  return {
    createAnswer: choices.oneOf(['whole', 'whole', 'without-peers', 'bare-number', 'any'] as const),
    peersIncludeOwner: choices.chance(0.3),
    omitsFalseFlags: choices.chance(0.6),
    joinWhenInside: choices.oneOf(['answers-id', 'refuses'] as const),
    addWhenInside: choices.oneOf(['answers-one', 'answers-one', 'refuses'] as const),
    promotedBy: choices.oneOf(['owner', 'owner-and-admins'] as const),
    deadAccountInCreation: choices.oneOf(['left-out', 'refuses-all'] as const),
    kickedMayRejoin: choices.chance(0.5),
    leftChatsAreListed: choices.chance(0.5),
  };
}

/** Truth of the messenger: accounts, chats, calls. Knows nothing of schools, requests or faults. */
export class OutsideMessengerWorld {
  readonly accounts = new Map<number, OutsideAccount>();
  readonly chats: OutsideChat[] = [];
  readonly calls: OutsideCall[] = [];
  readonly messages: OutsideMessage[] = [];
  private readonly sentIds = new Map<string, number>();

  constructor(
    readonly quirks: MessengerQuirks,
    private readonly choices: SeededChoices,
  ) {}

  addAccount(id: number, name: string): OutsideAccount {
    const account: OutsideAccount = { id, name, localIds: new Map(), nextLocalId: this.choices.between(1, 400) };
    this.accounts.set(id, account);
    return account;
  }

  localId(account: OutsideAccount, chat: OutsideChat): number {
    const known = account.localIds.get(chat);
    if (known !== undefined) return known;
    const id = account.nextLocalId;
    account.nextLocalId += this.choices.between(1, 3);
    account.localIds.set(chat, id);
    return id;
  }

  chatOf(account: OutsideAccount, localId: number): OutsideChat | undefined {
    for (const [chat, id] of account.localIds) if (id === localId) return chat;
    return undefined;
  }

  createChat(owner: OutsideAccount, title: string, added: readonly OutsideAccount[]): OutsideChat {
    const key = `chat-${this.chats.length + 1}`;
    const chat: OutsideChat = {
      key,
      ownerId: owner.id,
      title,
      members: new Map(),
      left: new Set(),
      kicked: new Set(),
      everMembers: new Set(),
      inviteLink: `https://vk.me/join/${randomUUID().replaceAll('-', '')}`,
      createdAt: Date.now(),
    };
    this.chats.push(chat);
    this.enter(chat, owner, owner.id, true);
    for (const account of added) this.enter(chat, account, owner.id);
    return chat;
  }

  enter(chat: OutsideChat, account: OutsideAccount, invitedBy: number, admin = false): void {
    this.localId(account, chat);
    chat.left.delete(account.id);
    chat.kicked.delete(account.id);
    chat.everMembers.add(account.id);
    if (chat.members.has(account.id)) return;
    chat.members.set(account.id, {
      admin: admin || chat.ownerId === account.id,
      invitedBy,
      joinedAt: Math.floor(Date.now() / 1000),
    });
  }

  leave(chat: OutsideChat, accountId: number, kicked: boolean): void {
    if (!chat.members.delete(accountId)) return;
    (kicked ? chat.kicked : chat.left).add(accountId);
  }

  startCall(owner: OutsideAccount): OutsideCall {
    const id = randomUUID();
    const joinLink = `https://vk.com/call/join/${randomUUID().replaceAll('-', '')}`;
    const call: OutsideCall = { id, ownerId: owner.id, joinLink, startedAt: Date.now() };
    this.calls.push(call);
    return call;
  }

  /** A random id other than 0 is taken once per chat and sender, as VK documents it. */
  send(chat: OutsideChat, from: OutsideAccount, text: string, randomId: number): number {
    const key = `${chat.key}/${from.id}/${randomId}`;
    const earlier = randomId === 0 ? undefined : this.sentIds.get(key);
    if (earlier !== undefined) return earlier;
    const id = this.messages.length + 1;
    this.messages.push({ id, chatKey: chat.key, fromId: from.id, text });
    this.sentIds.set(key, id);
    return id;
  }
}
