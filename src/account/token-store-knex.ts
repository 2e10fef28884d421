import { inject } from 'inversify';
import type { Knex } from 'knex';

import type { TokenSet } from '../messenger/identity-provider.js';
import type { ExternalUserId } from '../messenger/messenger.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import { linkContext, openTokens, sealTokens, tokenSet } from './sealed-tokens.js';
import type { StoredTokens, TokenStore } from './token-store.js';
import { TokenVault } from './token-vault.js';

interface TokenRow {
  readonly person_id: string;
  readonly external_user_id: string;
  readonly state: 'linked' | 'broken';
  readonly scopes: string[];
  readonly life_ms: number | null;
  readonly tokens: Buffer | null;
  readonly key_id: string | null;
}

export class KnexTokenStore implements TokenStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(TokenVault) private readonly vault: TokenVault,
  ) {}

  async find(account: ExternalUserId): Promise<StoredTokens | undefined> {
    const found = await rows<TokenRow>(
      this.database.knex,
      `select person_id, external_user_id, state, scopes, tokens, key_id,
              extract(epoch from expires_at - now())::float8 * 1000 as life_ms
       from account_link
       where external_user_id = :account and state <> 'unlinked'`,
      { account },
    );
    const row = found[0];
    if (row === undefined) return undefined;
    const tokens =
      row.tokens === null || row.key_id === null
        ? undefined
        : tokenSet(openTokens(this.vault, row.tokens, row.key_id, linkContext(row.person_id)), row);
    return { personId: row.person_id, state: row.state, scopes: row.scopes, tokens };
  }

  async claimRefresh(account: ExternalUserId, leaseMs: number): Promise<boolean> {
    const claimed = await rows(
      this.database.knex,
      `update account_link set refreshing_until = now() + :leaseMs * interval '1 millisecond'
       where external_user_id = :account and state = 'linked'
         and (refreshing_until is null or refreshing_until < now())
       returning 1`,
      { account, leaseMs },
    );
    return claimed.length === 1;
  }

  async save(account: ExternalUserId, tokens: TokenSet): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      const found = await rows<{ person_id: string }>(
        transaction,
        `select person_id from account_link
         where external_user_id = :account and state = 'linked' and refreshing_until is not null for update`,
        { account },
      );
      const personId = found[0]?.person_id;
      if (personId === undefined) return;
      await rows(
        transaction,
        `update account_link set tokens = :tokens, key_id = :keyId, scopes = :scopes,
           expires_at = now() + :lifeMs * interval '1 millisecond', refreshing_until = null
         where person_id = :personId`,
        {
          personId,
          tokens: sealTokens(this.vault, tokens, linkContext(personId)),
          keyId: this.vault.currentKeyId,
          scopes: [...tokens.scopes],
          lifeMs: tokens.lifeMs,
        },
      );
    });
  }

  async releaseRefresh(account: ExternalUserId): Promise<void> {
    await rows(
      this.database.knex,
      'update account_link set refreshing_until = null where external_user_id = :account',
      { account },
    );
  }

  async markBroken(account: ExternalUserId, code: string): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      const broken = await rows<{ person_id: string }>(
        transaction,
        `update account_link set state = 'broken', broken_code = :code, refreshing_until = null
         where external_user_id = :account and state = 'linked' and refreshing_until is not null
         returning person_id`,
        { account, code },
      );
      await this.tellAdministrated(transaction, broken);
    });
  }

  async refuse(account: ExternalUserId, code: string): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      const refused = await rows<{ person_id: string; state: string }>(
        transaction,
        `update account_link set
           state = case when refused_at > now() - interval '10 minutes' then 'broken' else state end,
           broken_code = case when refused_at > now() - interval '10 minutes' then :code::text end,
           refused_at = now(), expires_at = to_timestamp(0)
         where external_user_id = :account and state = 'linked' returning person_id, state`,
        { account, code },
      );
      const broken = refused.filter((row) => row.state === 'broken');
      await this.tellAdministrated(transaction, broken);
    });
  }

  /** Windows of the schools whose chats run with this account show that it is broken. */
  private async tellAdministrated(transaction: Knex, people: readonly { readonly person_id: string }[]): Promise<void> {
    if (people.length === 0) return;
    const administrated = await rows<{ organization_id: string }>(
      transaction,
      'select organization_id from organization where chat_administrator_id = any(:personIds)',
      { personIds: people.map((row) => row.person_id) },
    );
    for (const { organization_id: organizationId } of administrated) {
      await notify(transaction, { kind: 'change', organizationId, topic: 'link' });
    }
  }
}
