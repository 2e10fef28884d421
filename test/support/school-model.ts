import type { EnrollmentEvent } from '../../src/host/host-streams.js';
import { scopeOf } from '../../src/chats/roster-scope.js';
import type { ChatCard, ChatEntryPage } from '../../src/protocol/chat-protocol.js';
import type { SynchronizationState } from '../../src/protocol/synchronization-protocol.js';
import { ADMINISTRATOR, ADMINISTRATOR_ACCOUNT, ChatServer, SCHOOL } from './chat-server.js';
import { Crash, CrashingMessenger } from './crashing-messenger.js';
import type { MemoryChat } from './memory-messenger.js';
import { expectedChats, type ExpectedChats } from './school-oracle.js';

type EventBody = EnrollmentEvent extends infer Event
  ? Event extends EnrollmentEvent
    ? Omit<Event, 'id' | 'position' | 'at' | 'organizationId'>
    : never
  : never;

const STRANGER = '999999';

/** A small school on which anything may happen, and what must be true of it. */
export class SchoolModel {
  private readonly accounts = new Map([[ADMINISTRATOR, ADMINISTRATOR_ACCOUNT]]);
  private readonly removed = new Map<string, Set<string>>();
  private position = 0;
  private lastAccount = 1000;

  private constructor(
    readonly server: ChatServer,
    readonly messenger: CrashingMessenger,
  ) {}

