import { refused, succeeded } from '../../src/messenger/messenger-result.js';
import type {
  ExternalChatId,
  ExternalUserId,
  MemberRole,
  Messenger,
  MessengerAbilities,
  MessengerAnswers,
  MessengerCall,
  MessengerCredential,
  MessengerFailure,
  MessengerCallKind,
  MessengerResult,
  MessengerSuccess,
} from '../../src/messenger/messenger.js';

const MEMBERS_PER_PAGE = 1000;

export interface MemoryChat {
  readonly chatId: ExternalChatId;
  title: string;
  readonly ownerId: ExternalUserId;
  /** In the order of joining, the owner first. */
  readonly members: Map<ExternalUserId, MemberRole>;
  readonly messages: { readonly key: number; readonly text: string; readonly authorId: ExternalUserId }[];
}

export interface MemoryCall {
  readonly callId: string;
  readonly joinLink: string;
  readonly startedBy: ExternalUserId;
  ended: boolean;
}

/** What one chat looks like from outside; lists are sorted, so that two snapshots compare. */
export interface ChatSnapshot {
  readonly chatId: ExternalChatId;
  readonly ownerId: ExternalUserId;
  readonly memberIds: readonly ExternalUserId[];
  readonly adminIds: readonly ExternalUserId[];
  readonly messages: readonly string[];
}

/** A failure as a test writes it: about the call, and without an effect, unless it says otherwise. */
export type WrittenFailure = Pick<MessengerFailure, 'class' | 'code'> & Partial<MessengerFailure>;

/** `lost-answer`: the effect is made, nothing is answered. A failure: no effect. */
export type MemoryFault = WrittenFailure | 'lost-answer' | undefined;

/** Calls that must not be sent twice. */
const NOT_REPEATABLE: ReadonlySet<MessengerCallKind> = new Set(['chat.create', 'call.start']);

/** A messenger in memory. Answers at once, keeps everything for a test to look at. */
export class MemoryMessenger implements Messenger {
  abilities: MessengerAbilities;
  readonly chats = new Map<ExternalChatId, MemoryChat>();
  readonly calls = new Map<string, MemoryCall>();
  /** Every request, each with its calls; faults and refusals included. */
  readonly requests: MessengerCall[][] = [];
  /** Who made each of {@link requests}. */
  readonly credentials: MessengerCredential[] = [];
  /** Who cannot be added: `chat.create` leaves them out, `member.add` fails with class `invite`. */
  readonly refusedUserIds = new Set<ExternalUserId>();
  /** Asked before each call; `index` counts the calls of all requests from 0. */
  fault?: (call: MessengerCall, index: number) => MemoryFault;
  /** Asked for each call that is carried out: an answer to give instead of the true one. */
  madeUpAnswer?: (call: MessengerCall) => MessengerSuccess | undefined;
  /** `chat.join` refuses who is in already, instead of answering the id. */
  refusesJoined = false;
  private callIndex = 0;
  private lastId = 0;

  constructor(abilities: Partial<MessengerAbilities> = {}) {
    this.abilities = { ...ALL_ABILITIES, ...abilities };
  }

  async send(
    credential: MessengerCredential,
    calls: readonly MessengerCall[],
    signal?: AbortSignal,
  ): Promise<readonly MessengerResult[]> {
    if (calls.length > this.abilities.callsPerRequest) throw new RangeError('Too many calls for one request.');
    if (signal?.aborted) return calls.map(() => failed({ class: 'retry', code: 'transport.not-sent' }));
    this.requests.push([...calls]);
    this.credentials.push(credential);
    return calls.map((call) => this.carryOut(credential, call));
  }

