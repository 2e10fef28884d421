import { inject } from 'inversify';

import type { LaneLease, WorkItem, WorkResult, WorkSource } from '../delivery/work-source.js';
import { isDone } from '../messenger/messenger-result.js';
import { Messenger, type ExternalUserId, type MessengerCall } from '../messenger/messenger.js';
import { must } from '../must.js';
import {
  ChatDeliveryStore,
  type BookedSettlement,
  type DueChat,
  type OrganizationDelivery,
} from './chat-delivery-store.js';
import { planChat } from './chat-plan.js';
import { settleAction } from './chat-settlement.js';
import type { ChatAction, ChatFinding } from './chat-snapshot.js';

/** A call of a chat; undefined: the account's own chats are listed for the organization. */
interface ChatWork {
  readonly chat: DueChat | undefined;
  readonly action: ChatAction;
}

/** Chats read at once; more than one request can carry, so that a request is full. */
const CHATS_AT_ONCE = 30;
/** Stands for the organization where a call is not one chat's. */
const NO_CHAT = '00000000-0000-0000-0000-000000000000';

/** The remote work of chats: what is desired against what is delivered and in doubt. */
export class ChatWorkSource implements WorkSource<ChatWork> {
  readonly priority = 10;

  constructor(
    @inject(ChatDeliveryStore) private readonly store: ChatDeliveryStore,
    @inject(Messenger) private readonly messenger: Messenger,
  ) {}

  async next(
    lease: LaneLease,
    account: ExternalUserId | undefined,
    limit: number,
  ): Promise<readonly WorkItem<ChatWork>[]> {
    if (limit <= 0) return [];
    const items: WorkItem<ChatWork>[] = [];
    const seen: string[] = [];
    const organization = await this.store.organization(lease.organizationId, account);
    while (items.length < limit) {
      const chats = await this.store.due(lease.organizationId, account, CHATS_AT_ONCE, seen);
      if (chats.length === 0) break;
      seen.push(...chats.map(({ chatId }) => chatId));
      const planned = chats.map((chat) => ({ chat, ...this.plan(chat, account, organization) }));
      const findings = planned.flatMap(({ chat, finding }) => (finding === undefined ? [] : [{ chat, finding }]));
      if (findings.length > 0) await this.found(lease, findings, seen);
      const idle = planned.filter(({ actions, finding }) => actions.length === 0 && finding === undefined);
      if (idle.length > 0) await this.store.rest(lease, account, idle);
      items.push(...planned.flatMap(({ chat, actions }) => actions.map((action) => workItem(chat, action))));
    }
    if (organization.surveyDue && account === undefined) await this.store.postponeSurvey(lease);
    const twins = organization.surveyDue && account !== undefined ? [surveyItem(account)] : [];
    return withOneSurvey([...items, ...twins]).slice(0, limit);
  }

  private plan(
    chat: DueChat,
    account: ExternalUserId | undefined,
    { surveyed, surveyAt }: OrganizationDelivery,
  ): ReturnType<typeof planChat> {
    const { abilities } = this.messenger;
    return planChat(chat, { account, abilities, now: chat.asOf, surveyed, surveyAt, rivals: chat.rivals });
  }

  /** One candidate is one chat's: whoever comes second looks again. What was found is planned anew at once. */
  private async found(
    lease: LaneLease,
    findings: readonly { readonly chat: DueChat; readonly finding: ChatFinding }[],
    seen: string[],
  ): Promise<void> {
    const adopted = new Set<string>();
    const first = findings.filter(({ finding }) => {
      if (finding.kind !== 'adopt') return true;
      const { account, remoteId } = finding.candidate;
      const fresh = !adopted.has(`${account} ${remoteId}`);
      adopted.add(`${account} ${remoteId}`);
      return fresh;
    });
    await this.store.find(lease, first);
    const again = new Set(findings.map(({ chat }) => chat.chatId));
    seen.splice(0, seen.length, ...seen.filter((chatId) => !again.has(chatId)));
  }

