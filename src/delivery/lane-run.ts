import { randomUUID } from 'node:crypto';

import type { HostLogger } from '../host/host-services.js';
import { hasEffect, isSure, refused } from '../messenger/messenger-result.js';
import type {
  ExternalUserId,
  Messenger,
  MessengerCallKind,
  MessengerFailure,
  MessengerResult,
} from '../messenger/messenger.js';
import type { DoubtStore } from './doubt-store.js';
import { failsAgain } from './lane-failure.js';
import { isSplit, judged, kindsOf, LaneResults, type SentItem, type SourcedItem } from './lane-results.js';
import type { LaneStop, LaneStore } from './lane-store.js';
import { PackRoom } from './pack-room.js';
import { RepeatedQuestions } from './repeated-questions.js';
import { RestingKinds } from './resting-kinds.js';
import type { RateLimiter } from './rate-limiter.js';
import {
  LeaseLostError,
  type CredentialProblem,
  type CredentialSource,
  type LaneLease,
  type WorkItem,
  type WorkSource,
} from './work-source.js';

export interface LaneRunServices {
  /** In the order of their priority. */
  readonly sources: readonly WorkSource[];
  readonly credentials: CredentialSource;
  readonly messenger: Messenger;
  readonly limiter: RateLimiter;
  readonly store: LaneStore;
  readonly doubts: DoubtStore;
  readonly logger: HostLogger;
  /** A time that never jumps, in milliseconds. */
  readonly monotonicMs: () => number;
}

/** What the runner remembers of a lane from one run to the next. */
export interface LaneMemory {
  readonly room?: PackRoom;
  readonly resting?: RestingKinds;
  /** The lane rests for so long after this run, since it is taken again and again without doing anything. */
  readonly notBeforeMs?: number;
}

/** What a run came to. */
export interface LaneRunOutcome {
  readonly requests: number;
  /** The sources say that something is due now, and yet there was nothing to do. */
  readonly contradictory: boolean;
}

interface RunningAccount {
  readonly account: ExternalUserId;
  readonly accessToken: string;
}

/** How long a lane rests when the provider is away, a source fails, or the messenger asked for a person. */
const REST_MS = 60_000;
const PERSON_NEEDED_REST_MS = 15 * 60_000;
const BACKLOG_EVERY_MS = 5_000;
/** Weight of the newest request in the rate that is shown. */
const RATE_WEIGHT = 0.3;

/**
 * Drives one lane from taking to giving back: asks the sources for their next calls, books them, sends them in packs at
 * the messenger's pace, hands the results back, until nothing is due or something stops it.
 */
export class LaneRun {
  private stop: LaneStop | undefined;
  /** Why the last look found no account that can be used; one that is found later in the run lifts it. */
  private missing: LaneStop | undefined;
  private rate: number | undefined;
  private countedAt = -Infinity;
  private requests = 0;
  private readonly room: PackRoom;
  private readonly resting: RestingKinds;
  /** Calls of kinds that rest, as they were booked in this run. */
  private readonly rested = new Set<string>();
  private readonly failedSources = new Set<WorkSource>();
  private readonly questions = new RepeatedQuestions();
  private readonly results: LaneResults;

  constructor(
    private readonly services: LaneRunServices,
    private readonly lease: LaneLease,
    /** `halt`: begin nothing new; `cut`: end the request that is under way. */
    private readonly signals: { readonly halt: AbortSignal; readonly cut: AbortSignal },
    private readonly memory: LaneMemory = {},
  ) {
    this.room = memory.room ?? new PackRoom(services.messenger.abilities.callsPerRequest);
    this.resting = memory.resting ?? new RestingKinds();
    this.results = new LaneResults(lease, services.logger);
  }

  /** @throws LeaseLostError; the lane is another process's business then */
  async run(): Promise<LaneRunOutcome> {
    while (!this.signals.halt.aborted && !this.rests()) {
      const account = await this.account();
      if (this.rests()) break;
      const pack = await this.nextPack(account);
      if (pack.length === 0) break;
      await this.send(await this.withoutResting(pack), account);
    }
    return this.giveBack();
  }

  private rests(): boolean {
    return this.stop !== undefined && this.stop.restMs !== 0;
  }

  /** The account that runs the chats, if it can be used; otherwise what other accounts can do goes on. */
  private async account(): Promise<RunningAccount | undefined> {
    this.missing = undefined;
    const found = await this.services.credentials.accountOf(this.lease.organizationId);
    if ('missing' in found) {
      this.missing = { code: found.missing, restMs: 0 };
      return undefined;
    }
    const token = await this.services.credentials.token(found.account);
    if ('accessToken' in token) return { account: found.account, accessToken: token.accessToken };
    if (token.missing === 'credential.provider-away') this.stop = { code: token.missing, restMs: REST_MS };
    else this.missing = { code: token.missing, restMs: 0 };
    return undefined;
  }

