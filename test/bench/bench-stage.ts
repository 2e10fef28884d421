import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../fixtures/host/embedded-postgres.js';

export interface BenchOptions {
  /** Multiplies the amount of data of the large figures; 1: as the target says. */
  readonly scale: number;
}

/** What benches stand on: one durable PostgreSQL for all, a fresh database each, and an end for everything. */
export class BenchStage {
  private postgres: Promise<EmbeddedPostgres> | undefined;
  private folder: string | undefined;
  private ends: (() => Promise<void>)[] = [];

  constructor(readonly options: BenchOptions) {}

  /** Runs after the bench, whatever becomes of it; last added, first run. */
  defer(end: () => Promise<void>): void {
    this.ends.push(end);
  }

  /** An empty database. */
  async database(): Promise<string> {
    const { connectionString } = await this.server();
    const name = `bench_${randomBytes(6).toString('hex')}`;
    await administer(connectionString, `create database ${name}`);
    this.defer(() => administer(connectionString, `drop database ${name} with (force)`));
    const url = new URL(connectionString);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** A connection of the bench's own, in the plugin's schema. */
  async client(connectionString: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString, options: '-c search_path=sferum' });
    await client.connect();
    this.defer(() => client.end());
    return client;
  }

  /** An empty folder for temporary files. */
  async emptyFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'sferum-bench-'));
    this.defer(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Ends what the last bench left: everything, even where one end fails. */
  async clear(): Promise<void> {
    const ends = this.ends.reverse();
    this.ends = [];
    for (const end of ends) {
      try {
        await end();
      } catch (error) {
        process.stderr.write(`an end of a bench failed: ${String(error)}\n`);
      }
    }
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.clear();
    const postgres = await this.postgres;
    await postgres?.stop();
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }

  private server(): Promise<EmbeddedPostgres> {
    return (this.postgres ??= this.startServer());
  }

  private async startServer(): Promise<EmbeddedPostgres> {
    this.folder = await mkdtemp(join(tmpdir(), 'sferum-bench-postgres-'));
    return startEmbeddedPostgres({ dataFolder: this.folder });
  }
}

async function administer(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client(connectionString);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
