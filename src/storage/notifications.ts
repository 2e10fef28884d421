import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';
import type { Knex } from 'knex';
import { Subject, type Observable } from 'rxjs';

import { HostClock, HostDatabase, HostLogger } from '../host/host-services.js';
import { must } from '../must.js';
import { ListeningConnection } from './listening-connection.js';

/** What changed in an organisation: windows read these again. */
export type ChangeTopic = 'chats' | 'progress' | 'conferences' | 'link' | 'rights';

export type Notification =
  /** A lane is due; `asked`: since a person asked for another try, whatever rests. */
  | { readonly kind: 'lane'; readonly organizationId: string; readonly asked?: true }
  | { readonly kind: 'change'; readonly organizationId: string; readonly topic: ChangeTopic }
  | { readonly kind: 'revocation' }
  /** The connection was away: anything may have been missed. */
  | { readonly kind: 'resumed' };

/** Messages between processes that share the database; sent with a transaction, received after its commit. */
export interface Notifications {
  /** Of the time between `open` and `close`; completes with `close`. */
  readonly received: Observable<Notification>;
  open(): Promise<void>;
  close(): Promise<void>;
}
export const Notifications = Symbol('Notifications') as ServiceIdentifier<Notifications>;

const CHANNEL = 'sferum';
const RECONNECT_MS = 1000;
const LONGEST_RECONNECT_MS = 5000;

/** Sends when the transaction of `executor` commits. Equal messages of one transaction arrive once. */
export async function notify(executor: Knex, notification: Exclude<Notification, { kind: 'resumed' }>): Promise<void> {
  await executor.raw('select pg_notify(?, ?)', [CHANNEL, JSON.stringify(notification)]);
}

export class PostgresNotifications implements Notifications {
  private subject = new Subject<Notification>();
  private connection: ListeningConnection | undefined;
  private connecting: Promise<void> | undefined;
  private cancelReconnect: (() => void) | undefined;
  private attempts = 0;
  private closing = new AbortController();
  private closed = true;

  constructor(
    @inject(HostDatabase) private readonly host: HostDatabase,
    @inject(HostClock) private readonly clock: HostClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  get received(): Observable<Notification> {
    return this.subject;
  }

  async open(): Promise<void> {
    if (!this.closed) return;
    this.closed = false;
    this.closing = new AbortController();
    this.subject = new Subject();
    try {
      await this.connect();
    } catch (error) {
      // A start that failed may be tried again.
      this.closed = true;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.closing.abort();
    this.cancelReconnect?.();
    this.subject.complete();
    await this.connecting;
    const { connection } = this;
    this.connection = undefined;
    await connection?.close();
  }

  private async connect(): Promise<void> {
    const events = {
      received: (payload: string | undefined) => this.receive(payload),
      lost: (error: Error) => this.lost(error),
    };
    const { connectionString } = this.host;
    const connection = await ListeningConnection.open(
      connectionString,
      CHANNEL,
      this.clock,
      events,
      this.closing.signal,
    );
    if (this.closed) await connection.close();
    else this.connection = connection;
  }

  private receive(payload: string | undefined): void {
    try {
      this.subject.next(JSON.parse(must(payload, 'the payload of a notification')) as Notification);
    } catch (error) {
      this.logger.warn('a notification could not be read', { error: String(error) });
    }
  }

  private lost(error: Error): void {
    this.connection = undefined;
    this.logger.warn('the connection for notifications was lost, it is made again', { error: error.message });
    this.attempts = 0;
    this.reconnect();
  }

  /** The loss and the return are said, and not each attempt between them. */
  private reconnect(): void {
    if (this.closed) return;
    const restMs = Math.min(LONGEST_RECONNECT_MS, RECONNECT_MS * 2 ** Math.min(this.attempts, 10));
    this.attempts += 1;
    this.cancelReconnect = this.clock.after(restMs, () => {
      this.connecting = this.connect().then(
        () => {
          if (this.closed) return;
          this.logger.info('the connection for notifications is back', { attempts: this.attempts });
          this.subject.next({ kind: 'resumed' });
        },
        (error: unknown) => {
          this.logger.debug('notifications are still away', { error: String(error) });
          this.reconnect();
        },
      );
    });
  }
}
