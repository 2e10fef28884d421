import type pg from 'pg';

/** Runs one statement on a connection of the bench and gives its rows. */
export async function rows<T>(client: pg.Client, sql: string, values: readonly unknown[] = []): Promise<T[]> {
  const { rows: found } = await client.query(sql, [...values]);
  return found as T[];
}