  async settle(lease: LaneLease, results: readonly WorkResult<ChatWork>[]): Promise<void> {
    const settlements: BookedSettlement[] = [];
    const ended: string[] = [];
    const notAdded = new Set<string>();
    for (const work of results) {
      const { item, result, doubtId, sure } = work;
      const { chat, action } = item.context;
      if (action.kind === 'add' && !isDone(result)) notAdded.add(`${item.subjectId} ${action.personId}`);
      const settlement = this.settlement(work);
      if (doubtId !== undefined && sure && settlement.unclear !== true) ended.push(doubtId);
      // Whoever was not added cannot be promoted; what is wrong is said by the addition.
      if (action.kind === 'role' && notAdded.has(`${item.subjectId} ${action.personId}`)) continue;
      settlements.push({
        ...settlement,
        chatId: chat?.chatId,
        account: item.account,
        ...(action.kind === 'search' ? { search: { title: action.title, ownerAccount: action.ownerAccount } } : {}),
        ...(chat === undefined ? {} : { asOf: chat.asOf }),
      });
    }
    await this.store.settle(lease, settlements, ended);
  }

  private settlement({ item, result }: WorkResult<ChatWork>): ReturnType<typeof settleAction> {
    const { chat, action } = item.context;
    return settleAction(action, result, {
      random: Math.random(),
      chat: chat ?? NOTHING_KNOWN,
      attempts: chat === undefined ? 0 : attemptsOf(chat, action),
      reading: chat?.reading ?? { accounts: [], total: undefined },
    });
  }

  stall(lease: LaneLease, subjectIds: readonly string[], code: string): Promise<void> {
    return this.store.stall(lease, subjectIds, code);
  }

  nextDueAt(organizationId: string): Promise<Date | undefined> {
    return this.store.nextDueAt(organizationId);
  }

  backlog(organizationId: string): Promise<number> {
    return this.store.backlog(organizationId);
  }
}

const NOTHING_KNOWN = {
  ownerAccount: undefined,
  failures: new Map(),
  createsBare: false,
  former: undefined,
  doubts: [],
  candidates: [],
};

function attemptsOf(chat: DueChat, action: ChatAction): number {
  if (!('personId' in action)) return chat.attempts;
  return chat.members.find(({ personId }) => personId === action.personId)?.attempts ?? 0;
}

function workItem(chat: DueChat, action: ChatAction): WorkItem<ChatWork> {
  if (action.kind === 'survey') return surveyItem(action.account);
  return {
    call: callFor(action, chat.remoteId),
    account: action.account,
    subjectId: chat.chatId,
    people: peopleOf(action),
    context: { chat, action },
  };
}

function surveyItem(account: ExternalUserId): WorkItem<ChatWork> {
  const action = { kind: 'survey', account } as const;
  return {
    call: { kind: 'chat.list' },
    account,
    subjectId: NO_CHAT,
    context: { chat: undefined, action },
  };
}

function isSurvey({ context }: WorkItem<ChatWork>): boolean {
  return context.action.kind === 'survey';
}

/** One list of an account's chats serves all chats of the organization that wait for it. */
function withOneSurvey(items: readonly WorkItem<ChatWork>[]): readonly WorkItem<ChatWork>[] {
  const first = items.findIndex(isSurvey);
  return items.filter((item, index) => !isSurvey(item) || index === first);
}

/** Whom an action names. */
function peopleOf(action: ChatAction): ReadonlyMap<ExternalUserId, string> {
  if ('personId' in action) return new Map([[action.target, action.personId]]);
  if (action.kind !== 'create') return new Map();
  return new Map(
    action.people.flatMap(({ account, personId }) => (personId === undefined ? [] : [[account, personId]])),
  );
}

function callFor(action: ChatAction, remoteId: string | undefined): MessengerCall {
  const chatId = (): string => must(remoteId, `the id of the chat for ${action.kind}`);
  switch (action.kind) {
    case 'create':
      return { kind: 'chat.create', title: action.title, userIds: action.people.map(({ account }) => account) };
    case 'search':
    case 'survey':
      return { kind: 'chat.list' };
    case 'inspect':
      return { kind: 'chat.members', chatId: action.remoteId, offset: action.offset };
    case 'take-over':
      return { kind: 'chat.join', link: action.link };
    case 'describe':
      return { kind: 'chat.describe', chatId: chatId() };
    case 'read':
      return { kind: 'chat.members', chatId: chatId(), offset: action.offset };
    case 'rename':
      return { kind: 'chat.rename', chatId: chatId(), title: action.title };
    case 'remove':
      return { kind: 'member.remove', chatId: action.remoteId ?? chatId(), userId: action.target };
    case 'add':
      return { kind: 'member.add', chatId: chatId(), userId: action.target };
    case 'role':
      return { kind: 'member.role', chatId: chatId(), userId: action.target, role: action.role };
    case 'invite-link':
      return { kind: 'chat.invite-link', chatId: chatId() };
    case 'leave':
      return { kind: 'member.remove', chatId: chatId(), userId: action.account };
  }
}
