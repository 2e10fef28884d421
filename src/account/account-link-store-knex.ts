import { inject, multiInject } from 'inversify';
import type { Knex } from 'knex';

import type { ExternalUserId } from '../messenger/messenger.js';
import { Database, rows } from '../storage/database.js';
import {
  LinkObserver,
  type AccountLink,
  type AccountLinkStore,
  type LinkOptions,
  type LinkOutcome,
  type NewLink,
  type UnlinkOptions,
} from './account-link-store.js';
import { bookRevocationOfLink, replaceBrokenProfile } from './ended-link-store-knex.js';
import { linkContext, sealTokens } from './sealed-tokens.js';
import { TokenVault } from './token-vault.js';

const ROWS_PER_STATEMENT = 1000;

interface LinkRow {
  readonly person_id: string;
  readonly external_user_id: string;
  readonly given_name: string;
  readonly family_name: string;
  readonly roles: string[];
  readonly state: 'linked' | 'broken';
  readonly broken_code: string | null;
  readonly linked_at: Date;
  readonly gone_since: Date | null;
}

export class KnexAccountLinkStore implements AccountLinkStore {
  constructor(
    @inject(Database) private readonly database: Database,
    @inject(TokenVault) private readonly vault: TokenVault,
    @multiInject(LinkObserver) private readonly observers: LinkObserver[],
  ) {}

  async findAll(personIds: readonly string[]): Promise<readonly AccountLink[]> {
    const found = await rows<LinkRow>(
      this.database.knex,
      `select person_id, external_user_id, given_name, family_name, roles, state, broken_code, linked_at,
              gone_since
       from account_link where person_id = any(:personIds) and state <> 'unlinked'`,
      { personIds: [...personIds] },
    );
    return found.map((row) => ({
      personId: row.person_id,
      externalUserId: row.external_user_id,
      givenName: row.given_name,
      familyName: row.family_name,
      roles: row.roles,
      state: row.state,
      brokenCode: row.broken_code ?? undefined,
      linkedAt: row.linked_at,
      ...(row.gone_since === null ? {} : { goneSince: row.gone_since }),
    }));
  }

  async link(
    links: readonly NewLink[],
    options: LinkOptions = { replaceBroken: false },
  ): Promise<readonly LinkOutcome[]> {
    const outcomes: LinkOutcome[] = [];
    for (let from = 0; from < links.length; from += ROWS_PER_STATEMENT) {
      outcomes.push(...(await this.linkSome(links.slice(from, from + ROWS_PER_STATEMENT), options)));
    }
    return outcomes;
  }

  private async linkSome(links: readonly NewLink[], options: LinkOptions): Promise<LinkOutcome[]> {
    await this.finishUnlinking(links);
    const kept = await this.database.knex.transaction(async (transaction) => {
      if (options.replaceBroken) {
        for (const link of links) await replaceBrokenProfile(transaction, this.vault, link);
      }
      await this.insert(transaction, links);
      await this.replaceTokens(transaction, links);
      return rows<{ person_id: string; external_user_id: string }>(
        transaction,
        `select person_id, external_user_id from account_link
         where person_id = any(:personIds) and state <> 'unlinked'`,
        { personIds: links.map((link) => link.personId) },
      );
    });
    await this.announce(links.map((link) => link.personId));
    const accountOf = new Map(kept.map((row) => [row.person_id, row.external_user_id]));
    return links.map(({ personId, profile }) => {
      const account = accountOf.get(personId);
      if (account === undefined) return 'taken';
      return account === profile.userId ? 'linked' : 'already';
    });
  }

  private async insert(transaction: Knex, links: readonly NewLink[]): Promise<void> {
    await rows(
      transaction,
      `insert into account_link (person_id, external_user_id, given_name, family_name, roles)
       select person_id, external_user_id, given_name, family_name, array(select jsonb_array_elements_text(roles))
       from jsonb_to_recordset(:links::jsonb)
         as link(person_id text, external_user_id bigint, given_name text, family_name text, roles jsonb)
       on conflict do nothing`,
      {
        links: JSON.stringify(
          links.map(({ personId, profile }) => ({
            person_id: personId,
            external_user_id: profile.userId,
            given_name: profile.givenName,
            family_name: profile.familyName,
            roles: profile.learning?.roles ?? [],
          })),
        ),
      },
    );
  }

