import { inject } from 'inversify';

import type { CredentialProblem, CredentialSource } from '../delivery/work-source.js';
import { IdentityProviderError } from '../errors.js';
import { HostClock, HostLogger } from '../host/host-services.js';
import { IdentityProvider, type TokenSet } from '../messenger/identity-provider.js';
import type { ExternalUserId, MessengerFailure } from '../messenger/messenger.js';
import { OrganizationAccountStore } from './organization-account-store.js';
import { TokenStore, type StoredTokens } from './token-store.js';

/** A token is renewed this long before its end, so that it does not end on the way. */
const RENEW_BEFORE_MS = 5 * 60_000;
/**
 * Longer than a refresh can take (a request's time limit is 60 s at most): two refreshers with one old token would end
 * the whole sign-in. A refresher that died is replaced after it.
 */
const REFRESH_LEASE_MS = 90_000;
/** How long others wait for a refresher. */
const REFRESH_WAIT_MS = 30_000;
const REFRESH_POLL_MS = 200;
/** The old pair is dead: what cannot be stored is lost, so a database that is briefly away is waited for. */
const SAVE_ATTEMPTS = 10;
const SAVE_PAUSE_MS = 1_000;
/** The right without which VK refuses chats; VK leaves rights out silently, so it is looked for. */
const NEEDED_SCOPE = 'messages';

type Token = { readonly accessToken: string } | { readonly missing: CredentialProblem };

/** Tokens of the chat administrators, refreshed before use by one refresher at a time over all processes. */
export class StoredCredentials implements CredentialSource {
  constructor(
    @inject(OrganizationAccountStore) private readonly organizations: OrganizationAccountStore,
    @inject(TokenStore) private readonly tokens: TokenStore,
    @inject(IdentityProvider) private readonly provider: IdentityProvider,
    @inject(HostClock) private readonly clock: HostClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  async accountOf(
    organizationId: string,
  ): Promise<{ readonly account: ExternalUserId } | { readonly missing: CredentialProblem }> {
    const administrator = await this.organizations.chatAdministrator(organizationId);
    if (administrator === undefined) return { missing: 'credential.no-administrator' };
    if (administrator.account === undefined) return { missing: 'credential.not-linked' };
    return { account: administrator.account };
  }

  async token(account: ExternalUserId): Promise<Token> {
    for (let waitedMs = 0; ; waitedMs += REFRESH_POLL_MS) {
      const stored = await this.tokens.find(account);
      const problem = problemOf(stored);
      if (problem !== undefined) return { missing: problem };
      const tokens = stored?.tokens;
      if (tokens === undefined) return { missing: 'credential.no-token' };
      if (tokens.lifeMs > RENEW_BEFORE_MS) return tokens;
      if (await this.tokens.claimRefresh(account, REFRESH_LEASE_MS)) return this.refresh(account);
      if (waitedMs > REFRESH_WAIT_MS) return { missing: 'credential.provider-away' };
      await this.pause(REFRESH_POLL_MS);
    }
  }

  async refused(account: ExternalUserId, accessToken: string, failure: MessengerFailure): Promise<void> {
    const stored = await this.tokens.find(account);
    if (stored?.tokens?.accessToken !== accessToken) return;
    this.logger.warn('the messenger refused a token', { account, code: failure.code });
    await this.tokens.refuse(account, failure.code);
  }

  private async keep(account: ExternalUserId, renewed: TokenSet): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.tokens.save(account, renewed);
      } catch (error) {
        if (attempt === SAVE_ATTEMPTS) throw error;
        this.logger.warn('a refreshed token is not stored yet', { account, attempt });
        await this.pause(SAVE_PAUSE_MS);
      }
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }

  /** The claim is held. What was stored is read again: somebody may have refreshed just before. */
  private async refresh(account: ExternalUserId): Promise<Token> {
    const stored = await this.tokens.find(account);
    const old = stored?.tokens;
    if (old === undefined) return { missing: 'credential.no-token' };
    if (old.lifeMs > RENEW_BEFORE_MS) {
      await this.tokens.releaseRefresh(account);
      return old;
    }
    return this.exchange(account, old);
  }

  private async exchange(account: ExternalUserId, old: TokenSet): Promise<Token> {
    try {
      const renewed = await this.provider.refresh(old);
      await this.keep(account, renewed);
      return renewed.scopes.includes(NEEDED_SCOPE) ? renewed : { missing: 'credential.scope-missing' };
    } catch (error) {
      if (!(error instanceof IdentityProviderError)) throw error;
      this.logger.warn('a token could not be refreshed', { account, providerCode: error.providerCode });
      if (error.outcome === 'refused') {
        await this.tokens.markBroken(account, `vkid.${error.providerCode}`);
        return { missing: 'credential.broken' };
      }
      await this.tokens.releaseRefresh(account);
      return { missing: 'credential.provider-away' };
    }
  }
}

function problemOf(stored: StoredTokens | undefined): CredentialProblem | undefined {
  if (stored === undefined) return 'credential.not-linked';
  if (stored.state === 'broken') return 'credential.broken';
  if (stored.tokens === undefined) return 'credential.no-token';
  if (!stored.scopes.includes(NEEDED_SCOPE)) return 'credential.scope-missing';
  return undefined;
}
