import { refused, succeeded } from '../../src/messenger/messenger-result.js';
import type {
  ExternalChatId,
  ExternalUserId,
  Messenger,
  MessengerAbilities,
  MessengerAnswers,
  MessengerCall,
  MessengerCallKind,
  MessengerCredential,
  MessengerFailure,
  MessengerResult,
  MessengerSuccess,
} from '../../src/messenger/messenger.js';
import { MemoryChats, membersPage, type ChatSnapshot, type MembersDamage, type MemoryChat } from './memory-chats.js';

export type { ChatSnapshot, MembersDamage, MemoryChat } from './memory-chats.js';

export interface MemoryCall {
  readonly callId: string;
  readonly joinLink: string;
  readonly startedBy: ExternalUserId;
  ended: boolean;
}

/** A failure as a test writes it: about the call, and without an effect, unless it says otherwise. */
export type WrittenFailure = Pick<MessengerFailure, 'class' | 'code'> &
  Partial<MessengerFailure> & {
    /** The effect is made, and the failure is answered all the same. */
    readonly done?: boolean;
  };

/**
 * `lost-answer`: the effect is made, nothing is answered. `late`: nothing is answered, and the effect is made when the
 * test calls {@link MemoryMessenger.settleLate}. A failure: no effect.
 */
export type MemoryFault = WrittenFailure | 'lost-answer' | 'late' | undefined;

/** Calls that must not be sent twice. */
const NOT_REPEATABLE: ReadonlySet<MessengerCallKind> = new Set(['chat.create', 'call.start']);

/** A messenger in memory. Answers at once, keeps everything for a test to look at. */
export class MemoryMessenger implements Messenger {
  abilities: MessengerAbilities;
  readonly calls = new Map<string, MemoryCall>();
  /** Every request, each with its calls; faults and refusals included. */
  readonly requests: MessengerCall[][] = [];
  /** Who made each of {@link requests}. */
  readonly credentials: MessengerCredential[] = [];
  /** Who cannot be added: `chat.create` leaves them out, `member.add` fails with class `invite`. */
  readonly refusedUserIds = new Set<ExternalUserId>();
  /** Asked before each call; `index` counts the calls of all requests from 0. */
  fault?: (call: MessengerCall, index: number, account: ExternalUserId) => MemoryFault;
  /** Asked before each request; `index` counts them from 0. A failure is given to each of its calls, none is made. */
  requestFault?: (calls: readonly MessengerCall[], index: number) => WrittenFailure | undefined;
  /** Asked for each call that is carried out: an answer to give instead of the true one. */
  madeUpAnswer?: (call: MessengerCall) => MessengerSuccess | undefined;
  /** Asked for each list of members; `page` counts all of them from 0. */
  membersDamage?: (chat: MemoryChat, page: number) => MembersDamage | undefined;
  membersPerPage = 1000;
  /** `chat.create` does not say who was added. */
  silentCreation = false;
  /** `chat.join` refuses who is in already, instead of answering the id. */
  refusesJoined = false;
  private readonly memory = new MemoryChats();
  private late: (() => void)[] = [];
  private callIndex = 0;
  private membersPages = 0;

  constructor(abilities: Partial<MessengerAbilities> = {}) {
    this.abilities = { ...ALL_ABILITIES, ...abilities };
  }

  /** By the id that the owner sees. */
  get chats(): Map<ExternalChatId, MemoryChat> {
    return this.memory.byId;
  }

  async send(
    credential: MessengerCredential,
    calls: readonly MessengerCall[],
    signal?: AbortSignal,
  ): Promise<readonly MessengerResult[]> {
    if (calls.length > this.abilities.callsPerRequest) throw new RangeError('Too many calls for one request.');
    if (signal?.aborted) return calls.map(() => failed({ class: 'retry', code: 'transport.not-sent' }));
    const fault = this.requestFault?.(calls, this.requests.length);
    this.requests.push([...calls]);
    this.credentials.push(credential);
    if (fault !== undefined) return calls.map(() => failed({ scope: 'request', ...fault }));
    return calls.map((call) => this.carryOut(credential, call));
  }

  /** All chats by title, chats of one title in the order of their making. */
  snapshot(): Record<string, ChatSnapshot[]> {
    return this.memory.snapshot();
  }

  /** The chat's id as this account sees it. */
  idFor(accountId: ExternalUserId, chat: MemoryChat): ExternalChatId {
    return this.memory.idFor(accountId, chat);
  }

  /** Makes the effects of all calls that were `late`, in their order. */
  settleLate(): void {
    const due = this.late;
    this.late = [];
    for (const effect of due) effect();
  }

  /** The calls of all requests in order, of one kind if given. */
  sent<K extends MessengerCall['kind']>(kind: K): Extract<MessengerCall, { kind: K }>[] {
    return this.requests.flat().filter((call): call is Extract<MessengerCall, { kind: K }> => call.kind === kind);
  }

  private carryOut(credential: MessengerCredential, call: MessengerCall): MessengerResult {
    const fault = this.fault?.(call, this.callIndex++, credential.userId);
    if (fault === 'late') {
      this.late.push(() => void this.effect(credential.userId, call));
      return lost(call);
    }
    if (typeof fault === 'object') {
      if (fault.done) this.effect(credential.userId, call);
      return failed(fault);
    }
    const result = this.madeUpAnswer?.(call) ?? this.effect(credential.userId, call);
    return fault === 'lost-answer' ? lost(call) : result;
  }

  private effect(accountId: ExternalUserId, call: MessengerCall): MessengerResult {
    switch (call.kind) {
      case 'chat.create':
        return succeeded(call.kind, this.createChat(accountId, call.title, call.userIds));
      case 'chat.list':
        return succeeded(call.kind, { chats: this.memory.listOf(accountId) });
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
        const chat = this.memory.seenBy(accountId, call.chatId);
        if (chat === undefined) return failed(NO_ACCESS);
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
        return succeeded(call.kind, { link: this.memory.linkOf(chat) });
      case 'chat.members': {
        const damage = this.membersDamage?.(chat, this.membersPages++);
        return succeeded(call.kind, membersPage(chat, call.offset, this.membersPerPage, damage));
      }
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
    const memberIds = userIds.filter((userId) => userId !== ownerId && !this.refusedUserIds.has(userId));
    const { chatId } = this.memory.create(ownerId, title, memberIds);
    return { chatId, memberIds: this.silentCreation ? undefined : memberIds };
  }

  private join(accountId: ExternalUserId, link: string): MessengerResult {
    const chat = this.memory.byLink(link);
    if (chat === undefined) return failed(NO_ACCESS);
    if (chat.members.has(accountId) && this.refusesJoined) return failed({ class: 'permanent', code: 'vk.15' });
    if (!chat.members.has(accountId)) chat.members.set(accountId, 'member');
    return succeeded('chat.join', { chatId: this.memory.idFor(accountId, chat) });
  }

  private startCall(startedBy: ExternalUserId): MessengerAnswers['call.start'] {
    const id = this.memory.nextId();
    const callId = `00000000-0000-4000-8000-${id.padStart(12, '0')}`;
    const joinLink = `https://vk.com/call/join/memory-${id}`;
    this.calls.set(callId, { callId, joinLink, startedBy, ended: false });
    return { callId, joinLink };
  }
}

const NO_ACCESS: WrittenFailure = { class: 'chat-lost', code: 'vk.917', scope: 'chat' };

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

function failed({ done = false, ...failure }: WrittenFailure): MessengerResult {
  const effect = failure.class === 'unknown' || done ? 'possible' : 'none';
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
