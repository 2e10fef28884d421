import { inject } from 'inversify';

import type { ExternalProfile, TokenSet } from '../messenger/identity-provider.js';
import { must } from '../must.js';
import { Database, rows } from '../storage/database.js';
import type { AttemptKey, LinkAttemptStore, LinkCandidate } from './link-attempt-store.js';
import { bookRevocation } from './revocation-store-knex.js';
import { attemptContext, openTokens, sealTokens, tokenSet } from './sealed-tokens.js';
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
  readonly life_ms: number;
}

interface EndedRow {
  readonly person_id: string;
  readonly tokens: Buffer | null;
  readonly key_id: string;
  readonly external_user_id: string | null;
  readonly life_ms: number | null;
  readonly scopes: string[];
}

/** How many sign-ins one person may have open at VK ID: two tabs and some that were forgotten. */
const OPEN_ATTEMPTS = 5;
const CLEARED_AT_ONCE = 100;

type LearningRoles = NonNullable<ExternalProfile['learning']>['roles'];

export class KnexLinkAttemptStore implements LinkAttemptStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(TokenVault) private readonly vault: TokenVault,
  ) {}

  async start(key: AttemptKey, codeVerifier: string, lifeMs: number): Promise<void> {
    await rows(
      this.database.knex,
      `insert into link_attempt (state_hash, person_id, session_hash, code_verifier, key_id, expires_at)
       values (:stateHash, :personId, :sessionHash, :codeVerifier, :keyId,
               now() + :lifeMs * interval '1 millisecond')`,
      {
        ...key,
        codeVerifier: this.vault.seal(codeVerifier, attemptContext(key.stateHash)),
        keyId: this.vault.currentKeyId,
        lifeMs,
      },
    );
    await rows(
      this.database.knex,
      `delete from link_attempt where state_hash in (
         select state_hash from link_attempt where person_id = :personId and state = 'started'
         order by created_at desc offset :open)`,
      { personId: key.personId, open: OPEN_ATTEMPTS },
    );
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

  async offer(key: AttemptKey, profile: ExternalProfile, tokens: TokenSet): Promise<boolean> {
    const offered = await rows(
      this.database.knex,
      `update link_attempt set state = 'confirming', external_user_id = :userId, given_name = :givenName,
         family_name = :familyName, roles = :roles, tokens = :tokens, key_id = :keyId, scopes = :scopes,
         token_expires_at = now() + :lifeMs * interval '1 millisecond', created_at = now(), expires_at = now() + interval '10 minutes'
       where state_hash = :stateHash and state = 'exchanging' returning 1`,
      {
        stateHash: key.stateHash,
        userId: profile.userId,
        givenName: profile.givenName,
        familyName: profile.familyName,
        roles: profile.learning === undefined ? null : [...profile.learning.roles],
        tokens: sealTokens(this.vault, tokens, attemptContext(key.stateHash)),
        keyId: this.vault.currentKeyId,
        scopes: [...tokens.scopes],
        lifeMs: tokens.lifeMs,
      },
    );
    if (offered.length === 0) await this.end(key.stateHash, { revoke: true, tokens });
    else await this.giveUpEarlier(key);
    return offered.length === 1;
  }

  private async giveUpEarlier(key: AttemptKey): Promise<void> {
    const earlier = await rows<{ state_hash: Buffer }>(
      this.database.knex,
      `select state_hash from link_attempt
       where person_id = :personId and session_hash = :sessionHash and state = 'confirming'
         and state_hash <> :stateHash
         and created_at <= (select created_at from link_attempt where state_hash = :stateHash)`,
      { ...key },
    );
    for (const row of earlier) await this.end(row.state_hash, { revoke: true });
  }

  async candidate(personId: string, sessionHash: Buffer): Promise<LinkCandidate | undefined> {
    const found = await rows<CandidateRow>(
      this.database.knex,
      `select state_hash, external_user_id, given_name, family_name, roles, tokens, key_id, scopes,
              extract(epoch from token_expires_at - now())::float8 * 1000 as life_ms
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
      tokens: tokenSet(secrets, row),
    };
  }

  async end(stateHash: Buffer, options: { readonly revoke: boolean; readonly tokens?: TokenSet }): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      const ended = await rows<EndedRow>(
        transaction,
        `delete from link_attempt where state_hash = :stateHash
         returning person_id, tokens, key_id, external_user_id, scopes,
           extract(epoch from token_expires_at - now())::float8 * 1000 as life_ms`,
        { stateHash },
      );
      if (!options.revoke) return;
      const tokens = options.tokens ?? this.tokensOf(stateHash, ended[0]);
      if (tokens !== undefined) await bookRevocation(transaction, this.vault, tokens, ended[0]?.person_id);
    });
  }

  /** An exchange that is still under way is left the time it may take. */
  async clearOld(): Promise<void> {
    const old = await rows<{ state_hash: Buffer }>(
      this.database.knex,
      `select state_hash from link_attempt where expires_at < now() - interval '5 minutes'
       order by expires_at limit ${CLEARED_AT_ONCE}`,
    );
    for (const row of old) await this.end(row.state_hash, { revoke: true });
  }

  private tokensOf(stateHash: Buffer, row: EndedRow | undefined): TokenSet | undefined {
    if (row === undefined || row.tokens === null) return undefined;
    const secrets = openTokens(this.vault, row.tokens, row.key_id, attemptContext(stateHash));
    return tokenSet(secrets, {
      ...row,
      external_user_id: must(row.external_user_id, 'the account of a sign-in that has tokens'),
    });
  }
}
