import { expect } from 'chai';

import type { OrganizationAccountStore } from '../../../src/account/organization-account-store.js';
import { StoredCredentials } from '../../../src/account/stored-credentials.js';
import type { StoredTokens, TokenStore } from '../../../src/account/token-store.js';
import { IdentityProviderError } from '../../../src/errors.js';
import type { TokenSet } from '../../../src/messenger/identity-provider.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeIdentityProvider, fakeTokens } from '../../support/fake-identity-provider.js';
import { FakeLogger } from '../../support/fake-logger.js';

const ACCOUNT = '101';
const MINUTE_MS = 60_000;

/** Tokens of one account; a claim holds until it is released, saved or broken. */
class FakeTokenStore implements TokenStore {
  readonly refusedCodes: string[] = [];
  stored: StoredTokens | undefined;
  brokenCode: string | undefined;
  claimed = false;

  constructor(tokens: TokenSet | undefined) {
    this.stored = { personId: 'anna', state: 'linked', scopes: tokens?.scopes ?? [], tokens };
  }

  async find(): Promise<StoredTokens | undefined> {
    return Promise.resolve(this.stored);
  }

  async claimRefresh(): Promise<boolean> {
    const free = !this.claimed;
    this.claimed = true;
    return Promise.resolve(free);
  }

  async save(_account: string, tokens: TokenSet): Promise<void> {
    this.stored = { personId: 'anna', state: 'linked', scopes: tokens.scopes, tokens };
    return this.releaseRefresh();
  }

  async releaseRefresh(): Promise<void> {
    this.claimed = false;
    return Promise.resolve();
  }

  async markBroken(_account: string, code: string): Promise<void> {
    this.brokenCode = code;
    this.stored = { personId: 'anna', state: 'broken', scopes: [], tokens: undefined };
    return this.releaseRefresh();
  }

  async refuse(_account: string, code: string): Promise<void> {
    this.refusedCodes.push(code);
    return Promise.resolve();
  }
}

