import type { HostLogger } from '../host/host-services.js';
import { isSure, refused } from '../messenger/messenger-result.js';
import type { MessengerCallKind, MessengerResult } from '../messenger/messenger.js';
import { failsAgain } from './lane-failure.js';
import { LeaseLostError, type LaneLease, type WorkItem, type WorkResult, type WorkSource } from './work-source.js';

export interface SourcedItem {
  readonly source: WorkSource;
  readonly item: WorkItem;
}

export interface SentItem extends SourcedItem {
  /** Undefined: the call has no effect, or was not sent. */
  readonly doubtId: string | undefined;
}

export function kindsOf(pack: readonly SourcedItem[]): MessengerCallKind[] {
  return pack.map(({ item }) => item.call.kind);
}

/** Hands the results of a request back to the sources that wanted its calls. */
export class LaneResults {
  constructor(
    private readonly lease: LaneLease,
    private readonly logger: HostLogger,
  ) {}

  async book(booked: readonly (SentItem & { readonly result: MessengerResult })[]): Promise<void> {
    for (const source of new Set(booked.map((entry) => entry.source))) {
      const results = booked
        .filter((entry) => entry.source === source)
        .map(({ item, doubtId, result }): WorkResult => ({ item, doubtId, result, sure: isSure(result) }));
      await this.settle(source, results);
    }
  }

  /** What cannot be booked rests with a reason; the results of other chats and conferences are booked all the same. */
  private async settle(source: WorkSource, results: readonly WorkResult[]): Promise<void> {
    try {
      await source.settle(this.lease, results);
      return;
    } catch (error) {
      if (error instanceof LeaseLostError || !failsAgain(error)) throw error;
      this.logError('results of a request cannot be booked together, each is booked alone', error);
    }
    for (const subjectId of new Set(results.map(({ item }) => item.subjectId))) {
      try {
        await source.settle(
          this.lease,
          results.filter(({ item }) => item.subjectId === subjectId),
        );
      } catch (error) {
        if (error instanceof LeaseLostError || !failsAgain(error)) throw error;
        this.logError('a result cannot be booked, what it concerns rests', error);
        await source.stall(this.lease, [subjectId], 'delivery.unbookable');
      }
    }
  }

  private logError(message: string, error: unknown): void {
    this.logger.error(message, { organizationId: this.lease.organizationId, error: String(error) });
  }
}

export function isSplit(result: MessengerResult): boolean {
  return !result.ok && result.failure.class === 'split';
}

/** A request of one call that was refused as a whole says something about that call after all. */
export function judged(result: MessengerResult): MessengerResult {
  if (result.ok || result.failure.class !== 'split') return result;
  return refused({ ...result.failure, class: result.failure.effect === 'none' ? 'permanent' : 'retry', scope: 'call' });
}