  private async replaceTokens(transaction: Knex, links: readonly NewLink[]): Promise<void> {
    const withTokens = links.flatMap(({ personId, profile, tokens }) =>
      tokens === undefined
        ? []
        : [
            {
              person_id: personId,
              external_user_id: profile.userId,
              given_name: profile.givenName,
              family_name: profile.familyName,
              roles: profile.learning?.roles ?? [],
              tokens: sealTokens(this.vault, tokens, linkContext(personId)).toString('base64'),
              scopes: tokens.scopes,
              life_ms: tokens.lifeMs,
            },
          ],
    );
    if (withTokens.length === 0) return;
    await rows(
      transaction,
      `update account_link set
         tokens = decode(given.tokens, 'base64'), key_id = :keyId, 
         expires_at = now() + given.life_ms * interval '1 millisecond',
         scopes = array(select jsonb_array_elements_text(given.scopes)),
         given_name = given.given_name, family_name = given.family_name,
         roles = array(select jsonb_array_elements_text(given.roles)),
         state = 'linked', broken_code = null, refused_at = null, refreshing_until = null, gone_since = null, announced = false
       from jsonb_to_recordset(:given::jsonb)
         as given(person_id text, external_user_id bigint, given_name text, family_name text, roles jsonb,
                  tokens text, scopes jsonb, life_ms float8)
       where account_link.person_id = given.person_id and account_link.external_user_id = given.external_user_id
         and account_link.state <> 'unlinked'`,
      { given: JSON.stringify(withTokens), keyId: this.vault.currentKeyId },
    );
  }

  async holders(accounts: readonly ExternalUserId[]): Promise<ReadonlyMap<ExternalUserId, string>> {
    const found = await rows<{ person_id: string; external_user_id: string }>(
      this.database.knex,
      `select person_id, external_user_id from account_link
       where external_user_id = any(:accounts::bigint[]) and state <> 'unlinked'`,
      { accounts: [...accounts] },
    );
    return new Map(found.map((row) => [row.external_user_id, row.person_id]));
  }

  async unlink(personId: string, options: UnlinkOptions = {}): Promise<boolean> {
    const unlinked = await this.database.knex.transaction(async (transaction) => {
      if (!(await bookRevocationOfLink(transaction, this.vault, personId, options))) return false;
      await rows(
        transaction,
        `update account_link set state = 'unlinked', announced = false, tokens = null, key_id = null, scopes = '{}'
         where person_id = :personId`,
        { personId },
      );
      return true;
    });
    if (unlinked) await this.announce([personId]);
    return unlinked;
  }

  async announceForgotten(): Promise<void> {
    const forgotten = await rows<{ person_id: string }>(
      this.database.knex,
      'select person_id from account_link where not announced',
    );
    if (forgotten.length > 0) await this.announce(forgotten.map((row) => row.person_id));
  }

  /** Rows whose unlinking was cut off by a crash stand in the way of a new link. */
  private async finishUnlinking(links: readonly NewLink[]): Promise<void> {
    const left = await rows<{ person_id: string }>(
      this.database.knex,
      `select person_id from account_link
       where state = 'unlinked' and (person_id = any(:personIds) or external_user_id = any(:accounts::bigint[]))`,
      { personIds: links.map((link) => link.personId), accounts: links.map((link) => link.profile.userId) },
    );
    if (left.length > 0) await this.announce(left.map((row) => row.person_id));
  }

  /**
   * A transaction of its own after the change: whoever writes a member row at the same moment either sees the change
   * when they deliver, or their row is seen here.
   */
  private async announce(personIds: readonly string[]): Promise<void> {
    await this.database.knex.transaction(async (transaction) => {
      const changed = await rows<{ person_id: string }>(
        transaction,
        `update account_link set announced = true
         where person_id = any(:personIds) and not announced returning person_id`,
        { personIds: [...personIds] },
      );
      if (changed.length === 0) return;
      const ids = changed.map((row) => row.person_id);
      for (const observer of this.observers) await observer.linksChanged(transaction, ids);
      await rows(transaction, `delete from account_link where person_id = any(:ids) and state = 'unlinked'`, { ids });
    });
  }
}
