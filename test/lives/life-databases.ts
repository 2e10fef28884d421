import pg from 'pg';

import { freshDatabase, type TestDatabase } from '../support/test-database.js';

/** The plugin's database in one life: it can be copied and brought back while no process of the plugin runs. */
export class LifeDatabase {
  private constructor(private readonly own: TestDatabase) {}

  static async make(): Promise<LifeDatabase> {
    return new LifeDatabase(await freshDatabase());
  }

  get connectionString(): string {
    return this.own.connectionString;
  }

  async backUp(): Promise<void> {
    await this.administer(`drop database if exists ${this.backupName} with (force)`);
    await this.administer(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${this.name}' and pid <> pg_backend_pid()`,
    );
    await this.administer(`create database ${this.backupName} template ${this.name}`);
  }

  async restore(): Promise<void> {
    await this.administer(`drop database if exists ${this.name} with (force)`);
    await this.administer(`create database ${this.name} template ${this.backupName}`);
  }

  async query(statement: string): Promise<readonly Record<string, unknown>[]> {
    return run(this.connectionString, statement);
  }

  async drop(): Promise<void> {
    await this.administer(`drop database if exists ${this.backupName} with (force)`);
    await this.own.drop();
  }

  private get name(): string {
    return new URL(this.connectionString).pathname.slice(1);
  }

  private get backupName(): string {
    return `${this.name}_backup`;
  }

  private async administer(statement: string): Promise<void> {
    const url = new URL(this.connectionString);
    url.pathname = '/postgres';
    await run(url.href, statement);
  }
}

async function run(connectionString: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
