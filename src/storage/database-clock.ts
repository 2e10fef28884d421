import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { HostClock, HostLogger } from '../host/host-services.js';
import { must } from '../must.js';
import { Database, rows } from './database.js';

/**
 * The time by which points in time are judged: the database's, which all processes share. The clock of the process may be
 * wrong and may jump; it decides nothing.
 */
export interface DatabaseClock {
  now(): Date;
}
export const DatabaseClock = Symbol('DatabaseClock') as ServiceIdentifier<DatabaseClock>;

interface Reading {
  readonly databaseMs: number;
  /** Of a clock that never jumps, at the same moment. */
  readonly monotonicMs: number;
}

/** So often the database is asked; in between a clock that never jumps counts on. */
const READ_EVERY_MS = 30_000;
/** An answer that took longer, be it in the queue of the pool, says too little of when it was given. */
const EXACT_WITHIN_MS = 1_000;

export class PolledDatabaseClock implements DatabaseClock {
  private reading: Reading | undefined;
  private cancel: (() => void) | undefined;
  private running = false;

  constructor(
    @inject(Database) private readonly database: Database,
    @inject(HostClock) private readonly clock: HostClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  /** Before the first reading, which the plugin's start waits for, that of the host. */
  now(): Date {
    if (this.reading === undefined) return this.clock.now();
    return new Date(this.reading.databaseMs + performance.now() - this.reading.monotonicMs);
  }

  /** @throws Error of the database */
  async start(): Promise<void> {
    if (this.running) return;
    this.running = true;
    await this.read();
    this.readLater();
  }

  stop(): void {
    this.running = false;
    this.cancel?.();
  }

  private readLater(): void {
    // A start that follows a stop at once finds the reading of the one before under way.
    this.cancel?.();
    if (!this.running) return;
    this.cancel = this.clock.after(READ_EVERY_MS, () => {
      this.read()
        // The last reading counts on.
        .catch((error: unknown) => this.logger.debug('the time of the database is not read', { error: String(error) }))
        .finally(() => this.readLater());
    });
  }

  private async read(): Promise<void> {
    const before = performance.now();
    const answered = await rows<{ ms: string }>(
      this.database.knex,
      'select extract(epoch from clock_timestamp()) * 1000 as ms',
    );
    const after = performance.now();
    if (this.reading !== undefined && after - before > EXACT_WITHIN_MS) return;
    this.reading = { databaseMs: Number(must(answered[0], 'the time').ms), monotonicMs: (before + after) / 2 };
  }
}
