import { Container, type ServiceIdentifier } from 'inversify';

import { smallSchool } from '../../fixtures/school/whole-school.js';
import { KnexAccountLinkStore } from '../../src/account/account-link-store-knex.js';
import { AccountLinkStore } from '../../src/account/account-link-store.js';
import { KnexSealedSecretStore } from '../../src/account/sealed-secret-store-knex.js';
import { SealedSecretStore } from '../../src/account/sealed-secret-store.js';
import { AesTokenVault, TokenVault } from '../../src/account/token-vault.js';
import { chatModule } from '../../src/chats/chat-module.js';
import { chatWindowsModule } from '../../src/chats/chat-windows-module.js';
import { everythingScope } from '../../src/chats/roster-scope.js';
import { RosterSynchronizer } from '../../src/chats/roster-synchronizer.js';
import { conferenceModule } from '../../src/conferences/conference-module.js';
import { LessonConferences } from '../../src/conferences/lesson-conferences.js';
import { ScheduleFeed } from '../../src/conferences/schedule-feed.js';
import { clockOf, dayOf } from '../../src/conferences/school-time.js';
import { deliveryModule } from '../../src/delivery/delivery-module.js';
import { DoubtStore } from '../../src/delivery/doubt-store.js';
import { LaneRun } from '../../src/delivery/lane-run.js';
import { LaneRunner } from '../../src/delivery/lane-runner.js';
import { LaneStore } from '../../src/delivery/lane-store.js';
import { RateLimiter } from '../../src/delivery/rate-limiter.js';
import {
  CredentialSource,
  WorkSource,
  type CredentialProblem,
  type LaneLease,
} from '../../src/delivery/work-source.js';
import {
  HostDirectory,
  type Lesson,
  type Organization,
  type Page,
  type PageRequest,
  type SchoolClass,
} from '../../src/host/host-directory.js';
import { HostClock, HostDatabase, HostHttp, HostLogger, type FetchHandler } from '../../src/host/host-services.js';
import { HostSession, type SessionContext } from '../../src/host/host-session.js';
import { HostStreams, type ScheduleEvent } from '../../src/host/host-streams.js';
import { feedModule } from '../../src/feed/feed-module.js';
import { httpModule } from '../../src/http/http-module.js';
import { WindowsApi } from '../../src/http/windows-api.js';
import { MessengerFailureText } from '../../src/messenger/messenger-failure-text.js';
import { Messenger } from '../../src/messenger/messenger.js';
import { must } from '../../src/must.js';
import { Right } from '../../src/rights/rights.js';
import { SettingsSource } from '../../src/settings.js';
import { PolledDatabaseClock } from '../../src/storage/database-clock.js';
import { Database, rows } from '../../src/storage/database.js';
import { Notifications } from '../../src/storage/notifications.js';
import { storageModule } from '../../src/storage/storage-module.js';
import { FakeLogger } from '../support/fake-logger.js';
import { FakeSettings } from '../support/fake-settings.js';
import { FakeStreams } from '../support/fake-streams.js';
import { MemoryDirectory, pageOf } from '../support/memory-directory.js';
import { MemoryMessenger } from '../support/memory-messenger.js';
import { NOON_ZONE } from '../support/noon-zone.js';
import { freshDatabase, type TestDatabase } from '../support/test-database.js';

export const SCHOOL = 'school-5';
/** The chat administrator, and their account. */
export const ADMINISTRATOR = 'e2';
export const ADMINISTRATOR_ACCOUNT = '900';
export const EVERY_RIGHT: readonly Right[] = Object.values(Right);
/** Of whoever may do everything with what is theirs, and sees nothing else. */
export const OWN_RIGHTS = EVERY_RIGHT.filter((right) => right !== Right.conferenceView && right !== Right.chatView);

const OWNER = '00000000-0000-4000-8000-000000000001';
const MINUTE_MS = 60_000;

export interface Person {
  readonly personId?: string;
  readonly rights?: readonly Right[];
}
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}
export interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly fields: Record<string, unknown> };
}

/** The small school at noon; its timetable is a list that a test changes. */
class NoonDirectory extends MemoryDirectory {
  timetable: Lesson[] = [];
  /** Classes that are another school's. */
  readonly foreign = new Set<string>();

  override async classesById(ids: readonly string[]): Promise<readonly SchoolClass[]> {
    const found = await super.classesById(ids);
    return found.map((one) => (this.foreign.has(one.id) ? { ...one, organizationId: 'other' } : one));
  }

  override async organizations(page: PageRequest): Promise<Page<Organization>> {
    const found = await super.organizations(page);
    return { ...found, items: found.items.map((one) => ({ ...one, timeZone: NOON_ZONE })) };
  }

  override async organizationsById(ids: readonly string[]): Promise<readonly Organization[]> {
    return (await super.organizationsById(ids)).map((one) => ({ ...one, timeZone: NOON_ZONE }));
  }

  override async lessonsById(ids: readonly string[]): Promise<readonly Lesson[]> {
    return Promise.resolve(this.timetable.filter(({ id }) => ids.includes(id)));
  }

