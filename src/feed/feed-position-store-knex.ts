import { inject } from 'inversify';

import { Database, rows } from '../storage/database.js';
import type { FeedPositionStore } from './feed-position-store.js';

export class KnexFeedPositionStore implements FeedPositionStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async read(stream: string): Promise<number | undefined> {
    const found = await rows<{ position: string }>(
      this.database.knex,
      'select position from feed_position where stream = :stream',
      { stream },
    );
    return found[0] && Number(found[0].position);
  }

  async save(stream: string, position: number): Promise<void> {
    await rows(
      this.database.knex,
      `insert into feed_position as known (stream, position) values (:stream, :position)
       on conflict (stream) do update set position = excluded.position, at = now()
       where known.position < excluded.position`,
      { stream, position },
    );
  }
}
