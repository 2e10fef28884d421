import { inject } from 'inversify';

import type { LaneLease, WorkItem, WorkResult, WorkSource } from '../delivery/work-source.js';
import { HostClock } from '../host/host-services.js';
import { Messenger, type ExternalUserId, type MessengerCall, type MessengerResult } from '../messenger/messenger.js';
import { ChatDeliveryStore, type DueChat, type SentMember } from './chat-delivery-store.js';
import { planChat, type ChatAction } from './chat-plan.js';
import { settleAction } from './chat-settlement.js';

interface ChatWork {
  readonly chat: DueChat;
  readonly action: ChatAction;
  /** This process's clock when the chat was read, to tell how much time has passed since {@link DueChat.asOf}. */
  readonly readAtMs: number;
}

const SEARCHES: ReadonlySet<ChatAction['kind']> = new Set(['find', 'take-over']);

/** Chats read at once; more than one request can carry, so that a request is full. */
const CHATS_AT_ONCE = 30;

/** The remote work of chats: what is desired against what is delivered. */
export class ChatWorkSource implements WorkSource<ChatWork> {
  readonly priority = 10;

  constructor(
    @inject(ChatDeliveryStore) private readonly store: ChatDeliveryStore,
    @inject(Messenger) private readonly messenger: Messenger,
    @inject(HostClock) private readonly clock: HostClock,
  ) {}

  async next(lease: LaneLease, account: ExternalUserId | undefined, limit: number): Promise<readonly WorkItem<ChatWork>[]> {
    if (account === undefined) return [];
    const items: WorkItem<ChatWork>[] = [];
    const seen: string[] = [];
    while (items.length < limit) {
      const chats = await this.store.due(lease.organizationId, account, CHATS_AT_ONCE, seen);
      if (chats.length === 0) break;
      const clean: DueChat[] = [];
      const readAtMs = this.clock.now().getTime();
      for (const chat of chats) {
        seen.push(chat.chatId);
        const actions = planChat(chat, { account, abilities: this.messenger.abilities, now: chat.asOf });
        if (actions.length === 0) clean.push(chat);
        items.push(...actions.map((action) => workItem({ chat, action, readAtMs }, account)));
      }
      if (clean.length > 0) await this.store.markClean(lease, clean);
    }
    return items.slice(0, limit);
  }

  async intend(lease: LaneLease, items: readonly WorkItem[]): Promise<void> {
    const works = (items as readonly WorkItem<ChatWork>[]).map(({ context }) => context);
    const creations = works.filter(({ action }) => action.kind === 'create').map(({ chat }) => chat.chatId);
    const sent = works.flatMap(sentBy);
    if (creations.length + sent.length > 0) await this.store.markIntent(lease, creations, sent);
  }

  stall(): Promise<void> {
    return Promise.resolve();
  }

  async settle(lease: LaneLease, results: readonly WorkResult[]): Promise<void> {
    const works = results as readonly WorkResult<ChatWork>[];
    const nowMs = this.clock.now().getTime();
    const settlements = [];
    const notAdded = new Set<string>();
    const known = await this.knownRemoteIds(works);
    for (const { item, result } of works) {
      const { chat, action, readAtMs } = item.context;
      if (action.kind === 'add' && !succeeded(result)) notAdded.add(`${chat.chatId} ${action.personId}`);
      // Whoever was not added cannot be promoted; what is wrong is said by the addition.
      if (action.kind === 'role' && notAdded.has(`${chat.chatId} ${action.personId}`)) continue;
      const settlement = settleAction(action, result, {
        now: new Date(chat.asOf.getTime() + nowMs - readAtMs),
        random: Math.random(),
        account: item.account,
        attempts: 'personId' in action ? (chat.memberAttempts.get(action.personId) ?? 0) : chat.attempts,
        readSeen: chat.readSeen,
        knownRemoteIds: known,
      });
      settlements.push({ ...settlement, chatId: chat.chatId });
    }
    await this.store.settle(lease, settlements);
  }

  /** Asked for once, and only when a chat was looked for; the calls of one pack are of one account. */
  private async knownRemoteIds(works: readonly WorkResult<ChatWork>[]): Promise<ReadonlySet<string>> {
    const search = works.find(({ item }) => SEARCHES.has(item.context.action.kind));
    return search === undefined ? new Set() : this.store.knownRemoteIds(search.item.account);
  }

  nextDueAt(organizationId: string): Promise<Date | undefined> {
    return this.store.nextDueAt(organizationId);
  }

  backlog(organizationId: string): Promise<number> {
    return this.store.backlog(organizationId);
  }
}

function workItem(work: ChatWork, account: ExternalUserId): WorkItem<ChatWork> {
  const { chat, action } = work;
  const fresh = action.kind === 'create' || action.kind === 'find' || action.kind === 'take-over';
  return {
    call: callFor(action, chat.remoteId ?? ''),
    // A chat's id is local to the account that owns it.
    account: fresh ? account : (chat.ownerAccount ?? account),
    subjectId: chat.chatId,
    context: work,
  };
}

/** Whom an action may put into the chat. */
function sentBy({ chat: { chatId, members }, action }: ChatWork): readonly SentMember[] {
  if (action.kind === 'add') return [{ chatId, personId: action.personId, account: action.account }];
  if (action.kind !== 'create') return [];
  const accounts = new Set(action.accounts);
  return members.flatMap(({ personId, account }) =>
    account !== undefined && accounts.has(account) ? [{ chatId, personId, account }] : [],
  );
}

function succeeded(result: MessengerResult): boolean {
  return result.ok || result.failure.class === 'settled';
}

function callFor(action: ChatAction, chatId: string): MessengerCall {
  switch (action.kind) {
    case 'create':
      return { kind: 'chat.create', title: action.title, userIds: action.accounts };
    case 'find':
    case 'take-over':
      return { kind: 'chat.list' };
    case 'read':
      return { kind: 'chat.members', chatId, offset: action.offset };
    case 'rename':
      return { kind: 'chat.rename', chatId, title: action.title };
    case 'remove':
      return { kind: 'member.remove', chatId, userId: action.account };
    case 'add':
      return { kind: 'member.add', chatId, userId: action.account };
    case 'role':
      return { kind: 'member.role', chatId, userId: action.account, role: action.role };
    case 'invite-link':
      return { kind: 'chat.invite-link', chatId };
    case 'leave':
      return { kind: 'member.remove', chatId, userId: action.account };
  }
}