describe('StoredCredentials', () => {
  let clock: FakeClock;
  let provider: FakeIdentityProvider;
  let store: FakeTokenStore;
  let logger: FakeLogger;
  let administrator: { personId: string; account: string | undefined } | undefined;

  beforeEach(() => {
    clock = new FakeClock();
    provider = new FakeIdentityProvider();
    logger = new FakeLogger();
    administrator = { personId: 'anna', account: ACCOUNT };
    keep(fakeTokens());
  });

  function keep(tokens: TokenSet | undefined): void {
    store = new FakeTokenStore(tokens);
  }

  /** One process. */
  function credentials(): StoredCredentials {
    const organizations: OrganizationAccountStore = {
      chatAdministrator: async () => Promise.resolve(administrator),
      administratedBy: async () => Promise.resolve([]),
    };
    return new StoredCredentials(organizations, store, provider, clock, logger);
  }

  async function tokenOf(process = credentials()): Promise<string> {
    const token = await process.token(ACCOUNT);
    return 'missing' in token ? token.missing : token.accessToken;
  }

  it("gives the chat administrator's account, or says why there is none", async () => {
    expect(await credentials().accountOf('school')).to.deep.equal({ account: ACCOUNT });
    administrator = { personId: 'anna', account: undefined };
    expect(await credentials().accountOf('school')).to.deep.equal({ missing: 'credential.not-linked' });
    administrator = undefined;
    expect(await credentials().accountOf('school')).to.deep.equal({ missing: 'credential.no-administrator' });
  });

  it('gives a token that lasts, and asks nobody', async () => {
    expect(await tokenOf()).to.equal('access');
    expect(provider.refreshed).to.deep.equal([]);
  });

  it('renews a token five minutes before its end, and keeps the new one', async () => {
    keep(fakeTokens({ lifeMs: 5 * MINUTE_MS }));
    expect(await tokenOf()).to.equal('renewed-1');
    expect(store.stored?.tokens?.accessToken).to.equal('renewed-1');
    expect(store.claimed).to.equal(false);
    expect(await tokenOf()).to.equal('renewed-1');
    expect(provider.refreshed).to.have.length(1);
  });

  it('renews once for several processes that ask at once', async () => {
    keep(fakeTokens({ lifeMs: 1 * MINUTE_MS }));
    let answer = (): void => undefined;
    provider.refreshing = () => new Promise((resolve) => (answer = resolve));
    const asked = [credentials(), credentials(), credentials()].map((process) => tokenOf(process));
    await clock.advance(1_000);
    answer();
    await clock.advance(1_000);
    expect(await Promise.all(asked)).to.deep.equal(['renewed-1', 'renewed-1', 'renewed-1']);
    expect(provider.refreshed).to.have.length(1);
    expect(clock.waiting).to.equal(0);
  });

  it('does not renew again what another process renewed just before', async () => {
    keep(fakeTokens({ lifeMs: 1 * MINUTE_MS }));
    const claim = store.claimRefresh.bind(store);
    store.claimRefresh = async () => {
      await store.save(ACCOUNT, fakeTokens({ accessToken: 'of-another' }));
      return claim();
    };
    expect(await tokenOf()).to.equal('of-another');
    expect(provider.refreshed).to.deep.equal([]);
    expect(store.claimed).to.equal(false);
  });

  it('does not wait for ever for a refresher that died', async () => {
    keep(fakeTokens({ lifeMs: 1 * MINUTE_MS }));
    store.claimed = true;
    const asked = tokenOf();
    await clock.advance(60_000);
    expect(await asked).to.equal('credential.provider-away');
    expect(clock.waiting).to.equal(0);
  });

  for (const minutes of [-20, 20]) {
    it(`judges no token and no waiting by a time of day that is wrong by ${minutes} minutes`, async () => {
      clock.jump(minutes * MINUTE_MS);
      expect(await tokenOf()).to.equal('access');
      keep(fakeTokens({ lifeMs: MINUTE_MS }));
      store.claimed = true;
      const asked = tokenOf();
      clock.jump(-minutes * MINUTE_MS);
      await clock.advance(29_000);
      expect(clock.waiting, 'waits on').to.equal(1);
      await clock.advance(2_000);
      expect(await asked).to.equal('credential.provider-away');
    });
  }

  it('marks the link broken when the provider refuses to renew', async () => {
    keep(fakeTokens({ lifeMs: 1 * MINUTE_MS }));
    provider.failures.refresh = new IdentityProviderError('refused', 'invalid_grant', 'отозвано');
    expect(await tokenOf()).to.equal('credential.broken');
    expect(store.brokenCode).to.equal('vkid.invalid_grant');
    expect(await tokenOf()).to.equal('credential.broken');
    expect(provider.refreshed).to.have.length(1);
  });

  it('keeps the link while the provider is away, and lets the next one try', async () => {
    keep(fakeTokens({ lifeMs: 1 * MINUTE_MS }));
    provider.failures.refresh = new IdentityProviderError('unknown', 'timeout', 'VK ID молчит');
    expect(await tokenOf()).to.equal('credential.provider-away');
    expect(store.brokenCode).to.equal(undefined);
    expect(store.claimed).to.equal(false);
    expect(await tokenOf()).to.equal('renewed-2');
  });

  it('names the right that is missing, before and after a renewal', async () => {
    keep(fakeTokens({ scopes: ['vkid.personal_info'] }));
    expect(await tokenOf()).to.equal('credential.scope-missing');
    keep(fakeTokens({ lifeMs: 1 * MINUTE_MS }));
    provider.tokens = fakeTokens({ scopes: ['vkid.personal_info'] });
    expect(await tokenOf()).to.equal('credential.scope-missing');
  });

  it('names an account that is unknown, or linked without tokens', async () => {
    store.stored = { personId: 'anna', state: 'linked', scopes: ['messages'], tokens: undefined };
    expect(await tokenOf()).to.equal('credential.no-token');
    store.stored = undefined;
    expect(await tokenOf()).to.equal('credential.not-linked');
  });

  it('books a refusal of the token in use only', async () => {
    const failure = { class: 'credential', code: 'vk.5', scope: 'credential', effect: 'none' } as const;
    await credentials().refused(ACCOUNT, 'one of before', failure);
    expect(store.refusedCodes).to.deep.equal([]);
    await credentials().refused(ACCOUNT, 'access', failure);
    expect(store.refusedCodes).to.deep.equal(['vk.5']);
  });

  it('logs no token', async () => {
    keep(fakeTokens({ accessToken: 'secret-access', refreshToken: 'secret-refresh', lifeMs: 1 * MINUTE_MS }));
    provider.failures.refresh = new IdentityProviderError('unknown', 'timeout', 'VK ID молчит');
    await tokenOf();
    await credentials().refused(ACCOUNT, 'secret-access', {
      ...{ class: 'credential', code: 'vk.5', scope: 'credential', effect: 'none' },
    });
    expect(JSON.stringify(logger.lines)).not.to.include('secret');
  });
});
