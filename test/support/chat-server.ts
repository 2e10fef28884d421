import { Container, type ServiceIdentifier } from 'inversify';

import { smallSchool } from '../../fixtures/school/whole-school.js';
import { KnexAccountLinkStore } from '../../src/account/account-link-store-knex.js';
import { AccountLinkStore } from '../../src/account/account-link-store.js';
import { KnexSealedSecretStore } from '../../src/account/sealed-secret-store-knex.js';
import { SealedSecretStore } from '../../src/account/sealed-secret-store.js';
import { AesTokenVault, TokenVault } from '../../src/account/token-vault.js';
import { chatModule } from '../../src/chats/chat-module.js';
import { chatWindowsModule } from '../../src/chats/chat-windows-module.js';
import { ChatPersonalData } from '../../src/chats/chat-personal-data-store-knex.js';
import { RosterSynchronizer } from '../../src/chats/roster-synchronizer.js';
import { everythingScope, type RosterScope } from '../../src/chats/roster-scope.js';
import { deliveryModule } from '../../src/delivery/delivery-module.js';
import { DoubtStore } from '../../src/delivery/doubt-store.js';
import { LaneRun } from '../../src/delivery/lane-run.js';
import { LaneStore } from '../../src/delivery/lane-store.js';
import { RateLimiter } from '../../src/delivery/rate-limiter.js';
import { CredentialSource, WorkSource } from '../../src/delivery/work-source.js';
import { HostDirectory } from '../../src/host/host-directory.js';
import { HostClock, HostDatabase, HostHttp, HostLogger, type FetchHandler } from '../../src/host/host-services.js';
import { HostSession } from '../../src/host/host-session.js';
import { HostStreams } from '../../src/host/host-streams.js';
import { feedModule } from '../../src/feed/feed-module.js';
import { httpModule } from '../../src/http/http-module.js';
import { WindowsApi } from '../../src/http/windows-api.js';
import { MessengerFailureText } from '../../src/messenger/messenger-failure-text.js';
import { Messenger } from '../../src/messenger/messenger.js';
import { Right } from '../../src/rights/rights.js';
import { SettingsSource } from '../../src/settings.js';
import { PolledDatabaseClock } from '../../src/storage/database-clock.js';
import { Database, rows } from '../../src/storage/database.js';
import { synchronizationModule } from '../../src/synchronization/synchronization-module.js';
import { storageModule } from '../../src/storage/storage-module.js';
import { FakeLogger } from './fake-logger.js';
import { FakeSettings } from './fake-settings.js';
import { FakeStreams } from './fake-streams.js';
import { MemoryDirectory } from './memory-directory.js';
import { MemoryMessenger } from './memory-messenger.js';
import { freshDatabase, type TestDatabase } from './test-database.js';

export const SCHOOL = 'school-5';
/** The chat administrator of {@link SCHOOL}, and their account. */
export const ADMINISTRATOR = 'e2';
export const ADMINISTRATOR_ACCOUNT = '900';
export const EVERY_RIGHT: readonly Right[] = Object.values(Right);

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
}

export interface Failure {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly fields: Record<string, unknown>;
  };
}

/** Chats with their real stores and API, on a small school; the messenger and the host are doubles. */
export class ChatServer {
  readonly logger = new FakeLogger();
  private readonly container = new Container();
  private handler: FetchHandler = () => Promise.reject(new Error('the API is not mounted'));
  /** How far this process's clock goes before the database's. */
  clockAheadMs = 0;
  /** The account that runs the chats; undefined: nobody does. */
  account: string | undefined = ADMINISTRATOR_ACCOUNT;
  /** Accounts whose tokens are gone. */
  readonly gone = new Set<string>();
  private session = { personId: '', rights: new Set<string>(), metaroles: [] as readonly string[] };

