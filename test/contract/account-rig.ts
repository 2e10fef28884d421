import { expect } from 'chai';
import { Container, ContainerModule } from 'inversify';
import pg from 'pg';

import { StandBrowser, StandClient, type SeededPerson } from '../../fixtures/vk/stand-client.js';
import { startVkStandIn, type VkStandIn } from '../../fixtures/vk/vk-stand-in.js';
import { AccountLinkStore, LinkObserver } from '../../src/account/account-link-store.js';
import { SealedSecretStore } from '../../src/account/sealed-secret-store.js';
import { accountModule } from '../../src/account/account-module.js';
import { OwnedChats } from '../../src/account/owned-chats.js';
import { RevocationWorker } from '../../src/account/revocation-worker.js';
import { ChatLinkObserver } from '../../src/chats/link-observer-store-knex.js';
import { KnexOwnedChats } from '../../src/chats/owned-chats-store-knex.js';
import { CheckedSettings } from '../../src/checked-settings.js';
import { HostDirectory } from '../../src/host/host-directory.js';
import {
  HostClock,
  HostDatabase,
  HostHttp,
  HostLogger,
  HostSettings,
  type FetchHandler,
} from '../../src/host/host-services.js';
import { HostSession, type SessionContext } from '../../src/host/host-session.js';
import { httpModule } from '../../src/http/http-module.js';
import { WindowsApi } from '../../src/http/windows-api.js';
import { vkMessengerModule } from '../../src/messenger/vk/vk-messenger-module.js';
import { SettingsSource } from '../../src/settings.js';
import { Database } from '../../src/storage/database.js';
import { Notifications } from '../../src/storage/notifications.js';
import { storageModule } from '../../src/storage/storage-module.js';
import { freshDatabase, type TestDatabase } from '../support/test-database.js';
import { Gate } from './account-gate.js';
import { AccountSchool } from './account-school.js';

export const CLIENT_ID = '51234567';
const BASE_URL = 'http://school.test/plugins/sferum';
const DESKTOP_URL = 'http://school.test/desktop';
export const CALLBACK_URL = `${BASE_URL}/link/callback`;

export interface TokenKey {
  readonly id: string;
  readonly key: string;
}

export function tokenKey(id: string): TokenKey {
  return { id, key: Buffer.alloc(32, id).toString('base64') };
}

/** One process of the plugin, as far as accounts go. */
export class AccountProcess {
  readonly container = new Container();
  readonly changed: string[] = [];
  #handler: FetchHandler | undefined;