  override async lessons(organizationId: string, from: Date, to: Date, page: PageRequest): Promise<Page<Lesson>> {
    const found = this.timetable.filter(
      (lesson) => lesson.organizationId === organizationId && lesson.startsAt >= from && lesson.startsAt < to,
    );
    return Promise.resolve(pageOf(found, page));
  }
}

/** Conferences with their real stores, API and lanes on a small school; messenger and host are doubles. */
export class ConferenceRig {
  readonly messenger = new MemoryMessenger({ requestsPerSecond: 1000 });
  readonly logger = new FakeLogger();
  readonly streams = new FakeStreams();
  /** How far the process's clock is wrong. */
  clockAheadMs = 0;
  /** Accounts that have no usable token, and why. */
  readonly withoutToken = new Map<string, CredentialProblem>();
  private readonly container = new Container();
  private handler: FetchHandler = () => Promise.reject(new Error('the API is not mounted'));
  private readonly sessions = new Map<string, SessionContext>();
  private lastSession = 0;
  private lastLesson = 0;

  private constructor(
    private readonly testDatabase: TestDatabase,
    readonly directory: NoonDirectory,
    private readonly settings: Readonly<Record<string, unknown>>,
  ) {
    this.bindHost();
    this.container.bind(Messenger).toConstantValue(this.messenger);
    this.container.bind(MessengerFailureText).toConstantValue({ textOf: (code) => `Причина ${code}.` });
    this.container.bind(CredentialSource).toConstantValue({
      accountOf: () => Promise.resolve({ account: ADMINISTRATOR_ACCOUNT }),
      token: (account) => {
        const missing = this.withoutToken.get(account);
        return Promise.resolve(missing === undefined ? { accessToken: 'token' } : { missing });
      },
      refused: () => Promise.resolve(),
    });
    void this.container.load(
      storageModule,
      httpModule,
      feedModule,
      deliveryModule,
      chatModule,
      chatWindowsModule,
      conferenceModule,
    );
    this.container.bind(TokenVault).to(AesTokenVault).inSingletonScope();
    this.container.bind(SealedSecretStore).to(KnexSealedSecretStore).inSingletonScope();
    this.container.bind(AccountLinkStore).to(KnexAccountLinkStore).inSingletonScope();
  }

  /**
   * The school's default chats are there and delivered, the chat administrator is linked.
   * @param settings those that are not the default
   */
  static async start(settings: Readonly<Record<string, unknown>> = {}): Promise<ConferenceRig> {
    const directory = new NoonDirectory(await smallSchool(new Date()));
    directory.chatAdministrators.set(SCHOOL, ADMINISTRATOR);
    const rig = new ConferenceRig(await freshDatabase(), directory, settings);
    rig.container.get(Database).open();
    await rig.container.get(PolledDatabaseClock).start();
    rig.container.get(WindowsApi).mount();
    await rig.container.get(AccountLinkStore).link([
      {
        personId: ADMINISTRATOR,
        profile: { userId: ADMINISTRATOR_ACCOUNT, givenName: 'Олег', familyName: 'Титов' },
        tokens: undefined,
      },
    ]);
    await rig.container.get(RosterSynchronizer).synchronize(SCHOOL, everythingScope());
    await rig.deliver();
    return rig;
  }

  async stop(): Promise<void> {
    await this.feed.stop();
    await this.container.get(LaneRunner).stop();
    await this.container.get(Notifications).close();
    this.container.get(PolledDatabaseClock).stop();
    await this.container.get(Database).close();
    await this.testDatabase.drop();
  }

  get feed(): ScheduleFeed {
    return this.container.get(ScheduleFeed);
  }

  get lessonConferences(): LessonConferences {
    return this.container.get(LessonConferences);
  }

  /** Runs lanes by themselves, as the plugin does. */
  async runLanes(): Promise<void> {
    await this.container.get(Notifications).open();
    this.container.get(LaneRunner).start();
  }

  session({ personId = 'e1', rights = EVERY_RIGHT }: Person = {}): SessionContext {
    return { sessionId: 's', organizationId: SCHOOL, metaroles: [], personId, rights: new Set(rights) };
  }

