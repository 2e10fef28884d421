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
  readonly settled: WorkResult[] = [];
  readonly stalled: { readonly subjectIds: readonly string[]; readonly code: string }[] = [];
  waiting: WorkItem[] = [];
  dueAt: Date | undefined;
  /** Runs before items are handed out. */
  asked: () => void = () => undefined;
  /** Runs before results are booked. */
  settling: (results: readonly WorkResult[]) => void = () => undefined;
  /** Hands out so many calls more than it is asked for. */
  tooMany = 0;

  constructor(readonly priority: number) {}

  /** Adds renames, one per title, that tell calls apart; each is of a subject of its own. */
  want(account: string, ...titles: string[]): this {
    const calls = titles.map((title) => ({ kind: 'chat.rename' as const, chatId: '1', title }));
    this.waiting.push(...calls.map((call) => ({ call, account, subjectId: call.title, context: undefined })));
    return this;
  }

  async next(_lease: LaneLease, _account: string | undefined, limit: number): Promise<readonly WorkItem[]> {
    await Promise.resolve();
    this.asked();
    return this.waiting.slice(0, limit + this.tooMany);
  }

  async settle(_lease: LaneLease, results: readonly WorkResult[]): Promise<void> {
    await Promise.resolve();
    this.settling(results);
    this.settled.push(...results);
    const done = results.filter(({ result }) => result.ok || result.failure.class !== 'rate');
    this.leave(done.map(({ item }) => item));
  }

  async stall(_lease: LaneLease, subjectIds: readonly string[], code: string): Promise<void> {
    await Promise.resolve();
    this.stalled.push({ subjectIds, code });
    this.leave(this.waiting.filter(({ subjectId }) => subjectIds.includes(subjectId)));
  }

  async nextDueAt(): Promise<Date | undefined> {
    return Promise.resolve(this.dueAt);
  }

  private leave(items: readonly WorkItem[]): void {
    this.waiting = this.waiting.filter((item) => !items.includes(item));
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
