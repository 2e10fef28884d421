import type { HostClock, HostLogger } from '../host/host-services.js';
import type { Messenger, MessengerFailure, MessengerResult } from '../messenger/messenger.js';
import type { LaneStop, LaneStore } from './lane-store.js';
import type { RateLimiter } from './rate-limiter.js';
import type { CredentialProblem, CredentialSource, LaneLease, WorkItem, WorkSource } from './work-source.js';

export interface LaneRunServices {
  readonly sources: readonly WorkSource[];
  readonly credentials: CredentialSource;
  readonly messenger: Messenger;
  readonly limiter: RateLimiter;
  readonly store: LaneStore;
  readonly clock: HostClock;
  readonly logger: HostLogger;
}

interface SourcedItem {
  readonly source: WorkSource;
  readonly item: WorkItem;
}

/** How long a lane rests when the provider is away or the messenger asked for a person. */
const REST_MS = 60_000;
const PERSON_NEEDED_REST_MS = 15 * 60_000;
const BACKLOG_EVERY_MS = 5_000;
/** Weight of the newest request in the rate that is shown. */
const RATE_WEIGHT = 0.3;

/**
 * Drives one lane from taking to giving back: asks the sources for their next calls, sends them in packs at the
 * messenger's pace, hands the results back, until nothing is due or something stops it.
 */
export class LaneRun {
  private stop: LaneStop | undefined;
  private rate: number | undefined;
  private countedAt = -Infinity;

  constructor(
    private readonly services: LaneRunServices,
    private readonly lease: LaneLease,
    /** `halt`: begin nothing new; `cut`: end the request that is under way. */
    private readonly signals: { readonly halt: AbortSignal; readonly cut: AbortSignal },
  ) {}

  /** @throws LeaseLostError; the lane is another process's business then */
  async run(): Promise<void> {
    while (!this.signals.halt.aborted && this.stop === undefined) {
      const account = await this.account();
      if (account === undefined) break;
      const pack = await this.nextPack(account);
      if (pack.length === 0) break;
      await this.send(pack, account);
    }
    await this.giveBack();
  }

  private async account(): Promise<string | undefined> {
    const found = await this.services.credentials.accountOf(this.lease.organizationId);
    if ('account' in found) return found.account;
    this.stop = { code: found.missing, until: undefined };
    return undefined;
  }

  /** Calls of one account, as many as travel together; the account is the most urgent call's. */
  private async nextPack(account: string): Promise<SourcedItem[]> {
    const room = this.services.messenger.abilities.callsPerRequest;
    const pack: SourcedItem[] = [];
    for (const source of this.services.sources) {
      const items = await source.next(this.lease, account, room - pack.length);
      pack.push(...items.map((item) => ({ source, item })));
      if (pack.length >= room) break;
    }
    const first = pack[0]?.item.account;
    return pack.filter(({ item }) => item.account === first);
  }

  private async send(pack: readonly SourcedItem[], runningAccount: string): Promise<void> {
    const account = pack[0]?.item.account ?? runningAccount;
    const token = await this.services.credentials.token(account);
    if ('missing' in token) {
      if (account === runningAccount) this.stopWithout(token.missing);
      else
        await this.book(
          pack,
          pack.map(() => withoutToken(token.missing)),
        );
      return;
    }
    await this.services.limiter.take(account);
    if (this.signals.halt.aborted) return;
    await this.eachSource(pack, (source, entries) =>
      source.intend(
        this.lease,
        entries.map(({ item }) => item),
      ),
    );
    const startedAt = this.services.clock.now().getTime();
    const results = await this.services.messenger.send(
      { accessToken: token.accessToken, userId: account },
      pack.map(({ item }) => item.call),
      this.signals.cut,
    );
    await this.book(pack, results);
    await this.react(account, token.accessToken, results);
    await this.measure(results, startedAt, await this.backlog());
  }

  private stopWithout(problem: CredentialProblem): void {
    const away = problem === 'credential.provider-away';
    this.stop = { code: problem, until: away ? new Date(this.services.clock.now().getTime() + REST_MS) : undefined };
  }

  private async book(pack: readonly SourcedItem[], results: readonly MessengerResult[]): Promise<void> {
    const booked = pack.flatMap((entry, index) => {
      const result = results[index];
      return result === undefined ? [] : [{ ...entry, result }];
    });
    await this.eachSource(booked, (source, entries) => source.settle(this.lease, entries));
  }

  private async eachSource<E extends SourcedItem>(
    entries: readonly E[],
    act: (source: WorkSource, entries: readonly E[]) => Promise<void>,
  ): Promise<void> {
    for (const source of new Set(entries.map((entry) => entry.source))) {
      await act(
        source,
        entries.filter((entry) => entry.source === source),
      );
    }
  }

  /** What concerns the whole lane: the pace, the token, a stop. */
  private async react(account: string, accessToken: string, results: readonly MessengerResult[]): Promise<void> {
    const failures = results.flatMap((result) => (result.ok ? [] : [result.failure]));
    const rate = failures.find((failure) => failure.class === 'rate');
    if (rate !== undefined) this.services.limiter.pause(account, rate.retryAfterMs ?? REST_MS);
    const refused = failures.find((failure) => failure.class === 'credential');
    if (refused !== undefined) await this.services.credentials.refused(account, accessToken, refused);
    const stopping = failures.find((failure) => failure.class === 'stop' || failure.class === 'person-needed');
    if (stopping !== undefined) this.stopFor(stopping);
  }

  private stopFor(failure: MessengerFailure): void {
    const restMs = failure.retryAfterMs ?? PERSON_NEEDED_REST_MS;
    this.stop = { code: failure.code, until: new Date(this.services.clock.now().getTime() + restMs) };
    this.services.logger.warn('deliveries of an organization stop', {
      organizationId: this.lease.organizationId,
      code: failure.code,
      restMs,
    });
  }

  /** Counted now and then: it is for showing. */
  private async backlog(): Promise<number | undefined> {
    const now = this.services.clock.now().getTime();
    if (now - this.countedAt < BACKLOG_EVERY_MS) return undefined;
    this.countedAt = now;
    const { organizationId } = this.lease;
    const counts = await Promise.all(
      this.services.sources.map(async (source) => (await source.backlog?.(organizationId)) ?? 0),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  private async measure(
    results: readonly MessengerResult[],
    startedAt: number,
    backlog: number | undefined,
  ): Promise<void> {
    const seconds = Math.max(0.001, (this.services.clock.now().getTime() - startedAt) / 1000);
    const paced = Math.max(seconds, 1 / this.services.messenger.abilities.requestsPerSecond);
    const now = results.filter((result) => result.ok).length / paced;
    this.rate = this.rate === undefined ? now : this.rate * (1 - RATE_WEIGHT) + now * RATE_WEIGHT;
    await this.services.store.recordRequest(this.lease, {
      ratePerSecond: this.rate,
      calls: results.length,
      failed: results.filter((result) => !result.ok).length,
      refused: results.some((result) => !result.ok && result.failure.class === 'rate'),
      backlog,
    });
  }

  private async giveBack(): Promise<void> {
    const times = await Promise.all(this.services.sources.map((source) => source.nextDueAt(this.lease.organizationId)));
    const due = times.filter((time) => time !== undefined).sort((a, b) => a.getTime() - b.getTime())[0];
    await this.services.store.release(this.lease, due, this.stop);
  }
}

/** Calls that need another account's token fail by themselves; the rest of the lane goes on. */
function withoutToken(code: CredentialProblem): MessengerResult {
  return { ok: false, failure: { class: 'retry', code } };
}