  async ask<T>(method: string, path: string, body?: unknown, person: Person = {}): Promise<Answer<T>> {
    const id = String(++this.lastSession);
    this.sessions.set(id, this.session(person));
    const response = await this.handler(
      new Request(`http://school.example${path}`, {
        method,
        headers: { 'x-session': id },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return { status: response.status, body: (await response.json()) as T };
  }

  /** Somebody without a session asks. */
  fetch(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.handler(new Request(`http://school.example${path}`, { headers }));
  }

  get<T>(service: ServiceIdentifier<T>): T {
    return this.container.get(service);
  }

  getAll<T>(service: ServiceIdentifier<T>): T[] {
    return this.container.getAll(service);
  }

  /** Drives the school's lane for as long as something is due now. */
  async deliver(messenger: Messenger = this.messenger): Promise<void> {
    const store = this.container.get(LaneStore);
    for (let lease = await store.take(OWNER, 60_000); lease !== undefined; lease = await store.take(OWNER, 60_000)) {
      const never = new AbortController().signal;
      const clock = this.container.get(HostClock);
      const services = {
        sources: [...this.container.getAll(WorkSource)].sort((a, b) => a.priority - b.priority),
        credentials: this.container.get(CredentialSource),
        ...{ messenger, store, logger: this.logger, doubts: this.container.get(DoubtStore) },
        monotonicMs: () => performance.now(),
        limiter: new RateLimiter(clock, messenger.abilities.requestsPerSecond),
      };
      await new LaneRun(services, lease, { halt: never, cut: never }).run();
    }
  }

  /** Takes the school's lane as another process would, to ask its sources by hand. */
  async take(): Promise<LaneLease> {
    await this.sql(`update delivery_lane set due_at = now(), owner = null, leased_until = null`);
    return must(await this.container.get(LaneStore).take(OWNER, 60_000), 'lane');
  }

  /** Time has come for everything that has a time. */
  async everythingDue(): Promise<void> {
    await this.sql(`update conference set due_at = now() where due_at is not null`);
    await this.sql(`update delivery_lane set due_at = now()`);
  }

  /** Another process may take every lane at once: the one that held them is dead. */
  async forgetLeases(): Promise<void> {
    await this.sql(`update delivery_lane set owner = null, leased_until = null, due_at = now()`);
  }

  sql<T>(statement: string, bindings: Record<string, unknown> = {}): Promise<T[]> {
    return rows<T>(this.container.get(Database).knex, statement, bindings);
  }

  /** Moves a conference in time, as if time had passed. */
  async shift(conferenceId: string, startsInMinutes: number, endsInMinutes: number): Promise<void> {
    await this.sql(
      `update conference set starts_at = now() + :startsIn * interval '1 minute',
         ends_at = now() + :endsIn * interval '1 minute', due_at = now() where conference_id = :conferenceId::uuid`,
      { conferenceId, startsIn: startsInMinutes, endsIn: endsInMinutes },
    );
    await this.sql(`update delivery_lane set due_at = now()`);
  }

  /** A lesson in the timetable; from ten minutes ago until in half an hour by default. */
  lesson(more: Partial<Lesson> = {}, startsInMinutes = -10, lengthMinutes = 40): Lesson {
    const startsAt = new Date(Math.floor(Date.now() / MINUTE_MS + startsInMinutes) * MINUTE_MS);
    const lesson: Lesson = {
      ...{ id: `lesson-${++this.lastLesson}`, organizationId: SCHOOL, classOrGroupId: '2022a' },
      ...{ subject: 'Математика', title: 'Дроби', teacherId: 'e4', startsAt, cancelled: false },
      endsAt: new Date(startsAt.getTime() + lengthMinutes * MINUTE_MS),
      ...more,
    };
    this.directory.timetable.push(lesson);
    return lesson;
  }

  change(lessonId: string, more: Partial<Lesson> | undefined): void {
    const { timetable } = this.directory;
    this.directory.timetable = timetable.flatMap((lesson) => {
      if (lesson.id !== lessonId) return [lesson];
      return more === undefined ? [] : [{ ...lesson, ...more }];
    });
  }

  /** Says so in the schedule stream and waits for what follows. */
  async announce(kind: Exclude<ScheduleEvent['kind'], 'gap'>, lessonId: string): Promise<void> {
    this.streams.schedule.next({ ...this.streams.next(SCHOOL), kind, lessonId });
    await this.feed.idle();
  }

  /** Day and times of the school's wall clock, as the form has them. */
  times(startsAt: Date, endsAt: Date): { date: string; startTime: string; endTime: string } {
    return {
      date: dayOf(startsAt, NOON_ZONE),
      startTime: clockOf(startsAt, NOON_ZONE),
      endTime: clockOf(endsAt, NOON_ZONE),
    };
  }

  /** Tomorrow, noon to a quarter to one. */
  tomorrow(): { date: string; startTime: string; endTime: string } {
    return {
      date: dayOf(new Date(Date.now() + 24 * 60 * MINUTE_MS), NOON_ZONE),
      startTime: '12:00',
      endTime: '12:45',
    };
  }

  async chatId(kind: string, sourceId = ''): Promise<string> {
    const found = await this.sql<{ chat_id: string }>(
      `select chat_id from chat where kind = :kind and source_id = :sourceId`,
      { kind, sourceId },
    );
    return found[0]?.chat_id ?? '';
  }

  private bindHost(): void {
    const { container } = this;
    container.bind(HostDatabase).toConstantValue({ connectionString: this.testDatabase.connectionString });
    container.bind(HostLogger).toConstantValue(this.logger);
    container.bind(HostDirectory).toConstantValue(this.directory);
    container.bind(HostStreams).toConstantValue(this.streams);
    container.bind(SettingsSource).toConstantValue(new FakeSettings(this.settings));
    container.bind(HostClock).toConstantValue({
      now: () => new Date(Date.now() + this.clockAheadMs),
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    });
    container.bind(HostSession).toConstantValue({
      current: (request) => Promise.resolve(this.sessions.get(request.headers.get('x-session') ?? '')),
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
}
