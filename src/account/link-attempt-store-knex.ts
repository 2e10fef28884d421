import { inject } from 'inversify';

import type { ExternalProfile, TokenSet } from '../messenger/identity-provider.js';
import { Database, rows } from '../storage/database.js';
import type { AttemptKey, LinkAttemptStore, LinkCandidate } from './link-attempt-store.js';
import { bookRevocation } from './revocation-store-knex.js';
import { openTokens, sealTokens, tokenSet } from './sealed-tokens.js';
import { TokenVault } from './token-vault.js';

interface CandidateRow {
  readonly state_hash: Buffer;
  readonly external_user_id: string;
  readonly given_name: string;
  readonly family_name: string;
  readonly roles: string[] | null;
  readonly tokens: Buffer;
  readonly key_id: string;
  readonly scopes: string[];
  readonly token_expires_at: Date;
}

type LearningRoles = NonNullable<ExternalProfile['learning']>['roles'];

function attemptContext(stateHash: Buffer): string {
  return `attempt:${stateHash.toString('hex')}`;
}

export class KnexLinkAttemptStore implements LinkAttemptStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(TokenVault) private readonly vault: TokenVault,
  ) {}

  async start(key: AttemptKey, codeVerifier: string, expiresAt: Date): Promise<void> {
    await rows(
      this.database.knex,
      `insert into link_attempt (state_hash, person_id, session_hash, code_verifier, key_id, expires_at)
       values (:stateHash, :personId, :sessionHash, :codeVerifier, :keyId, :expiresAt)`,
      {
        ...key,
        codeVerifier: this.vault.seal(codeVerifier, attemptContext(key.stateHash)),
        keyId: this.vault.currentKeyId,
        expiresAt,
      },
    );
    await this.clearOld();
  }

  async claim(key: AttemptKey): Promise<string | undefined> {
    const claimed = await rows<{ code_verifier: Buffer; key_id: string }>(
      this.database.knex,
      `update link_attempt set state = 'exchanging'
       where state_hash = :stateHash and person_id = :personId and session_hash = :sessionHash
         and state = 'started' and expires_at > now()
       returning code_verifier, key_id`,
      { ...key },
    );
    const row = claimed[0];
    return row && this.vault.open(row.code_verifier, row.key_id, attemptContext(key.stateHash));
  }

  async offer(key: AttemptKey, profile: ExternalProfile, tokens: TokenSet): Promise<void> {
    await rows(
      this.database.knex,
      `update link_attempt set state = 'confirming', external_user_id = :userId, given_name = :givenName,
         family_name = :familyName, roles = :roles, tokens = :tokens, key_id = :keyId, scopes = :scopes,
         token_expires_at = :tokenExpiresAt
       where state_hash = :stateHash and state = 'exchanging'`,
      {
        stateHash: key.stateHash,
        userId: profile.userId,
        givenName: profile.givenName,
        familyName: profile.familyName,
        roles: profile.learning === undefined ? null : [...profile.learning.roles],
        tokens: sealTokens(this.vault, tokens, attemptContext(key.stateHash)),
        keyId: this.vault.currentKeyId,
        scopes: [...tokens.scopes],
        tokenExpiresAt: tokens.expiresAt,
      },
    );
  }

  async candidate(personId: string, sessionHash: Buffer): Promise<LinkCandidate | undefined> {
    const found = await rows<CandidateRow>(
      this.database.knex,
      `select state_hash, external_user_id, given_name, family_name, roles, tokens, key_id, scopes, token_expires_at
       from link_attempt
       where person_id = :personId and session_hash = :sessionHash and state = 'confirming' and expires_at > now()
       order by created_at desc limit 1`,
      { personId, sessionHash },
    );
    const row = found[0];
    if (row === undefined) return undefined;
    const secrets = openTokens(this.vault, row.tokens, row.key_id, attemptContext(row.state_hash));
    return {
      stateHash: row.state_hash,
      profile: {
        userId: row.external_user_id,
        givenName: row.given_name,
        familyName: row.family_name,
        ...(row.roles === null
          ? {}
          : { learning: { roles: row.roles as unknown as LearningRoles, organizationNames: [] } }),
      },
      tokens: tokenSet(secrets, { ...row, expires_at: row.token_expires_at }),
    };
  }

  async end(stateHash: Buffer, options: { readonly revoke: boolean }): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      const ended = await rows<{ tokens: Buffer | null; key_id: string }>(
        transaction,
        'delete from link_attempt where state_hash = :stateHash returning tokens, key_id',
        { stateHash },
      );
      const row = ended[0];
      if (!options.revoke || row === undefined || row.tokens === null) return;
      const secrets = openTokens(this.vault, row.tokens, row.key_id, attemptContext(stateHash));
      await bookRevocation(transaction, this.vault, secrets);
    });
  }

  /** Attempts nobody came back to. Tokens of those that wait for a yes are taken back. */
  private async clearOld(): Promise<void> {
    const old = await rows<{ state_hash: Buffer }>(
      this.database.knex,
      `select state_hash from link_attempt where expires_at < now() - interval '1 hour' limit 100`,
    );
    for (const row of old) await this.end(row.state_hash, { revoke: true });
  }
}
