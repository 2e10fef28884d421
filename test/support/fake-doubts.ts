import type { DoubtStore, SentCall } from '../../src/delivery/doubt-store.js';
import { doubtOf, type Doubt } from '../../src/delivery/doubt.js';
import type { LaneLease } from '../../src/delivery/work-source.js';
import type { FakeClock } from './fake-clock.js';

/** Doubts in memory, by the clock of the test. */
export class FakeDoubtStore implements DoubtStore {
  /** What was sent and is not known to be done or not. */
  readonly open = new Map<string, Doubt>();
  /** All that was ever booked, in order. */
  readonly booked: SentCall[] = [];

  /** @param hold throws for a lease that is lost */
  constructor(
    private readonly clock: Pick<FakeClock, 'monotonicMs'>,
    private readonly hold: (lease: LaneLease) => void = () => undefined,
  ) {}

  async book(lease: LaneLease, calls: readonly SentCall[], effectWithinMs: number): Promise<void> {
    if (calls.length === 0) return Promise.resolve();
    this.hold(lease);
    this.booked.push(...calls);
    const sentAt = new Date(this.clock.monotonicMs());
    const until = new Date(sentAt.getTime() + effectWithinMs);
    for (const { doubtId: id, call, subjectId, personId, account } of calls) {
      this.open.set(id, { id, subjectId, personId, account, ...doubtOf(call), sentAt, until });
    }
  }

  async end(lease: LaneLease, doubtIds: readonly string[]): Promise<void> {
    if (doubtIds.length === 0) return Promise.resolve();
    this.hold(lease);
    for (const id of doubtIds) this.open.delete(id);
  }
}
