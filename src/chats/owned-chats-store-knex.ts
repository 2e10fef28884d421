import { inject } from 'inversify';

import type { OwnedChats, OwnedChatsOfSchool } from '../account/owned-chats.js';
import type { ExternalUserId } from '../messenger/messenger.js';
import { Database, rows } from '../storage/database.js';

/** Chats by the account that owns them on the messenger's side. */
export class KnexOwnedChats implements OwnedChats {
  constructor(@inject(Database) private readonly database: Database) {}

  async ownedBy(account: ExternalUserId): Promise<readonly OwnedChatsOfSchool[]> {
    const found = await rows<{ organization_id: string; name: string; chats: string }>(
      this.database.knex,
      `select organization_id, name, count(*) as chats
       from chat join organization using (organization_id)
       where owner_account = :account::bigint and state <> 'closed'
       group by organization_id, name order by name, organization_id`,
      { account },
    );
    return found.map((row) => ({ organizationId: row.organization_id, school: row.name, chats: Number(row.chats) }));
  }
}
