import { inject } from 'inversify';
import type { Knex } from 'knex';

import { SferumError } from '../errors.js';
import { SettingsSource } from '../settings.js';
import { Database, rows } from '../storage/database.js';
import { attemptContext, linkContext, REVOCATION_CONTEXT } from './sealed-tokens.js';
import type { SealedSecretStore } from './sealed-secret-store.js';
import { TokenVault } from './token-vault.js';

const ROWS_PER_TRANSACTION = 200;

interface SealedRow {
  /** Primary key, as text. */
  readonly id: string;
  readonly key_id: string;
  readonly secrets: (Buffer | null)[];
}

interface SealedTable {
  readonly name: string;
  readonly id: string;
  readonly secrets: readonly string[];
  readonly context: (id: string) => string;
}

/** Which tables hold what sealed. `id` and `secrets` are SQL. */
const TABLES: readonly SealedTable[] = [
  { name: 'account_link', id: 'person_id', secrets: ['tokens'], context: linkContext },
  {
    name: 'link_attempt',
    id: `encode(state_hash, 'hex')`,
    secrets: ['code_verifier', 'tokens'],
    context: (id) => attemptContext(Buffer.from(id, 'hex')),
  },
  { name: 'token_revocation', id: 'revocation_id::text', secrets: ['tokens'], context: () => REVOCATION_CONTEXT },
];

export class KnexSealedSecretStore implements SealedSecretStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(TokenVault) private readonly vault: TokenVault,
    @inject(SettingsSource) private readonly source: SettingsSource,
  ) {}

  async check(): Promise<void> {
    const known = this.source.settings.tokenKeys.map((key) => key.id);
    const used = TABLES.map((table) => `select key_id from ${table.name} where key_id is not null`).join(' union ');
    const missing = await rows<{ key_id: string }>(
      this.database.knex,
      `select key_id from (${used}) used where key_id <> all(:known) order by key_id`,
      { known },
    );
    if (missing.length === 0) return;
    const ids = missing.map((row) => row.key_id);
    throw new SferumError(
      'SFERUM_SETTINGS_INVALID',
      `Сохранённые токены зашифрованы ключами, которых нет в настройке tokenKeys: ${ids.join(', ')}. ` +
        'Верните эти ключи в конец списка; когда токены будут перешифрованы первым ключом, их можно убрать.',
      { fields: { settings: ['tokenKeys'], keyIds: ids } },
    );
  }

  async resealSome(): Promise<number> {
    let resealed = 0;
    for (const table of TABLES) {
      resealed += await this.database.knex.transaction((transaction) => this.resealTable(transaction, table));
    }
    return resealed;
  }

  private async resealTable(transaction: Knex, { name, id, secrets, context }: SealedTable): Promise<number> {
    const old = await rows<SealedRow>(
      transaction,
      `select ${id} as id, key_id, array[${secrets.join(', ')}] as secrets from ${name}
       where key_id is not null and key_id <> :keyId
       limit ${ROWS_PER_TRANSACTION} for update skip locked`,
      { keyId: this.vault.currentKeyId },
    );
    if (old.length === 0) return 0;
    const given = old.map((row) => ({
      id: row.id,
      secrets: row.secrets.map((secret) => secret && this.resealed(secret, row.key_id, context(row.id))),
    }));
    const assignments = secrets.map((column, index) => `${column} = decode(given.secrets ->> ${index}, 'base64')`);
    await rows(
      transaction,
      `update ${name} set ${assignments.join(', ')}, key_id = :keyId
       from jsonb_to_recordset(:given::jsonb) as given(id text, secrets jsonb) where ${id} = given.id`,
      { given: JSON.stringify(given), keyId: this.vault.currentKeyId },
    );
    return old.length;
  }

  private resealed(secret: Buffer, keyId: string, context: string): string {
    return this.vault.seal(this.vault.open(secret, keyId, context), context).toString('base64');
  }
}