  constructor(
    private readonly rig: AccountRig,
    keys: readonly TokenKey[],
  ) {
    const { container } = this;
    container.bind(HostDatabase).toConstantValue({ connectionString: rig.database.connectionString });
    container.bind(HostClock).toConstantValue(rig.clock);
    container.bind(HostLogger).toConstantValue(rig.logger);
    container.bind(HostDirectory).toConstantValue(rig.school.directory);
    container.bind(HostSettings).toConstantValue({ values: rig.settings(keys) });
    container.bind(HostSession).toConstantValue({ current: async (request) => rig.sessionOf(request) });
    container.bind(HostHttp).toConstantValue({
      baseUrl: BASE_URL,
      desktopUrl: DESKTOP_URL,
      mount: (handler) => {
        this.#handler = handler;
        return () => (this.#handler = undefined);
      },
    });
    const observer: LinkObserver = { linksChanged: async (_, personIds) => void this.changed.push(...personIds) };
    const settings = new ContainerModule(({ bind }) => {
      bind(CheckedSettings).toSelf().inSingletonScope();
      bind(SettingsSource).toService(CheckedSettings);
      bind(LinkObserver).toConstantValue(observer);
      bind(LinkObserver).to(ChatLinkObserver);
      bind(OwnedChats).to(KnexOwnedChats);
    });
    container.load(settings, storageModule, httpModule, vkMessengerModule, accountModule);
  }

  /** As the lifecycle does, without the other features. */
  async start(): Promise<void> {
    this.container.get(Database).open();
    await this.container.get(Notifications).open();
    await this.container.get(SealedSecretStore).check();
    await this.container.get(AccountLinkStore).announceForgotten();
    this.container.get(RevocationWorker).start();
    this.container.get(WindowsApi).mount();
  }

  async stop(): Promise<void> {
    this.container.get(WindowsApi).unmount();
    await this.container.get(RevocationWorker).stop();
    await this.container.get(Notifications).close();
    await this.container.get(Database).close();
  }

  request(session: string, method: string, path: string, body?: unknown): Promise<Response> {
    if (this.#handler === undefined) throw new Error('The process has not started.');
    const sent = method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) };
    return this.#handler(
      new Request(`http://school.test${path}`, { method, headers: { 'x-session': session }, ...sent }),
    );
  }

  async json<T>(session: string, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.request(session, method, path, body);
    const text = await answer.text();
    expect(answer.status, text).to.equal(200);
    return JSON.parse(text) as T;
  }

  /** Begins a sign-in. @returns the address at VK ID */
  async begin(session: string): Promise<string> {
    return (await this.json<{ url: string }>(session, 'POST', '/api/link/start')).url;
  }

  /** The browser comes back. @returns the code in the address it is sent to; undefined when all is well */
  async comeBack(session: string, query: URLSearchParams): Promise<string | undefined> {
    const answer = await this.request(session, 'GET', `/link/callback?${query.toString()}`);
    expect(answer.status).to.equal(302);
    const target = new URL(answer.headers.get('location') ?? '');
    expect(target.origin + target.pathname).to.equal(DESKTOP_URL);
    expect(target.searchParams.get('window')).to.equal('sferum.authorization');
    expect([...target.searchParams.keys()].filter((name) => name !== 'window' && name !== 'linkError')).to.deep.equal(
      [],
    );
    return target.searchParams.get('linkError') ?? undefined;
  }

  /** The whole way, the yes included. */
  async linkWith(session: string, person: SeededPerson): Promise<void> {
    const back = await this.rig.signIn(await this.begin(session), person);
    expect(await this.comeBack(session, back)).to.equal(undefined);
    await this.json(session, 'POST', '/api/link/confirm');
  }
}

/** A database, a stand-in behind a gate, a small school, and processes of the plugin on them. */
export class AccountRig {
  readonly school = new AccountSchool();
  readonly written: string[] = [];
  /** Added to the time of the processes and of the stand-in. */
  offsetMs = 0;
  /** Rights of a session by its name `<person>` or `<person>/<browser>`. */
  readonly rights = new Map<string, readonly string[]>();
  timeoutMs = 10_000;
  database!: TestDatabase;
  stand!: VkStandIn;
  client!: StandClient;
  gate!: Gate;
  #gateUrl = '';
  readonly #processes: AccountProcess[] = [];
  #reader: pg.Client | undefined;

