import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';
import type { Knex } from 'knex';
import pg from 'pg';
import { Subject, type Observable } from 'rxjs';

import { HostClock, HostDatabase, HostLogger } from '../host/host-services.js';
import { must } from '../must.js';

/** What changed in an organisation: windows read these again. */
export type ChangeTopic = 'chats' | 'progress' | 'conferences' | 'link' | 'rights';

export type Notification =
  | { readonly kind: 'lane'; readonly organizationId: string }
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

/** Sends when the transaction of `executor` commits. Equal messages of one transaction arrive once. */
export async function notify(executor: Knex, notification: Exclude<Notification, { kind: 'resumed' }>): Promise<void> {
  await executor.raw('select pg_notify(?, ?)', [CHANNEL, JSON.stringify(notification)]);
}

export class PostgresNotifications implements Notifications {
  private subject = new Subject<Notification>();
  private client: pg.Client | undefined;
  private cancelReconnect: (() => void) | undefined;
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
    this.subject = new Subject();
    await this.connect();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancelReconnect?.();
    this.subject.complete();
    const client = this.client;
    this.client = undefined;
    await client?.end();
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.host.connectionString,
      application_name: 'sferum-notifications',
      keepAlive: true,
    });
    client.on('notification', (message) => this.receive(message.payload));
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, undefined));
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    this.client = client;
  }

  private receive(payload: string | undefined): void {
    try {
      this.subject.next(JSON.parse(must(payload, 'the payload of a notification')) as Notification);
    } catch (error) {
      this.logger.warn('a notification could not be read', { error: String(error) });
    }
  }

  private lost(client: pg.Client, error: Error | undefined): void {
    if (this.closed || this.client !== client) return;
    this.client = undefined;
    this.logger.warn('the connection for notifications was lost, it is made again', { error: error?.message });
    client
      .end()
      .catch((cause: unknown) => this.logger.debug('the lost connection did not end', { error: String(cause) }));
    this.reconnect();
  }

  private reconnect(): void {
    if (this.closed) return;
    this.cancelReconnect = this.clock.after(RECONNECT_MS, () => {
      this.connect().then(
        () => this.subject.next({ kind: 'resumed' }),
        (error: unknown) => {
          this.logger.warn('notifications are still away', { error: String(error) });
          this.reconnect();
        },
      );
    });
  }
}