  /** Calls of one account, as many as travel together; the account is the most urgent call's. */
  private async nextPack(running: RunningAccount | undefined): Promise<SourcedItem[]> {
    const pack: SourcedItem[] = [];
    for (const source of this.services.sources) {
      const items = await this.itemsOf(source, running?.account, this.room.most - pack.length);
      pack.push(...items.map((item) => ({ source, item })));
      if (pack.length >= this.room.most) break;
    }
    const first = pack[0]?.item.account;
    const ofOne = pack.filter(({ item }) => item.account === first);
    return ofOne.slice(0, this.room.fitting(kindsOf(ofOne)));
  }

  private async itemsOf(
    source: WorkSource,
    account: ExternalUserId | undefined,
    limit: number,
  ): Promise<readonly WorkItem[]> {
    if (this.failedSources.has(source)) return [];
    let items: readonly WorkItem[];
    try {
      items = await source.next(this.lease, account, limit);
    } catch (error) {
      if (error instanceof LeaseLostError || !failsAgain(error)) throw error;
      // What one feature cannot read does not keep the others from their work.
      this.failedSources.add(source);
      this.stop = { code: 'delivery.source-failed', restMs: 0 };
      this.logError('a source of deliveries fails, the others go on', error);
      return [];
    }
    if (items.length > limit) {
      this.services.logger.error('a source hands out more calls than it was asked for, the rest is left out', {
        organizationId: this.lease.organizationId,
        asked: limit,
        given: items.length,
      });
    }
    return items.slice(0, limit);
  }

  /** Calls of a kind that rests are not sent: each is booked with the verdict on its kind, and rests as long. */
  private async withoutResting(pack: readonly SourcedItem[]): Promise<readonly SourcedItem[]> {
    const { going, resting } = this.resting.divide(pack, this.services.monotonicMs());
    const known = this.rested.size;
    for (const { item } of resting) this.rested.add(JSON.stringify([item.subjectId, item.account, item.call]));
    if (going.length === 0 && this.rested.size === known) {
      // A source that hands out again what was booked as resting would do so for ever.
      this.stop = { code: 'delivery.source-failed', restMs: REST_MS };
    }
    await this.results.book(resting);
    return going;
  }

  private async send(pack: readonly SourcedItem[], running: RunningAccount | undefined): Promise<void> {
    const account = pack[0]?.item.account;
    if (account === undefined) return;
    const token = running?.account === account ? running : await this.services.credentials.token(account);
    if ('missing' in token) return this.sendWithout(token.missing, pack);
    await this.services.limiter.take(account, this.signals.halt);
    if (this.signals.halt.aborted) return;
    const sent = await this.bookSent(pack);
    this.requests += 1;
    const startedAt = this.services.monotonicMs();
    const results = await this.services.messenger.send(
      { accessToken: token.accessToken, userId: account },
      pack.map(({ item }) => item.call),
      this.signals.cut,
    );
    await this.results.book(await this.withoutSplit(sent, results));
    await this.react(account, token.accessToken, pack, results);
    if (this.questions.add(pack.flatMap(({ item }, index) => (results[index]?.ok ? [item] : [])))) this.stopRepeating();
    await this.measure(results, startedAt, await this.backlog());
  }

  /** Calls of an account whose token is gone fail by themselves; one that is only away for a while stops the lane. */
  private async sendWithout(problem: CredentialProblem, pack: readonly SourcedItem[]): Promise<void> {
    if (problem === 'credential.provider-away') {
      this.stop = { code: problem, restMs: REST_MS };
      return;
    }
    const result = refused({ class: 'permanent', code: problem, scope: 'credential', effect: 'none' });
    await this.results.book(pack.map((entry) => ({ ...entry, doubtId: undefined, result })));
  }

  private async bookSent(pack: readonly SourcedItem[]): Promise<SentItem[]> {
    const sent = pack.map((entry) => ({ ...entry, doubtId: hasEffect(entry.item.call) ? randomUUID() : undefined }));
    await this.services.doubts.book(
      this.lease,
      sent.flatMap(({ item: { call, account, subjectId, people = new Map() }, doubtId }) =>
        doubtId !== undefined && hasEffect(call) ? [{ doubtId, subjectId, people, account, call }] : [],
      ),
      this.services.messenger.abilities.effectWithinMs,
    );
    return sent;
  }

