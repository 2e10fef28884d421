import type { Knex } from 'knex';

import { rows } from '../storage/database.js';
import type { NewLink, UnlinkOptions } from './account-link-store.js';
import { bookRevocation } from './revocation-store-knex.js';
import { linkContext, openTokens, tokenSet } from './sealed-tokens.js';
import type { TokenVault } from './token-vault.js';

interface EndedLinkRow {
  readonly external_user_id: string;
  readonly tokens: Buffer | null;
  readonly key_id: string | null;
  readonly scopes: string[];
  readonly life_ms: number | null;
}

/** Books the tokens of a person's link to be taken back, and holds its row. @returns false when there is no such link */
export async function bookRevocationOfLink(
  transaction: Knex,
  vault: TokenVault,
  personId: string,
  { account, goneForMs, revokeAfterMs }: UnlinkOptions = {},
): Promise<boolean> {
  const found = await rows<EndedLinkRow>(
    transaction,
    `select external_user_id, tokens, key_id, scopes,
            extract(epoch from expires_at - now())::float8 * 1000 as life_ms
     from account_link
     where person_id = :personId and state <> 'unlinked'
       and (:account::bigint is null or external_user_id = :account::bigint)
       and (:goneForMs::float8 is null or gone_since <= now() - :goneForMs::float8 * interval '1 millisecond')
     for update`,
    { personId, account: account ?? null, goneForMs: goneForMs ?? null },
  );
  const row = found[0];
  if (row === undefined) return false;
  if (row.tokens !== null && row.key_id !== null) {
    const secrets = openTokens(vault, row.tokens, row.key_id, linkContext(personId));
    await bookRevocation(transaction, vault, tokenSet(secrets, row), personId, revokeAfterMs);
  }
  return true;
}

/** A broken link to another profile takes over the new profile's name, unless that profile is somebody else's. */
export async function replaceBrokenProfile(transaction: Knex, vault: TokenVault, link: NewLink): Promise<void> {
  const { personId, profile } = link;
  const replaceable = await rows(
    transaction,
    `select 1 from account_link
     where person_id = :personId and state = 'broken' and external_user_id <> :account
       and not exists (select from account_link other where other.external_user_id = :account)
     for update`,
    { personId, account: profile.userId },
  );
  if (replaceable.length === 0) return;
  await bookRevocationOfLink(transaction, vault, personId);
  await rows(
    transaction,
    `update account_link set external_user_id = :account, tokens = null, key_id = null, scopes = '{}',
       expires_at = null, linked_at = now(), gone_since = null, announced = false
     where person_id = :personId`,
    { personId, account: profile.userId },
  );
}