  readonly clock: HostClock = {
    now: () => new Date(Date.now() + this.offsetMs),
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
  readonly logger: HostLogger = {
    debug: (message, fields) => this.#write('debug', message, fields),
    info: (message, fields) => this.#write('info', message, fields),
    warn: (message, fields) => this.#write('warn', message, fields),
    error: (message, fields) => this.#write('error', message, fields),
  };

  async open(): Promise<void> {
    this.database = await freshDatabase();
    this.stand = await startVkStandIn({
      port: 0,
      rateLimitPerSecond: 0,
      now: () => Date.now() + this.offsetMs,
      log: (line) => this.written.push(line),
    });
    this.client = new StandClient(this.stand.url);
    await this.client.application(CLIENT_ID, [CALLBACK_URL], ['vkid.personal_info', 'messages']);
    this.gate = new Gate(this.stand.url);
    this.#gateUrl = await this.gate.open();
    this.#reader = new pg.Client(this.database.connectionString);
    await this.#reader.connect();
    await this.#reader.query('set search_path to sferum');
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop()));
    await this.#reader?.end();
    await this.gate.close();
    await this.stand.stop();
    await this.database.drop();
  }

  async process(keys: readonly TokenKey[] = [tokenKey('first')]): Promise<AccountProcess> {
    const process = new AccountProcess(this, keys);
    this.#processes.push(process);
    await process.start();
    return process;
  }

  settings(keys: readonly TokenKey[]): Record<string, unknown> {
    return {
      vkApplicationId: CLIENT_ID,
      vkIdUrl: this.#gateUrl,
      vkApiUrl: `${this.#gateUrl}/method`,
      vkTimeoutMs: this.timeoutMs,
      tokenKeys: keys,
    };
  }

  sessionOf(request: Request): SessionContext | undefined {
    const name = request.headers.get('x-session') ?? '';
    const personId = name.split('/')[0] ?? '';
    if (personId === '') return undefined;
    const rights = new Set(this.rights.get(name) ?? []);
    return { sessionId: `session of ${name}`, personId, organizationId: 'school-1', metaroles: [], rights };
  }

  /** A profile at VK. */
  async profile(
    key: string,
    roles: readonly ('teacher' | 'student' | 'parent')[] = ['teacher'],
  ): Promise<SeededPerson> {
    const seed = { key, givenName: 'Анна', familyName: 'Белова', roles, organizationName: 'Школа № 1' };
    const [person] = await this.client.people([seed]);
    if (person === undefined) throw new Error('Nobody was seeded.');
    return person;
  }

  /** Goes through VK ID's pages. @returns what VK ID appends to the callback's address */
  async signIn(address: string, person: SeededPerson): Promise<URLSearchParams> {
    const url = new URL(address);
    this.gate.secrets.add(url.searchParams.get('state') ?? '');
    const browser = await new StandBrowser(this.stand.url).open(`${this.stand.url}${url.pathname}${url.search}`);
    await browser.submit({ phone: person.phone });
    await browser.submit({ password: person.password });
    await browser.submit({ code: browser.hint });
    await browser.submit({ profile: String(person.userId) });
    await browser.submit();
    const back = new URL(browser.address);
    expect(back.origin + back.pathname).to.equal(CALLBACK_URL);
    for (const name of ['code', 'device_id']) this.gate.secrets.add(back.searchParams.get(name) ?? '');
    return back.searchParams;
  }

  async rows<T extends Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> {
    if (this.#reader === undefined) throw new Error('The rig is not open.');
    return (await this.#reader.query<T>(sql, values)).rows;
  }

  /** Everything the plugin keeps about links, to be compared before and after. */
  async kept(): Promise<unknown> {
    return {
      links: await this.rows('select * from account_link order by person_id'),
      revocations: await this.rows('select * from token_revocation order by revocation_id'),
    };
  }

  /** Waits until a statement answers true in its first column. */
  async until(sql: string, values: unknown[] = [], limitMs = 10_000): Promise<void> {
    const end = Date.now() + limitMs;
    for (;;) {
      const [row] = await this.rows(sql, values);
      if (row !== undefined && Object.values(row)[0] === true) return;
      if (Date.now() > end) throw new Error(`never became true: ${sql}`);
      await new Promise<void>((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Nothing that was written holds a secret, and nothing that is stored does in the open. */
  async expectNoSecrets(): Promise<void> {
    const secrets = [...this.gate.secrets].filter((secret) => secret.length >= 8);
    expect(secrets).not.to.have.length(0);
    const stored: unknown[] = [];
    for (const table of ['account_link', 'link_attempt', 'token_revocation', 'link_reminder']) {
      stored.push(...(await this.rows(`select ${table}::text as row from ${table}`)));
    }
    const all = [...this.written, ...stored.map((row) => JSON.stringify(row))].join('\n');
    // Bytes are stored as hex.
    const found = secrets.filter((secret) => all.includes(secret) || all.includes(Buffer.from(secret).toString('hex')));
    expect(found).to.deep.equal([]);
  }

  #write(level: string, message: string, fields: unknown): void {
    this.written.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  }
}