  private constructor(
    private readonly testDatabase: TestDatabase,
    readonly directory: MemoryDirectory,
    readonly messenger: MemoryMessenger,
  ) {
    this.bindHost();
    this.bindMessenger();
    void this.container.load(
      storageModule,
      httpModule,
      feedModule,
      deliveryModule,
      chatModule,
      chatWindowsModule,
      synchronizationModule,
    );
    this.container.bind(TokenVault).to(AesTokenVault).inSingletonScope();
    this.container.bind(SealedSecretStore).to(KnexSealedSecretStore).inSingletonScope();
    this.container.bind(AccountLinkStore).to(KnexAccountLinkStore).inSingletonScope();
  }

  /** A small school whose rules have been applied once, its chat administrator linked. */
  static async start(messenger = new MemoryMessenger({ requestsPerSecond: 1000 })): Promise<ChatServer> {
    const directory = new MemoryDirectory(await smallSchool(new Date('2026-11-23T09:00:00Z')));
    directory.chatAdministrators.set(SCHOOL, ADMINISTRATOR);
    const server = new ChatServer(await freshDatabase(), directory, messenger);
    server.container.get(Database).open();
    await server.container.get(PolledDatabaseClock).start();
    server.container.get(WindowsApi).mount();
    await server.link(ADMINISTRATOR, ADMINISTRATOR_ACCOUNT);
    await server.synchronize();
    return server;
  }

  async stop(): Promise<void> {
    this.container.get(PolledDatabaseClock).stop();
    await this.container.get(Database).close();
    await this.testDatabase.drop();
  }

