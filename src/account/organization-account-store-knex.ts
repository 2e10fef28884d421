import { inject } from 'inversify';

import type { ExternalUserId } from '../messenger/messenger.js';
import { Database, rows } from '../storage/database.js';
import type { OrganizationAccountStore } from './organization-account-store.js';

export class KnexOrganizationAccountStore implements OrganizationAccountStore {
  constructor(@inject(Database) private readonly database: Database) {}

  async chatAdministrator(
    organizationId: string,
  ): Promise<{ readonly personId: string; readonly account: ExternalUserId | undefined } | undefined> {
    const found = await rows<{ person_id: string | null; account: string | null }>(
      this.database.knex,
      `select organization.chat_administrator_id as person_id, link.external_user_id as account
       from organization
       left join account_link link on link.person_id = organization.chat_administrator_id and link.state <> 'unlinked'
       where organization.organization_id = :organizationId`,
      { organizationId },
    );
    const row = found[0];
    if (row === undefined || row.person_id === null) return undefined;
    return { personId: row.person_id, account: row.account ?? undefined };
  }

  async administratedBy(personId: string): Promise<readonly string[]> {
    const found = await rows<{ name: string }>(
      this.database.knex,
      'select name from organization where chat_administrator_id = :personId order by name',
      { personId },
    );
    return found.map((row) => row.name);
  }
}
