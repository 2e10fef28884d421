import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { HostClock, HostLogger } from '../host/host-services.js';
import { Messenger } from '../messenger/messenger.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { MemberComparisonStore } from './member-comparison-store.js';

/** Has every chat compared with the messenger's own list once a night; any number of processes may run it. */
export interface MemberComparison {
  start(): void;
  stop(): Promise<void>;
}
export const MemberComparison = Symbol('MemberComparison') as ServiceIdentifier<MemberComparison>;

const LOOK_EVERY_MS = 10 * 60_000;
const HOUR_MS = 3_600_000;
/** At night a chat is due that was not compared since the last one. */
const NIGHTLY_AFTER_MS = 20 * HOUR_MS;
/** Nights in which nothing ran are made up for by day. */
const ANY_TIME_AFTER_MS = 44 * HOUR_MS;
/** So many schools per look: a region of a thousand is through in two hours of its night. */
const ORGANIZATIONS_PER_LOOK = 100;

export class NightlyMemberComparison implements MemberComparison {
  private cancelLook: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private stopped = true;
  private lookedForRestore = false;

  constructor(
    @inject(MemberComparisonStore) private readonly store: MemberComparisonStore,
    @inject(Messenger) private readonly messenger: Messenger,
    @inject(HostClock) private readonly clock: HostClock,
    @inject(DatabaseClock) private readonly databaseClock: DatabaseClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  start(): void {
    if (!this.stopped || !this.messenger.abilities.listMembers) return;
    this.stopped = false;
    this.look();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelLook?.();
    await this.running;
  }

  private look(): void {
    this.running = this.work()
      .catch((error: unknown) => this.logger.error('the nightly comparison cannot begin', { error: String(error) }))
      .finally(() => {
        if (!this.stopped) this.cancelLook = this.clock.after(LOOK_EVERY_MS, () => this.look());
      });
  }

  /** Once a start: a database that was restored while nobody ran is told by its next start. */
  private async compareRestored(): Promise<void> {
    if (this.lookedForRestore) return;
    const chats = await this.store.beginRestored();
    this.lookedForRestore = true;
    if (chats > 0) this.logger.warn('the database was restored: all chats are compared with the messenger', { chats });
  }

  private async work(): Promise<void> {
    await this.compareRestored();
    const zones = await this.store.timeZones();
    const now = this.databaseClock.now();
    const asleep = zones.filter((zone) => isNight(now, zone));
    const nightly = asleep.length === 0 ? 0 : await this.store.begin(asleep, NIGHTLY_AFTER_MS, ORGANIZATIONS_PER_LOOK);
    const missed = zones.length === 0 ? 0 : await this.store.begin(zones, ANY_TIME_AFTER_MS, ORGANIZATIONS_PER_LOOK);
    if (nightly + missed > 0) this.logger.info('chats are compared with the messenger', { chats: nightly + missed });
  }
}

const NIGHT_FROM_HOUR = 1;
const NIGHT_UNTIL_HOUR = 5;

/** @param zone an unknown one counts as UTC */
export function isNight(at: Date, zone: string): boolean {
  const hour = hourIn(at, zone) ?? at.getUTCHours();
  return hour >= NIGHT_FROM_HOUR && hour < NIGHT_UNTIL_HOUR;
}

function hourIn(at: Date, timeZone: string): number | undefined {
  try {
    return Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(at));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
