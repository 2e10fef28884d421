import { inject } from 'inversify';
import type { Knex } from 'knex';

import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import type { RevocationStore, RevocationTask } from './revocation-store.js';
import { openTokens, REVOCATION_CONTEXT, sealTokens, type Secrets } from './sealed-tokens.js';
import { TokenVault } from './token-vault.js';

/** Books tokens to be taken back at the provider when the transaction commits. */
export async function bookRevocation(transaction: Knex, vault: TokenVault, secrets: Secrets): Promise<void> {
  await rows(transaction, 'insert into token_revocation (key_id, tokens) values (:keyId, :tokens)', {
    keyId: vault.currentKeyId,
    tokens: sealTokens(vault, secrets, REVOCATION_CONTEXT),
  });
  await notify(transaction, { kind: 'revocation' });
}

export class KnexRevocationStore implements RevocationStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(TokenVault) private readonly vault: TokenVault,
  ) {}

  async take(leaseMs: number): Promise<RevocationTask | undefined> {
    const taken = await rows<{ revocation_id: string; attempts: number; key_id: string; tokens: Buffer }>(
      this.database.knex,
      `update token_revocation
       set attempts = attempts + 1, leased_until = now() + :leaseMs * interval '1 millisecond'
       where revocation_id = (
         select revocation_id from token_revocation
         where due_at <= now() and (leased_until is null or leased_until < now())
         order by due_at for update skip locked limit 1)
       returning revocation_id, attempts, key_id, tokens`,
      { leaseMs },
    );
    const row = taken[0];
    if (row === undefined) return undefined;
    const secrets = openTokens(this.vault, row.tokens, row.key_id, REVOCATION_CONTEXT);
    return {
      id: row.revocation_id,
      attempts: row.attempts,
      accessToken: secrets.accessToken,
      deviceId: secrets.deviceId,
    };
  }

  async end(id: string): Promise<void> {
    await rows(this.database.knex, 'delete from token_revocation where revocation_id = :id', { id });
  }

  async postpone(id: string, delayMs: number): Promise<void> {
    await rows(
      this.database.knex,
      `update token_revocation set leased_until = null, due_at = now() + :delayMs * interval '1 millisecond'
       where revocation_id = :id`,
      { id, delayMs },
    );
  }
}
