import { Socket } from 'node:net';
import pg from 'pg';

import type { HostClock } from '../host/host-services.js';

/** How long a server may take to let in, and to answer a probe. */
const ANSWER_LIMIT_MS = 10_000;
/** How often it is asked whether it still answers: a connection that is frozen is not closed. */
const PROBE_EVERY_MS = 15_000;
/** How long a polite farewell may take. */
const FAREWELL_LIMIT_MS = 1_000;

export interface ListeningEvents {
  readonly received: (payload: string | undefined) => void;
  /** Called once, and never after {@link ListeningConnection.close}. */
  readonly lost: (error: Error) => void;
}

/**
 * One connection that listens on one channel, and knows within half a minute that it does not any more: by its end, an
 * error, or silence. Whatever happens, its socket is let go.
 */
export class ListeningConnection {
  private readonly socket = new Socket();
  private readonly client: pg.Client;
  private cancelProbe: (() => void) | undefined;
  private listening = false;
  private over = false;

  private constructor(
    connectionString: string,
    private readonly clock: HostClock,
    private readonly events: ListeningEvents,
  ) {
    this.client = new pg.Client({
      connectionString,
      application_name: 'sferum-notifications',
      stream: () => this.socket,
    });
    this.client.on('notification', (message) => events.received(message.payload));
    this.client.on('error', (error) => this.fail(error));
    this.client.on('end', () => this.fail(new Error('the server ended the connection')));
  }

  /**
   * @param signal gives up: whatever the server does, it rejects at once
   * @throws Error when the server refuses to let in or to listen, or says nothing for ten seconds; nothing is left open
   */
  static async open(
    connectionString: string,
    channel: string,
    clock: HostClock,
    events: ListeningEvents,
    signal: AbortSignal,
  ): Promise<ListeningConnection> {
    const connection = new ListeningConnection(connectionString, clock, events);
    const giveUp = (): void => void connection.socket.destroy(new Error('it was given up'));
    signal.addEventListener('abort', giveUp);
    try {
      await connection.within(ANSWER_LIMIT_MS, connection.begin(channel));
    } catch (error) {
      connection.over = true;
      connection.socket.destroy();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
    connection.listening = true;
    connection.probeLater();
    return connection;
  }

  async close(): Promise<void> {
    this.over = true;
    this.cancelProbe?.();
    await this.within(FAREWELL_LIMIT_MS, this.client.end()).catch(() => undefined);
    this.socket.destroy();
  }

  private async begin(channel: string): Promise<void> {
    await this.client.connect();
    await this.client.query(`listen ${channel}`);
  }

  private probeLater(): void {
    this.cancelProbe = this.clock.after(PROBE_EVERY_MS, () => {
      this.within(ANSWER_LIMIT_MS, this.client.query('select 1')).then(
        () => {
          if (!this.over) this.probeLater();
        },
        (error: unknown) => this.fail(error instanceof Error ? error : new Error(String(error))),
      );
    });
  }

  private fail(error: Error): void {
    // While it is being opened the failure is its caller's.
    if (this.over || !this.listening) return;
    this.over = true;
    this.cancelProbe?.();
    this.socket.destroy();
    this.events.lost(error);
  }

  /** Waits for what the other side may never answer. */
  private async within(limitMs: number, work: Promise<unknown>): Promise<void> {
    let cancel = (): void => undefined;
    const limit = new Promise<never>((_, reject) => {
      cancel = this.clock.after(limitMs, () => reject(new Error(`no answer within ${limitMs / 1000} s`)));
    });
    // What fails after its limit concerns nobody any more.
    work.catch(() => undefined);
    await Promise.race([work, limit]).finally(cancel);
  }
}
