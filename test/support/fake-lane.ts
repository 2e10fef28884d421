import type { LaneRequest, LaneStop, LaneStore, LaneView } from '../../src/delivery/lane-store.js';
import type {
  CredentialProblem,
  CredentialSource,
  LaneLease,
  WorkItem,
  WorkResult,
  WorkSource,
} from '../../src/delivery/work-source.js';
import type { MessengerFailure } from '../../src/messenger/messenger.js';

/** Calls that wait in a list; what is booked is written down. */
export class FakeWorkSource implements WorkSource {
  readonly intended: WorkItem[] = [];
  readonly settled: WorkResult[] = [];
  waiting: WorkItem[] = [];
  dueAt: Date | undefined;
  /** Runs before items are handed out. */
  asked: () => void = () => undefined;

  constructor(readonly priority: number) {}

  /** Adds renames, one per title, that tell calls apart. */
  want(account: string, ...titles: string[]): this {
    const calls = titles.map((title) => ({ kind: 'chat.rename' as const, chatId: '1', title }));
    this.waiting.push(...calls.map((call) => ({ call, account, context: undefined })));
    return this;
  }

  async next(_lease: LaneLease, _account: string, limit: number): Promise<readonly WorkItem[]> {
    this.asked();
    return Promise.resolve(this.waiting.slice(0, limit));
  }

  async intend(_lease: LaneLease, items: readonly WorkItem[]): Promise<void> {
    this.intended.push(...items);
    return Promise.resolve();
  }

  async settle(_lease: LaneLease, results: readonly WorkResult[]): Promise<void> {
    this.settled.push(...results);
    const done = new Set(
      results.filter(({ result }) => result.ok || result.failure.class !== 'rate').map(({ item }) => item),
    );
    this.waiting = this.waiting.filter((item) => !done.has(item));
    return Promise.resolve();
  }

  async nextDueAt(): Promise<Date | undefined> {
    return Promise.resolve(this.dueAt);
  }
}

/** One account whose token is there, or a problem by account. */
export class FakeCredentials implements CredentialSource {
  readonly refusals: { readonly account: string; readonly accessToken: string; readonly code: string }[] = [];
  readonly problems = new Map<string, CredentialProblem>();
  account: { readonly account: string } | { readonly missing: CredentialProblem } = { account: '100' };

  async accountOf(): Promise<{ readonly account: string } | { readonly missing: CredentialProblem }> {
    return Promise.resolve(this.account);
  }

  async token(account: string): Promise<{ readonly accessToken: string } | { readonly missing: CredentialProblem }> {
    const missing = this.problems.get(account);
    return Promise.resolve(missing === undefined ? { accessToken: `token-of-${account}` } : { missing });
  }

  async refused(account: string, accessToken: string, failure: MessengerFailure): Promise<void> {
    this.refusals.push({ account, accessToken, code: failure.code });
    this.problems.set(account, 'credential.broken');
    return Promise.resolve();
  }
}

/** Lanes in memory: each waiting organisation is handed out once per wake. */
export class FakeLaneStore implements LaneStore {
  readonly waiting: string[] = [];
  readonly releases: { readonly organizationId: string; readonly dueAt: Date | undefined; readonly stop?: LaneStop }[] =
    [];
  readonly rates: number[] = [];
  prolonged = 0;
  /** Answers of the heartbeat. */
  prolongs: () => Promise<boolean> = () => Promise.resolve(true);
  private fence = 0;

  async take(owner: string): Promise<LaneLease | undefined> {
    const organizationId = this.waiting.shift();
    if (organizationId === undefined) return Promise.resolve(undefined);
    return Promise.resolve({ organizationId, owner, fence: String(++this.fence) });
  }

  async prolong(): Promise<boolean> {
    this.prolonged += 1;
    return this.prolongs();
  }

  async release(lease: LaneLease, dueAt: Date | undefined, stop?: LaneStop): Promise<void> {
    this.releases.push({ organizationId: lease.organizationId, dueAt, ...(stop && { stop }) });
    return Promise.resolve();
  }

  async recordRequest(_lease: LaneLease, { ratePerSecond }: LaneRequest): Promise<void> {
    this.rates.push(ratePerSecond);
    return Promise.resolve();
  }

  async nextDueAt(): Promise<Date | undefined> {
    return Promise.resolve(undefined);
  }

  async resume(organizationId: string): Promise<void> {
    this.waiting.push(organizationId);
    return Promise.resolve();
  }

  async view(): Promise<LaneView | undefined> {
    return Promise.resolve(undefined);
  }
}
