import type { Hono } from 'hono';
import { inject } from 'inversify';

import { LaneStore, type LaneView } from '../delivery/lane-store.js';
import { SferumError } from '../errors.js';
import { HostDirectory, type Person } from '../host/host-directory.js';
import { HostClock } from '../host/host-services.js';
import type { SessionContext } from '../host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../http/api-routes.js';
import { MessengerFailureText } from '../messenger/messenger-failure-text.js';
import { ChatListQuery, type ChatDetail, type ChatList, type ChatRow, type Progress } from '../protocol/protocol.js';
import {
  CHAT_NOT_FOUND_TEXT,
  CHAT_PROBLEM_TEXT,
  CREDENTIAL_PROBLEM_TEXT,
  PERSON_GONE_TEXT,
} from '../protocol/texts.js';
import { Right } from '../rights/rights.js';
import { ChatRegistryStore, type DeliveryTotals, type RegistryChat } from './chat-registry-store.js';
import { memberRow, memberStateText } from './member-view.js';

const PEOPLE_AT_ONCE = 1000;

/** `/api/chats…`, `/api/progress`: those of the organisation, or a person's own. */
export class ChatApi implements ApiRoutes {
  constructor(
    @inject(ChatRegistryStore) private readonly store: ChatRegistryStore,
    @inject(LaneStore) private readonly lanes: LaneStore,
    @inject(HostDirectory) private readonly directory: HostDirectory,
    @inject(MessengerFailureText) private readonly failureText: MessengerFailureText,
    @inject(HostClock) private readonly clock: HostClock,
  ) {}

  register(app: Hono<ApiEnvironment>): void {
    app.get('/api/chats', async (context) => {
      const query = ChatListQuery.parse(context.req.query());
      return context.json(await this.list(context.get('session'), query));
    });
    app.get('/api/chats/:id', async (context) =>
      context.json(await this.detail(context.get('session'), context.req.param('id'))),
    );
    app.get('/api/progress', async (context) => context.json(await this.progress(context.get('session'))));
  }

  private async list(session: SessionContext, query: ReturnType<typeof ChatListQuery.parse>): Promise<ChatList> {
    const { total, items } = await this.store.list({
      ...query,
      kind: query.kind,
      state: query.state,
      organizationId: session.organizationId,
      personId: onlyOwn(session),
    });
    return { total, items: items.map((chat) => this.row(chat)), asOf: this.clock.now().toISOString() };
  }

  private async detail(session: SessionContext, chatId: string): Promise<ChatDetail> {
    const isId = /^[0-9a-f-]{36}$/.test(chatId);
    const chat = isId ? await this.store.find(session.organizationId, chatId, onlyOwn(session)) : undefined;
    if (chat === undefined) throw new SferumError('SFERUM_NOT_FOUND', CHAT_NOT_FOUND_TEXT);
    const members = await this.store.members(session.organizationId, chatId);
    const [people, organizations] = await Promise.all([
      this.people(members.map((member) => member.personId)),
      this.directory.organizationsById([session.organizationId]),
    ]);
    const format = new Intl.DateTimeFormat('ru-RU', {
      timeZone: organizations[0]?.timeZone ?? 'UTC',
      timeStyle: 'short',
    });
    const failureText = (code: string): string => this.problemText(code);
    const rows = members.map((member) =>
      memberRow(
        member,
        fullName(people.get(member.personId)),
        memberStateText(member, failureText, (at) => format.format(at)),
      ),
    );
    rows.sort((a, b) => a.name.localeCompare(b.name, 'ru'));
    return { chat: this.row(chat), revision: chat.revision, members: rows };
  }

  private async people(ids: readonly string[]): Promise<ReadonlyMap<string, Person>> {
    const people = new Map<string, Person>();
    for (let from = 0; from < ids.length; from += PEOPLE_AT_ONCE) {
      for (const person of await this.directory.people(ids.slice(from, from + PEOPLE_AT_ONCE))) {
        people.set(person.id, person);
      }
    }
    return people;
  }

  private row(chat: RegistryChat): ChatRow {
    const code = chat.failureCode ?? (chat.removalHeld ? 'chat.removal-held' : undefined);
    return {
      id: chat.chatId,
      kind: chat.kind,
      title: chat.title,
      ...(chat.sourceName === '' ? {} : { source: chat.sourceName }),
      members: chat.members,
      present: chat.present,
      waiting: chat.waiting,
      failed: chat.failed,
      state: chat.state,
      stateAt: chat.stateAt.toISOString(),
      ...(code === undefined
        ? {}
        : {
            problem: {
              code,
              text: this.problemText(code),
              ...(chat.nextAttemptAt === undefined ? {} : { nextAttemptAt: chat.nextAttemptAt.toISOString() }),
            },
          }),
      ...(chat.inviteLink === undefined ? {} : { openUrl: chat.inviteLink }),
      actions: { edit: false, delete: false },
    };
  }

  private async progress(session: SessionContext): Promise<Progress> {
    const [totals, lane] = await Promise.all([
      this.store.totals(session.organizationId),
      this.lanes.view(session.organizationId),
    ]);
    const left = totals.memberships - totals.present - totals.waiting - totals.failed;
    const rate = lane?.ratePerSecond;
    const state = laneState(lane, totals);
    return {
      chats: { total: totals.chats, done: totals.chatsDone },
      memberships: {
        total: totals.memberships,
        done: totals.present,
        waitingForLink: totals.waiting,
        failed: totals.failed,
      },
      lane: state,
      ...(lane?.stopCode === undefined
        ? {}
        : {
            problem: {
              code: lane.stopCode,
              text: this.problemText(lane.stopCode),
              ...(lane.stopUntil === undefined ? {} : { resumesAt: lane.stopUntil.toISOString() }),
            },
          }),
      ...(state === 'running' && rate !== undefined && rate > 0
        ? { ratePerSecond: rate, secondsLeft: Math.ceil(Math.max(0, left) / rate) }
        : {}),
      asOf: this.clock.now().toISOString(),
    };
  }

  private problemText(code: string): string {
    return CREDENTIAL_PROBLEM_TEXT[code] ?? CHAT_PROBLEM_TEXT[code] ?? this.failureText.textOf(code);
  }
}

/** Without the right to see all chats a person sees those they belong to. */
function onlyOwn(session: SessionContext): string | undefined {
  return session.rights.has(Right.chatView) ? undefined : session.personId;
}

function laneState(lane: LaneView | undefined, totals: DeliveryTotals): Progress['lane'] {
  if (lane?.stopCode === 'credential.no-administrator') return 'no-administrator';
  if (lane?.stopCode !== undefined) return 'stopped';
  return totals.chatsDone < totals.chats ? 'running' : 'idle';
}

function fullName(person: Person | undefined): string {
  if (person === undefined) return PERSON_GONE_TEXT;
  return [person.familyName, person.givenName, person.middleName].filter((part) => part !== undefined).join(' ');
}
