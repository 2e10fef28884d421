import { inject } from 'inversify';
import type { Knex } from 'knex';

import type { TokenSet } from '../messenger/identity-provider.js';
import { Database, rows } from '../storage/database.js';
import { notify } from '../storage/notifications.js';
import type { RevocationStore, RevocationTask } from './revocation-store.js';
import { openTokens, REVOCATION_CONTEXT, sealTokens, tokenSet } from './sealed-tokens.js';
import { TokenVault } from './token-vault.js';

interface TaskRow {
  readonly revocation_id: string;
  readonly attempts: number;
  readonly key_id: string;
  readonly tokens: Buffer;
  readonly external_user_id: string | null;
  readonly life_ms: number | null;
  readonly scopes: string[];
  readonly linked: boolean;
  readonly signing_in: boolean;
}

/** Books tokens to be taken back at the provider when the transaction commits, or later. */
export async function bookRevocation(
  transaction: Knex,
  vault: TokenVault,
  tokens: TokenSet,
  personId: string | undefined,
  afterMs = 0,
): Promise<void> {
  await rows(
    transaction,
    `insert into token_revocation (key_id, tokens, external_user_id, person_id, expires_at, scopes, due_at)
     values (:keyId, :tokens, :userId, :personId, now() + :lifeMs * interval '1 millisecond', :scopes,
             now() + :afterMs * interval '1 millisecond')`,
    {
      personId: personId ?? null,
      keyId: vault.currentKeyId,
      tokens: sealTokens(vault, tokens, REVOCATION_CONTEXT),
      userId: tokens.userId,
      lifeMs: tokens.lifeMs,
      scopes: [...tokens.scopes],
      afterMs,
    },
  );
  await notify(transaction, { kind: 'revocation' });
}

export class KnexRevocationStore implements RevocationStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(TokenVault) private readonly vault: TokenVault,
  ) {}

  async take(leaseMs: number): Promise<RevocationTask | undefined> {
    const taken = await rows<TaskRow>(
      this.database.knex,
      `update token_revocation revocation
       set attempts = attempts + 1, leased_until = now() + :leaseMs * interval '1 millisecond'
       where revocation_id = (
         select revocation_id from token_revocation
         where due_at <= now() and (leased_until is null or leased_until < now())
         order by due_at for update skip locked limit 1)
       returning revocation_id, attempts, key_id, tokens, external_user_id, scopes,
         extract(epoch from expires_at - now())::float8 * 1000 as life_ms,
         exists (select from account_link link
                 where link.external_user_id = revocation.external_user_id and link.state <> 'unlinked') as linked,
         exists (select from link_attempt attempt
                 where attempt.external_user_id = revocation.external_user_id and attempt.expires_at > now()
                   and attempt.state = 'confirming') as signing_in`,
      { leaseMs },
    );
    const row = taken[0];
    if (row === undefined) return undefined;
    const secrets = openTokens(this.vault, row.tokens, row.key_id, REVOCATION_CONTEXT);
    return {
      id: row.revocation_id,
      attempts: row.attempts,
      tokens: tokenSet(secrets, { ...row, external_user_id: row.external_user_id ?? '' }),
      profile: row.linked ? 'linked' : row.signing_in ? 'signing-in' : 'due',
    };
  }

  async renew(id: string, tokens: TokenSet): Promise<void> {
    await rows(
      this.database.knex,
      `update token_revocation set key_id = :keyId, tokens = :tokens,
         expires_at = now() + :lifeMs * interval '1 millisecond'
       where revocation_id = :id`,
      {
        id,
        keyId: this.vault.currentKeyId,
        tokens: sealTokens(this.vault, tokens, REVOCATION_CONTEXT),
        lifeMs: tokens.lifeMs,
      },
    );
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
