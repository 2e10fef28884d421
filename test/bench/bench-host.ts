import { Container } from 'inversify';
import { Subject } from 'rxjs';

import { SystemClock } from '../../fixtures/host/services/system-clock.js';
import { EnrollmentFeed } from '../../src/chats/enrollment-feed.js';
import { AccountLinkImport } from '../../src/host/account-link-import.js';
import {
  LessonJournalButtonContribution,
  OrganizationSettingContribution,
} from '../../src/host/contribution-points.js';
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
import { HostStreams, type EnrollmentEvent, type ScheduleEvent } from '../../src/host/host-streams.js';
import { PluginLifecycle } from '../../src/host/plugin-definition.js';
import plugin from '../../src/index.js';
import { Right } from '../../src/rights/rights.js';

export interface BenchHostOptions {
  readonly connectionString: string;
  readonly directory: HostDirectory;
  /** Address of the VK stand-in; absent: nothing is ever sent. */
  readonly vkUrl?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Application that the stand-in knows the plugin by. */
export const APPLICATION_ID = '53000000';
export const SCOPES = ['vkid.personal_info', 'messages'];
/** Where the plugin believes to be mounted. */
export const BASE_URL = 'http://127.0.0.1/plugins/sferum';
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9';
/** The same in every process: they read each other's tokens. */
const TOKEN_KEY = Buffer.alloc(32, 'bench').toString('base64');

/** A host that is nothing but memory: only the plugin costs anything. */
export class BenchHost {
  readonly enrollment = new Subject<EnrollmentEvent>();
  readonly schedule = new Subject<ScheduleEvent>();
  private readonly container = new Container();
  private handler: FetchHandler | undefined;
  private position = 0;
  private session: SessionContext | undefined;

  constructor(options: BenchHostOptions) {
    const { container } = this;
    container.bind(HostDirectory).toConstantValue(options.directory);
    container.bind(HostStreams).toConstantValue({ enrollment: this.enrollment, schedule: this.schedule });
    container.bind(HostSession).toConstantValue({ current: () => Promise.resolve(this.session) });
    container.bind(HostSettings).toConstantValue({ values: settingsOf(options) });
    container.bind(HostLogger).toConstantValue(STDERR_LOGGER);
    container.bind(HostClock).toConstantValue(new SystemClock());
    container.bind(HostDatabase).toConstantValue({ connectionString: options.connectionString });
    container.bind(HostHttp).toConstantValue({
      baseUrl: BASE_URL,
      desktopUrl: 'http://127.0.0.1/',
      mount: (handler: FetchHandler) => {
        this.handler = handler;
        return () => (this.handler = undefined);
      },
    });
  }

  async load(): Promise<this> {
    await this.container.loadAsync(...plugin.modules);
    return this;
  }

  start(): Promise<void> {
    return this.container.get(PluginLifecycle).start();
  }

  stop(): Promise<void> {
    return this.container.get(PluginLifecycle).stop();
  }

  /** Resolves when what events and settings asked for is written. */
  rosterIdle(): Promise<void> {
    return this.container.get(EnrollmentFeed).idle();
  }

  get links(): AccountLinkImport {
    return this.container.get(AccountLinkImport);
  }

  /** The host stored another chat administrator. */
  async settingsChanged(organizationId: string): Promise<void> {
    for (const setting of this.container.getAll(OrganizationSettingContribution)) {
      await setting.changed(organizationId);
    }
  }

  button(id: string): LessonJournalButtonContribution {
    const found = this.container
      .getAll<LessonJournalButtonContribution>(LessonJournalButtonContribution)
      .find((button) => button.id === id);
    if (found === undefined) throw new Error(`the plugin has no button ${id}`);
    return found;
  }

  /** Signs a person in, with every right of the plugin. */
  signIn(personId: string, organizationId: string): SessionContext {
    const rights = new Set<string>(Object.values(Right));
    return (this.session = { sessionId: 'bench', personId, organizationId, metaroles: [], rights });
  }

  get(path: string): Promise<Response> {
    return this.ask('GET', path);
  }

  /** What a window asks in the name of whoever is signed in. @param body sent as JSON */
  async ask(method: string, path: string, body?: object): Promise<Response> {
    if (this.handler === undefined) throw new Error('the plugin has mounted nothing');
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.handler(new Request(`http://127.0.0.1${path}`, { method, ...json }));
  }

  transferred(organizationId: string, studentId: string, fromClassId: string, toClassId: string): void {
    this.position += 1;
    const base = { id: String(this.position), position: this.position, at: new Date(), organizationId };
    this.enrollment.next({ ...base, kind: 'student.transferred', studentId, fromClassId, toClassId });
  }
}

function settingsOf({ vkUrl = NOWHERE, settings }: BenchHostOptions): Readonly<Record<string, unknown>> {
  return {
    vkApplicationId: APPLICATION_ID,
    vkIdUrl: vkUrl,
    vkApiUrl: `${vkUrl}/method`,
    messengerUrl: `${vkUrl}/`,
    vkScopes: SCOPES,
    tokenKeys: [{ id: 'bench', key: TOKEN_KEY }],
    ...settings,
  };
}

const complain = (message: string, fields?: object): void =>
  void process.stderr.write(`${message} ${JSON.stringify(fields ?? {})}\n`);
const STDERR_LOGGER: HostLogger = { debug: () => undefined, info: () => undefined, warn: complain, error: complain };