  /**
   * Of a request that was refused as a whole nothing is booked on its parts: they are due still, and go again in smaller
   * packs, down to single ones. A single one that is refused so is judged.
   */
  private async withoutSplit(
    sent: readonly SentItem[],
    results: readonly MessengerResult[],
  ): Promise<readonly (SentItem & { readonly result: MessengerResult })[]> {
    const answered = sent.flatMap((entry, index) => {
      const result = results[index];
      return result === undefined ? [] : [{ ...entry, result }];
    });
    if (sent.length === 1) {
      if (!answered.some(({ result }) => isSplit(result))) this.room.taken(kindsOf(sent));
      return answered.map(({ result, ...entry }) => ({ ...entry, result: judged(result) }));
    }
    const split = answered.filter(({ result }) => isSplit(result));
    if (split.length === 0) {
      this.room.taken(kindsOf(sent));
      return answered;
    }
    this.room.refused(kindsOf(sent));
    this.services.logger.warn('a request was refused as a whole, its calls go again in smaller packs', {
      organizationId: this.lease.organizationId,
      calls: sent.length,
      next: this.room.fitting(kindsOf(sent)),
    });
    const undone = split.filter(({ result }) => isSure(result)).flatMap(({ doubtId }) => doubtId ?? []);
    await this.services.doubts.end(this.lease, undone);
    return answered.filter(({ result }) => !isSplit(result));
  }

  /** What concerns the whole lane: the pace, the token, a stop. */
  private async react(
    account: string,
    accessToken: string,
    pack: readonly SourcedItem[],
    results: readonly MessengerResult[],
  ): Promise<void> {
    for (const [index, result] of results.entries()) {
      const kind = pack[index]?.item.call.kind;
      if (!result.ok && result.failure.class === 'flood' && kind !== undefined)
        this.rest(account, kind, result.failure);
    }
    const failures = results.flatMap((result) => (result.ok ? [] : [result.failure]));
    const rate = failures.find((failure) => failure.class === 'rate');
    if (rate !== undefined) this.services.limiter.pause(account, rate.retryAfterMs ?? REST_MS);
    const refusal = failures.find((failure) => failure.class === 'credential');
    if (refusal !== undefined) await this.services.credentials.refused(account, accessToken, refusal);
    const stopping = failures.find((failure) => failure.class === 'stop' || failure.class === 'person-needed');
    if (stopping !== undefined) this.stopFor(stopping);
  }

  private rest(account: string, kind: MessengerCallKind, failure: MessengerFailure): void {
    this.resting.add(account, kind, failure, this.services.monotonicMs());
    this.services.logger.warn('the messenger takes no more calls of a kind from an account for a while', {
      ...{ organizationId: this.lease.organizationId, kind, code: failure.code, restMs: failure.retryAfterMs },
    });
  }

  private stopFor(failure: MessengerFailure): void {
    const restMs = failure.retryAfterMs ?? PERSON_NEEDED_REST_MS;
    this.stop = { code: failure.code, restMs };
    this.services.logger.warn('deliveries of an organization stop', {
      organizationId: this.lease.organizationId,
      code: failure.code,
      restMs,
    });
  }

  private stopRepeating(): void {
    this.stop = { code: 'delivery.source-failed', restMs: REST_MS };
    const { organizationId } = this.lease;
    this.services.logger.error('a source asks the same again and again, the lane rests', { organizationId });
  }

  private logError(message: string, error: unknown): void {
    this.services.logger.error(message, { organizationId: this.lease.organizationId, error: String(error) });
  }

  /** Counted now and then: it is for showing. */
  private async backlog(): Promise<number | undefined> {
    const now = this.services.monotonicMs();
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
    const seconds = Math.max(0.001, (this.services.monotonicMs() - startedAt) / 1000);
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

  private async giveBack(): Promise<LaneRunOutcome> {
    const times = await Promise.all(
      this.services.sources
        .filter((source) => !this.failedSources.has(source))
        .map((source) => source.nextDueAt(this.lease.organizationId)),
    );
    const dueAt = times.filter((time) => time !== undefined).sort((a, b) => a.getTime() - b.getTime())[0];
    const failed = this.failedSources.size > 0;
    const idle = this.requests === 0 && !failed && !this.signals.halt.aborted && !this.rests();
    const notBeforeMs = failed ? REST_MS : idle ? this.memory.notBeforeMs : undefined;
    const { dueAtOnce } = await this.services.store.release(this.lease, {
      // When a source that fails has something to do is not known: it is asked again after its rest.
      dueAt: failed ? new Date(0) : dueAt,
      ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
      stop: this.stop ?? this.missing,
    });
    return { requests: this.requests, contradictory: idle && dueAtOnce };
  }
}
