import { expect } from 'chai';

import type { RevocationStore, RevocationTask } from '../../../src/account/revocation-store.js';
import { StoredRevocationWorker } from '../../../src/account/revocation-worker.js';
import { IdentityProviderError } from '../../../src/errors.js';
import type { TokenSet } from '../../../src/messenger/identity-provider.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeIdentityProvider, fakeTokens } from '../../support/fake-identity-provider.js';
import { FakeLogger } from '../../support/fake-logger.js';
import { FakeNotifications } from '../../support/fake-notifications.js';

/** Tasks in memory, handed out in turn. */
class FakeRevocationStore implements RevocationStore {
  readonly waiting: RevocationTask[] = [];
  readonly ended: string[] = [];
  readonly renewed: TokenSet[] = [];
  readonly postponed: { readonly id: string; readonly delayMs: number }[] = [];

  add(id: string, more: Partial<RevocationTask> = {}): this {
    this.waiting.push({ id, attempts: 1, tokens: fakeTokens({ accessToken: id }), profile: 'due', ...more });
    return this;
  }

  async take(): Promise<RevocationTask | undefined> {
    return Promise.resolve(this.waiting.shift());
  }

  async renew(_id: string, tokens: TokenSet): Promise<void> {
    this.renewed.push(tokens);
    return Promise.resolve();
  }

  async end(id: string): Promise<void> {
    this.ended.push(id);
    return Promise.resolve();
  }

  async postpone(id: string, delayMs: number): Promise<void> {
    this.postponed.push({ id, delayMs });
    return Promise.resolve();
  }
}

describe('RevocationWorker', () => {
  let clock: FakeClock;
  let store: FakeRevocationStore;
  let provider: FakeIdentityProvider;
  let notifications: FakeNotifications;
  let logger: FakeLogger;
  let worker: StoredRevocationWorker;

  beforeEach(() => {
    clock = new FakeClock();
    store = new FakeRevocationStore();
    provider = new FakeIdentityProvider();
    notifications = new FakeNotifications();
    logger = new FakeLogger();
    worker = new StoredRevocationWorker(store, provider, notifications, clock, logger);
  });

  afterEach(async () => {
    await worker.stop();
    expect(clock.waiting, 'timers left').to.equal(0);
    expect(notifications.received.observed, 'a subscription left').to.equal(false);
  });

  async function start(): Promise<void> {
    worker.start();
    await clock.settle();
  }

  it('takes back what waits at its start, all of it', async () => {
    store.add('one').add('two');
    await start();
    expect(provider.revoked).to.deep.equal(['one', 'two']);
    expect(store.ended).to.deep.equal(['one', 'two']);
  });

  for (const kind of ['revocation', 'resumed'] as const) {
    it(`looks at once when told: ${kind}`, async () => {
      await start();
      store.add('one');
      notifications.received.next({ kind });
      await clock.settle();
      expect(store.ended).to.deep.equal(['one']);
    });
  }

  it('does not look for what concerns others', async () => {
    await start();
    store.add('one');
    notifications.received.next({ kind: 'lane', organizationId: 'school' });
    await clock.settle();
    expect(store.ended).to.deep.equal([]);
  });

  it('finds what it was not told of within half a minute', async () => {
    await start();
    store.add('one');
    await clock.advance(30_000);
    expect(store.ended).to.deep.equal(['one']);
  });

  it('tries again later, with backoff, when the provider does not answer', async () => {
    store.add('one', { attempts: 3 });
    provider.failures.revoke = new IdentityProviderError('unknown', 'timeout', 'VK ID молчит');
    await start();
    expect(store.ended).to.deep.equal([]);
    expect(store.postponed[0]?.delayMs).to.be.within(4_000, 8_000);
  });

  it('is done when the provider does not know the tokens any more', async () => {
    store.add('one');
    provider.failures.revoke = new IdentityProviderError('refused', 'invalid_token', 'нет такого');
    await start();
    expect(store.ended).to.deep.equal(['one']);
    expect(store.postponed).to.deep.equal([]);
  });

  it('keeps the tokens when the refusal is about something else', async () => {
    store.add('one');
    provider.failures.revoke = new IdentityProviderError('refused', 'invalid_client', 'не то приложение');
    await start();
    expect(store.ended).to.deep.equal([]);
    expect(store.postponed).to.have.length(1);
  });

  it('only forgets the tokens of a profile that somebody is linked with again', async () => {
    store.add('one', { profile: 'linked' });
    await start();
    expect(provider.revoked).to.deep.equal([]);
    expect(store.ended).to.deep.equal(['one']);
  });

  it('waits while somebody signs in with the profile', async () => {
    store.add('one', { profile: 'signing-in' });
    await start();
    expect(provider.revoked).to.deep.equal([]);
    expect(store.postponed).to.deep.equal([{ id: 'one', delayMs: 60_000 }]);
  });

  it('renews a token that has ended, keeps the new one, and takes that back', async () => {
    store.add('one', { tokens: fakeTokens({ lifeMs: 0 }) });
    await start();
    expect(store.renewed.map(({ accessToken }) => accessToken)).to.deep.equal(['renewed-1']);
    expect(provider.revoked).to.deep.equal(['renewed-1']);
    expect(store.ended).to.deep.equal(['one']);
  });

  it('goes on with others after one that failed', async () => {
    store.add('one').add('two');
    provider.failures.revoke = new IdentityProviderError('unknown', 'timeout', 'VK ID молчит');
    await start();
    expect(store.ended).to.deep.equal(['two']);
  });

  it('survives a store that is away', async () => {
    const take = store.take.bind(store);
    store.take = () => Promise.reject(new Error('the database is away'));
    await start();
    store.take = take;
    store.add('one');
    await clock.advance(30_000);
    expect(store.ended).to.deep.equal(['one']);
    expect(logger.of('error')).to.deep.equal(['revocations cannot be read']);
  });

  it('logs no token', async () => {
    store.add('secret-token');
    provider.failures.revoke = new IdentityProviderError('unknown', 'timeout', 'VK ID молчит');
    await start();
    expect(JSON.stringify(logger.lines)).not.to.include('secret-token');
  });

  it('is started and stopped twice without harm', async () => {
    await start();
    await start();
    await worker.stop();
    await worker.stop();
    expect(clock.waiting).to.equal(0);
  });
});
