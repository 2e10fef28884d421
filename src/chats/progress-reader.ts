import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { LaneStore, type LaneView } from '../delivery/lane-store.js';
import type { SessionContext } from '../host/host-session.js';
import type { Progress } from '../protocol/protocol.js';
import { Right } from '../rights/rights.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { ChatRegistryStore, type DeliveryTotals } from './chat-registry-store.js';
import { ProblemText } from './problem-text.js';

/**
 * How far a school's deliveries are. Without the right to see that, how far a person's own chats are, and nothing of what
 * stops the school.
 */
export interface ProgressReader {
  of(session: SessionContext): Promise<Progress>;
}
export const ProgressReader = Symbol('ProgressReader') as ServiceIdentifier<ProgressReader>;

export class StoredProgressReader implements ProgressReader {
  constructor(
    @inject(ChatRegistryStore) private readonly store: ChatRegistryStore,
    @inject(LaneStore) private readonly lanes: LaneStore,
    @inject(ProblemText) private readonly problems: ProblemText,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  async of(session: SessionContext): Promise<Progress> {
    const all = session.rights.has(Right.synchronizationView);
    const [totals, lane] = await Promise.all([
      this.store.totals(session.organizationId, all ? undefined : session.personId),
      all ? this.lanes.view(session.organizationId) : undefined,
    ]);
    const left = totals.memberships - totals.present - totals.waiting - totals.failed;
    const rate = lane?.ratePerSecond;
    const state = laneState(lane, totals);
    return {
      chats: { total: totals.chats, done: totals.chatsDone },
      memberships: {
        total: totals.memberships,
        done: totals.present,
        waitingForLink: totals.waiting,
        failed: totals.failed,
      },
      lane: state,
      ...this.problem(lane),
      ...(state === 'running' && rate !== undefined && rate > 0
        ? { ratePerSecond: rate, secondsLeft: Math.ceil(Math.max(0, left) / rate) }
        : {}),
      asOf: this.clock.now().toISOString(),
    };
  }

  private problem(lane: LaneView | undefined): Pick<Progress, 'problem'> {
    if (lane?.stopCode === undefined) return {};
    return {
      problem: {
        code: lane.stopCode,
        text: this.problems.textOf(lane.stopCode),
        ...(lane.stopUntil === undefined ? {} : { resumesAt: lane.stopUntil.toISOString() }),
      },
    };
  }
}

function laneState(lane: LaneView | undefined, totals: DeliveryTotals): Progress['lane'] {
  if (lane?.stopCode === 'credential.no-administrator') return 'no-administrator';
  if (lane?.stopCode !== undefined) return 'stopped';
  return totals.chatsDone < totals.chats ? 'running' : 'idle';
}