  /** All chats by title, chats of one title in the order of their making. */
  snapshot(): Record<string, ChatSnapshot[]> {
    const byTitle: Record<string, ChatSnapshot[]> = {};
    for (const chat of this.chats.values()) {
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

  /** The calls of all requests in order, of one kind if given. */
  sent<K extends MessengerCall['kind']>(kind: K): Extract<MessengerCall, { kind: K }>[] {
    return this.requests.flat().filter((call): call is Extract<MessengerCall, { kind: K }> => call.kind === kind);
  }

  private carryOut(credential: MessengerCredential, call: MessengerCall): MessengerResult {
    const fault = this.fault?.(call, this.callIndex++);
    if (fault !== undefined && fault !== 'lost-answer') return failed(fault);
    const result = this.madeUpAnswer?.(call) ?? this.effect(credential.userId, call);
    return fault === 'lost-answer' ? lost(call) : result;
  }

  private effect(accountId: ExternalUserId, call: MessengerCall): MessengerResult {
    switch (call.kind) {
      case 'chat.create':
        return succeeded(call.kind, this.createChat(accountId, call.title, call.userIds));
      case 'chat.list':
        return succeeded(call.kind, { chats: this.chatsOf(accountId) });
      case 'chat.join':
        return this.join(accountId, call.link);
      case 'call.start':
        return succeeded(call.kind, this.startCall(accountId));
      case 'call.end': {
        const started = this.calls.get(call.callId);
        if (started) started.ended = true;
        return succeeded(call.kind, {});
      }
      default: {
        const chat = this.chats.get(call.chatId);
        if (!chat?.members.has(accountId)) return failed({ class: 'chat-lost', code: 'vk.917', scope: 'chat' });
        return this.inChat(accountId, chat, call);
      }
    }
  }

  private inChat(
    accountId: ExternalUserId,
    chat: MemoryChat,
    call: Extract<MessengerCall, { chatId: ExternalChatId }>,
  ): MessengerResult {
    switch (call.kind) {
      case 'chat.rename':
        chat.title = call.title;
        return succeeded(call.kind, {});
      case 'chat.describe':
        return succeeded(call.kind, { title: chat.title, ownerId: chat.ownerId });
      case 'chat.invite-link':
        return succeeded(call.kind, { link: `${LINK}${chat.chatId}` });
      case 'chat.members':
        return succeeded(call.kind, membersPage(chat, call.offset));
      case 'member.add':
        if (chat.members.has(call.userId)) return succeeded(call.kind, {});
        if (this.refusedUserIds.has(call.userId)) return failed({ class: 'invite', code: 'vk.15', scope: 'person' });
        chat.members.set(call.userId, 'member');
        return succeeded(call.kind, {});
      case 'member.remove':
        chat.members.delete(call.userId);
        return succeeded(call.kind, {});
      case 'member.role':
        if (!chat.members.has(call.userId)) return failed({ class: 'permanent', code: 'vk.935', scope: 'person' });
        chat.members.set(call.userId, call.role);
        return succeeded(call.kind, {});
      case 'message.post':
        if (!chat.messages.some((message) => message.key === call.key)) {
          chat.messages.push({ key: call.key, text: call.text, authorId: accountId });
        }
        return succeeded(call.kind, {});
    }
  }

  private createChat(
    ownerId: ExternalUserId,
    title: string,
    userIds: readonly ExternalUserId[],
  ): MessengerAnswers['chat.create'] {
    const chatId = String(++this.lastId);
    const memberIds = userIds.filter((userId) => userId !== ownerId && !this.refusedUserIds.has(userId));
    const members = new Map<ExternalUserId, MemberRole>([[ownerId, 'admin']]);
    for (const userId of memberIds) members.set(userId, 'member');
    this.chats.set(chatId, { chatId, title, ownerId, members, messages: [] });
    return { chatId, memberIds };
  }

  private chatsOf(accountId: ExternalUserId): MessengerAnswers['chat.list']['chats'] {
    return [...this.chats.values()]
      .filter((chat) => chat.members.has(accountId))
      .map(({ chatId, title, ownerId, members }) => ({ chatId, title, ownerId, membersCount: members.size }));
  }

  private join(accountId: ExternalUserId, link: string): MessengerResult {
    const chat = this.chats.get(link.slice(LINK.length));
    if (!link.startsWith(LINK) || chat === undefined) return failed({ class: 'permanent', code: 'vk.100' });
    if (chat.members.has(accountId) && this.refusesJoined) return failed({ class: 'permanent', code: 'vk.15' });
    if (!chat.members.has(accountId)) chat.members.set(accountId, 'member');
    return succeeded('chat.join', { chatId: chat.chatId });
  }

  private startCall(startedBy: ExternalUserId): MessengerAnswers['call.start'] {
    const callId = `00000000-0000-4000-8000-${String(++this.lastId).padStart(12, '0')}`;
    const joinLink = `https://vk.com/call/join/memory-${this.lastId}`;
    this.calls.set(callId, { callId, joinLink, startedBy, ended: false });
    return { callId, joinLink };
  }
}

const LINK = 'https://vk.me/join/memory-';

const ALL_ABILITIES: MessengerAbilities = {
  createChat: true,
  createWithMembers: true,
  addMember: true,
  removeMember: true,
  setRole: true,
  inviteLink: true,
  listMembers: true,
  describeChat: true,
  joinByLink: true,
  calls: true,
  callsPerRequest: 25,
  requestsPerSecond: 3,
  titleLength: 128,
  effectWithinMs: 30_000,
};

function membersPage(chat: MemoryChat, offset: number): MessengerAnswers['chat.members'] {
  const members = [...chat.members].slice(offset, offset + MEMBERS_PER_PAGE);
  const nextOffset = offset + members.length;
  return {
    members: members.map(([userId, role]) => ({ userId, role, owner: userId === chat.ownerId })),
    total: chat.members.size,
    ...(members.length > 0 && nextOffset < chat.members.size ? { nextOffset } : {}),
  };
}

function failed(failure: WrittenFailure): MessengerResult {
  const effect = failure.class === 'unknown' ? 'possible' : 'none';
  return refused({ scope: 'call', effect, ...failure });
}

function lost(call: MessengerCall): MessengerResult {
  const repeatable = !NOT_REPEATABLE.has(call.kind);
  return refused({
    class: repeatable ? 'retry' : 'unknown',
    code: 'transport.timeout',
    scope: 'request',
    effect: 'possible',
  });
}