  /** @param rights of the person who asks */
  async ask<T>(
    method: string,
    path: string,
    body?: unknown,
    {
      personId = 'e1',
      rights = EVERY_RIGHT,
      metaroles = [],
    }: { personId?: string; rights?: readonly Right[]; metaroles?: readonly string[] } = {},
  ): Promise<Answer<T>> {
    this.session = { personId, rights: new Set(rights), metaroles };
    const request = new Request(`http://school.example${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await this.handler(request);
    return { status: response.status, body: (await response.json()) as T };
  }

  /** A pass of the rules. */
  async synchronize(scope: RosterScope = everythingScope()): Promise<void> {
    await this.container.get(RosterSynchronizer).synchronize(SCHOOL, scope);
  }

  /** Drives the school's lane for as long as something is due now. */
  async deliver(): Promise<void> {
    const store = this.container.get(LaneStore);
    const limit = this.messenger.requests.length + MOST_REQUESTS;
    let runs = 0;
    for (let lease = await store.take(OWNER, 60_000); lease !== undefined; lease = await store.take(OWNER, 60_000)) {
      runs += 1;
      if (runs > MOST_RUNS) throw new Error(`a lane was taken ${MOST_RUNS} times in a row, and is due still`);
      const halt = new AbortController();
      const cancelled = this.haltAt(limit, halt);
      const clock = this.container.get(HostClock);
      const limiter = new RateLimiter(clock, this.messenger.abilities.requestsPerSecond);
      const run = new LaneRun(
        {
          sources: this.container.getAll(WorkSource),
          credentials: this.container.get(CredentialSource),
          messenger: this.messenger,
          limiter,
          store,
          doubts: this.container.get(DoubtStore),
          monotonicMs: () => performance.now(),
          logger: this.logger,
        },
        lease,
        { halt: halt.signal, cut: new AbortController().signal },
      );
      await run.run().finally(cancelled);
      if (halt.signal.aborted) throw new Error(`deliveries do not end: ${MOST_REQUESTS} requests were made`);
    }
  }

  /** What never ends is ended by its count, so that it can be told and replayed. */
  private haltAt(limit: number, halt: AbortController): () => void {
    const timer = setInterval(() => {
      if (this.messenger.requests.length > limit) halt.abort();
    }, 5);
    return () => clearInterval(timer);
  }

  /** A process that held the lane is dead, and so much time has passed that everything is tried again. */
  async letTimePass({ keepFailures = false } = {}): Promise<void> {
    await this.sql(
      `update delivery_doubt set sent_at = sent_at - interval '1 hour', until = until - interval '1 hour'`,
    );
    await this.sql(
      `update chat set next_attempt_at = null, searched_at = searched_at - interval '1 hour',
         due_at = case when due_at is not null then now() end where state <> 'closed'`,
    );
    await this.sql(
      keepFailures
        ? `update chat_failure set next_attempt_at = now() where class = 'retry'`
        : `delete from chat_failure where class = 'retry' or property = 'take-over'`,
    );
    await this.sql('update chat_survey set due_at = now() where due_at is not null');
    await this.sql(`update chat_stray set next_attempt_at = null where next_attempt_at is not null`);
    await this.sql(`update chat_member set next_attempt_at = null where next_attempt_at is not null`);
    await this.sql(
      `update delivery_lane set owner = null, leased_until = null, due_at = now(), stop_code = null, stop_until = null`,
    );
  }

  async link(personId: string, account: string): Promise<void> {
    await this.container.get(AccountLinkStore).link([
      {
        personId,
        profile: { userId: account, givenName: 'Имя', familyName: 'Фамилия' },
        tokens: undefined,
      },
    ]);
  }

  /** Takes the link away, as its owner may. */
  async unlink(personId: string): Promise<void> {
    await this.container.get(AccountLinkStore).unlink(personId);
  }

  /** The chats' part of what is kept about people. */
  get personalData(): ChatPersonalData {
    return this.container.get(ChatPersonalData);
  }

  get<T>(service: ServiceIdentifier<T>): T {
    return this.container.get(service);
  }

  /** Runs one statement on the plugin's database. */
  sql<T>(statement: string, bindings: Record<string, unknown> = {}): Promise<T[]> {
    return rows<T>(this.container.get(Database).knex, statement, bindings);
  }

  /** Ends the time in which a deletion can be taken back. */
  async letDeletionBegin(chatId: string): Promise<void> {
    await this.sql(`update chat set close_after = now(), due_at = now() where chat_id = :chatId::uuid`, { chatId });
    await this.sql(`update delivery_lane set due_at = now()`);
  }

  private bindHost(): void {
    const { container } = this;
    container.bind(HostDatabase).toConstantValue({ connectionString: this.testDatabase.connectionString });
    container.bind(HostLogger).toConstantValue(this.logger);
    container.bind(HostDirectory).toConstantValue(this.directory);
    container.bind(HostStreams).toConstantValue(new FakeStreams());
    container.bind(SettingsSource).toConstantValue(new FakeSettings());
    container.bind(HostClock).toConstantValue({
      now: () => new Date(Date.now() + this.clockAheadMs),
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    });
    container.bind(HostSession).toConstantValue({
      current: () => Promise.resolve({ sessionId: 's', organizationId: SCHOOL, ...this.session }),
    });
    container.bind(HostHttp).toConstantValue({
      baseUrl: 'http://school.example/plugins/sferum',
      desktopUrl: 'http://school.example/',
      mount: (handler) => {
        this.handler = handler;
        return () => undefined;
      },
    });
  }

  private bindMessenger(): void {
    this.container.bind(Messenger).toConstantValue(this.messenger);
    this.container.bind(MessengerFailureText).toConstantValue({ textOf: (code) => `Причина ${code}.` });
    this.container.bind(CredentialSource).toConstantValue({
      accountOf: () =>
        Promise.resolve(this.account === undefined ? { missing: 'credential.not-linked' } : { account: this.account }),
      token: (account: string) =>
        Promise.resolve(this.gone.has(account) ? { missing: 'credential.not-linked' } : { accessToken: 'token' }),
      refused: () => Promise.resolve(),
    });
  }
}

/** More than any school of a test needs. */
const MOST_REQUESTS = 3_000;
const MOST_RUNS = 500;

const OWNER = '00000000-0000-4000-8000-000000000001';