  static async start(callsPerRequest = 25): Promise<SchoolModel> {
    const messenger = new CrashingMessenger({ requestsPerSecond: 1000, callsPerRequest });
    return new SchoolModel(await ChatServer.start(messenger), messenger);
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  get directory(): ChatServer['directory'] {
    return this.server.directory;
  }

  /** What an event of the host leads to; `lost` ones lead to nothing. */
  async event(body: EventBody, fate: 'told' | 'lost' | 'twice' = 'told'): Promise<void> {
    this.position += 1;
    const event = {
      ...body,
      ...{ id: String(this.position), position: this.position, at: new Date(), organizationId: SCHOOL },
    } as EnrollmentEvent;
    for (let times = { told: 1, lost: 0, twice: 2 }[fate]; times > 0; times -= 1) {
      await this.server.synchronize(scopeOf(event));
    }
  }

  async link(personId: string): Promise<void> {
    if (this.accounts.has(personId)) return;
    this.lastAccount += 1;
    const account = String(this.lastAccount);
    this.accounts.set(personId, account);
    await this.server.link(personId, account);
  }

  async unlink(personId: string): Promise<void> {
    if (personId === ADMINISTRATOR || !this.accounts.delete(personId)) return;
    await this.server.unlink(personId);
  }

  isLinked(personId: string): boolean {
    return this.accounts.has(personId);
  }

  /** Somebody takes a member out of a chat by hand; it is remembered. */
  async removeByHand(title: string, personId: string): Promise<void> {
    const card = await this.card(title);
    const member = card?.members.find((one) => one.personId === personId);
    if (card === undefined || member === undefined || member.locked || !member.ruled || member.removalHeld) return;
    const { status } = await this.server.ask('PUT', `/api/chats/${card.chat.id}`, {
      revision: card.revision,
      members: [{ action: 'remove', personId }],
    });
    if (status !== 200) throw new Error(`a removal was answered with ${status}`);
    const people = this.removed.get(title) ?? new Set();
    this.removed.set(title, people.add(personId));
  }

  /** A stranger comes into a chat on the messenger's side; nobody here manages them. */
  inviteStranger(title: string): void {
    this.remote(title)?.members.set(STRANGER, 'member');
  }

  /** @param crashAfter the process dies after so many requests */
  async deliver(crashAfter?: number): Promise<'done' | 'crashed'> {
    this.messenger.crashAfter = crashAfter;
    try {
      await this.server.deliver();
      return 'done';
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      return 'crashed';
    } finally {
      this.messenger.crashAfter = undefined;
    }
  }

  /** Events stop, the messenger answers, a person confirms what waits: everything has to become right. */
  async settle(): Promise<void> {
    delete this.messenger.fault;
    this.messenger.refusedUserIds.clear();
    await this.server.synchronize();
    await this.confirmHeld();
    for (let round = 0; round < 4; round += 1) {
      await this.server.letTimePass();
      await this.retryEverything();
      await this.confirmHeld();
      await this.deliver();
    }
  }

  expected(): ExpectedChats {
    return expectedChats(this.directory, ADMINISTRATOR, this.accounts, { removed: this.removed, added: new Map() });
  }

  /** Members of the chats that the plugin keeps up, strangers left out. */
  async actual(): Promise<ExpectedChats> {
    const open = await this.server.sql<{ remote_id: string; title: string }>(
      `select remote_id, title from chat where state = 'open' and remote_id is not null`,
    );
    const chats: Record<string, readonly string[]> = {};
    for (const { remote_id: remoteId, title } of open) {
      const chat = this.messenger.chats.get(remoteId);
      chats[title] = [...(chat?.members.keys() ?? [])].filter((account) => account !== STRANGER).sort();
    }
    return chats;
  }

  /** Chats on the messenger's side that nobody knows of: a creation that was made twice. One in doubt is known of. */
  async orphans(): Promise<readonly string[]> {
    const known = await this.server.sql<{ remote_id: string }>(
      'select remote_id from chat where remote_id is not null',
    );
    const ids = new Set(known.map((row) => row.remote_id));
    const unknown = [...this.messenger.chats.values()]
      .filter(({ chatId }) => !ids.has(chatId))
      .map(({ title }) => title);
    const doubts = await this.server.sql<{ title: string }>(
      `select title from delivery_doubt where kind = 'chat.create'`,
    );
    for (const { title } of doubts) {
      const place = unknown.indexOf(title);
      if (place >= 0) unknown.splice(place, 1);
    }
    return unknown;
  }

  strangers(): number {
    return [...this.messenger.chats.values()].filter(({ members }) => members.has(STRANGER)).length;
  }

  private remote(title: string): MemoryChat | undefined {
    return [...this.messenger.chats.values()].find((chat) => chat.title === title);
  }

  private async card(title: string): Promise<ChatCard | undefined> {
    const { body } = await this.server.ask<ChatEntryPage>('GET', `/api/chats?query=${encodeURIComponent(title)}`);
    const id = body.items.find((chat) => chat.title === title)?.id;
    return id === undefined ? undefined : (await this.server.ask<ChatCard>('GET', `/api/chats/${id}`)).body;
  }

  /** A person says yes to everything that waits for one. */
  async confirmHeld(): Promise<void> {
    const { body } = await this.server.ask<SynchronizationState>('GET', '/api/synchronization');
    for (const { chatId, kind } of body.held) {
      const { body: card } = await this.server.ask<ChatCard>('GET', `/api/chats/${chatId}`);
      if (kind === 'candidates') {
        // Nobody but the plugin makes chats here: the first one is the chat.
        await this.server.ask('POST', `/api/chats/${chatId}/candidates`, { id: card.candidates?.[0]?.id ?? null });
        continue;
      }
      const personIds = card.members.filter(({ removalHeld }) => removalHeld).map(({ personId }) => personId);
      const [path, decision] = kind === 'removal' ? ['removals', { personIds }] : ['closing', {}];
      await this.server.ask('POST', `/api/chats/${chatId}/${path}`, { decision: 'confirm', ...decision });
    }
  }

  private async retryEverything(): Promise<void> {
    const { body } = await this.server.ask<SynchronizationState>('GET', '/api/synchronization');
    for (const { code } of body.errors) await this.server.ask('POST', '/api/synchronization/retry', { code });
    const chats = await this.server.ask<ChatEntryPage>('GET', '/api/chats?limit=500');
    for (const { id } of chats.body.items) await this.server.ask('POST', `/api/chats/${id}/retry`, {});
  }
}
