import { expect } from 'chai';

import type { AccountLink, AccountLinkStore, LinkOutcome, NewLink } from '../../../src/account/account-link-store.js';
import type { AttemptKey, LinkAttemptStore, LinkCandidate } from '../../../src/account/link-attempt-store.js';
import { HeldProfiles } from '../../../src/account/held-profiles.js';
import { idOf, VkLinkService, type LinkCallback } from '../../../src/account/link-service.js';
import { IdentityProviderError } from '../../../src/errors.js';
import type { PersonKind } from '../../../src/host/host-directory.js';
import type { ExternalProfile, TokenSet } from '../../../src/messenger/identity-provider.js';
import { SchoolBelonging } from '../../../src/account/school-belonging.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeDirectory } from '../../support/fake-directory.js';
import { FakeIdentityProvider, fakeTokens } from '../../support/fake-identity-provider.js';
import { FakeLogger } from '../../support/fake-logger.js';
import { fakeSession } from '../../support/fake-session.js';
import { FakeSettings } from '../../support/fake-settings.js';

interface Attempt {
  readonly key: AttemptKey;
  readonly codeVerifier: string;
  readonly expiresAt: Date;
  claimed: boolean;
  candidate?: LinkCandidate;
}

/** Sign-ins in memory; tokens that are to be taken back are written down. */
class FakeLinkAttemptStore implements LinkAttemptStore {
  readonly attempts: Attempt[] = [];
  readonly revoked: string[] = [];

  constructor(private readonly clock: FakeClock) {}

  async start(key: AttemptKey, codeVerifier: string, lifeMs: number): Promise<void> {
    const expiresAt = new Date(this.clock.now().getTime() + lifeMs);
    this.attempts.push({ key, codeVerifier, expiresAt, claimed: false });
    return Promise.resolve();
  }

  async claim(key: AttemptKey): Promise<string | undefined> {
    const attempt = this.find(key.stateHash);
    const own = attempt?.key.personId === key.personId && attempt.key.sessionHash.equals(key.sessionHash);
    if (attempt === undefined || !own || attempt.claimed || attempt.expiresAt <= this.clock.now()) {
      return Promise.resolve(undefined);
    }
    attempt.claimed = true;
    return Promise.resolve(attempt.codeVerifier);
  }

  async offer({ stateHash }: AttemptKey, profile: ExternalProfile, tokens: TokenSet): Promise<boolean> {
    const attempt = this.find(stateHash);
    if (attempt === undefined) this.revoked.push(tokens.accessToken);
    else attempt.candidate = { stateHash, profile, tokens };
    return Promise.resolve(attempt !== undefined);
  }

  async candidate(personId: string, sessionHash: Buffer): Promise<LinkCandidate | undefined> {
    const own = this.attempts.filter(({ key }) => key.personId === personId && key.sessionHash.equals(sessionHash));
    return Promise.resolve(own.findLast(({ candidate }) => candidate !== undefined)?.candidate);
  }

  async end(stateHash: Buffer, { revoke, tokens }: { revoke: boolean; tokens?: TokenSet | undefined }): Promise<void> {
    const attempt = this.find(stateHash);
    const ended = attempt?.candidate?.tokens ?? tokens;
    if (revoke && ended !== undefined) this.revoked.push(ended.accessToken);
    if (attempt !== undefined) this.attempts.splice(this.attempts.indexOf(attempt), 1);
    return Promise.resolve();
  }

  async clearOld(): Promise<void> {
    return Promise.resolve();
  }

  private find(stateHash: Buffer): Attempt | undefined {
    return this.attempts.find(({ key }) => key.stateHash.equals(stateHash));
  }
}

class FakeAccountLinkStore implements AccountLinkStore {
  readonly links = new Map<string, AccountLink>();
  readonly calls: NewLink[] = [];
  outcome: LinkOutcome = 'linked';

  async findAll(personIds: readonly string[]): Promise<readonly AccountLink[]> {
    return Promise.resolve([...this.links.values()].filter(({ personId }) => personIds.includes(personId)));
  }

  async link(links: readonly NewLink[]): Promise<readonly LinkOutcome[]> {
    this.calls.push(...links);
    if (this.outcome === 'linked') for (const link of links) this.put(link.personId, 'linked', link.profile);
    return Promise.resolve(links.map(() => this.outcome));
  }

  async holders(accounts: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const held = [...this.links.values()].filter(({ externalUserId }) => accounts.includes(externalUserId));
    return Promise.resolve(new Map(held.map(({ externalUserId, personId }) => [externalUserId, personId])));
  }

  async unlink(personId: string): Promise<boolean> {
    this.outcome = 'linked';
    return Promise.resolve(this.links.delete(personId));
  }

  async announceForgotten(): Promise<void> {
    return Promise.resolve();
  }

  put(personId: string, state: AccountLink['state'], profile?: ExternalProfile): void {
    this.links.set(personId, {
      ...{ personId, state, externalUserId: profile?.userId ?? '101', givenName: 'Анна', familyName: 'Орлова' },
      ...{ roles: [], brokenCode: undefined, linkedAt: new Date('2026-11-23T09:00:00Z') },
    });
  }
}

const ANNA = fakeSession('anna');

describe('LinkService', () => {
  let clock: FakeClock;
  let attempts: FakeLinkAttemptStore;
  let links: FakeAccountLinkStore;
  let provider: FakeIdentityProvider;
  let logger: FakeLogger;
  let directory: FakeDirectory;
  let service: VkLinkService;

  beforeEach(() => {
    clock = new FakeClock();
    attempts = new FakeLinkAttemptStore(clock);
    links = new FakeAccountLinkStore();
    provider = new FakeIdentityProvider();
    logger = new FakeLogger();
    const http = {
      ...{ baseUrl: 'https://school.example/plugins/sferum', desktopUrl: 'https://school.example/' },
      mount: () => () => undefined,
    };
    directory = new FakeDirectory();
    directory.personList.push({ id: 'anna', givenName: 'Анна', familyName: 'Орлова', kinds: ['employee'] });
    const profiles = new HeldProfiles(links, new SchoolBelonging(directory), logger);
    service = new VkLinkService(links, attempts, provider, http, clock, logger, new FakeSettings(), profiles);
  });

  async function started(session = ANNA): Promise<string> {
    await service.start(session);
    return provider.requests.at(-1)?.state ?? expect.fail('no sign-in was started');
  }

  function answer(state: string, more: Partial<LinkCallback> = {}): LinkCallback {
    return { state, code: 'code', deviceId: 'device', error: undefined, ...more };
  }

  async function refused(promise: Promise<unknown>): Promise<string> {
    return promise.then(
      () => expect.fail('nothing was refused'),
      (error: { code: string }) => error.code,
    );
  }

  async function signedIn(): Promise<void> {
    await service.callback(ANNA, answer(await started()));
  }

  it('starts with a state and a verifier of its own each time, for ten minutes', async () => {
    await started();
    await started();
    const [one, other] = provider.requests;
    expect(one?.state).not.to.equal(other?.state);
    expect(one?.codeVerifier).not.to.equal(other?.codeVerifier);
    expect(one?.codeVerifier).to.match(/^[\w-]{43,128}$/);
    expect(one?.redirectUri).to.equal('https://school.example/plugins/sferum/link/callback');
    expect(one?.scopes).to.include('messages');
    expect(attempts.attempts[0]?.expiresAt).to.deep.equal(new Date('2026-11-23T09:10:00Z'));
  });

  it('keeps neither the state nor the session in the clear', async () => {
    const state = await started();
    expect(attempts.attempts[0]?.key.stateHash).to.have.length(32);
    expect(JSON.stringify(attempts.attempts)).not.to.include(state).and.not.to.include(ANNA.sessionId);
  });

  it('does not start for who is linked, but does for who has to link again', async () => {
    links.put('anna', 'linked');
    expect(await refused(service.start(ANNA))).to.equal('SFERUM_LINK_ALREADY');
    links.put('anna', 'broken');
    await service.start(ANNA);
    expect(attempts.attempts).to.have.length(1);
  });

  it('keeps a profile that came back as a candidate, and links nothing yet', async () => {
    await signedIn();
    const { link, candidate } = await service.current(ANNA);
    expect(link).to.equal(undefined);
    expect(candidate?.profile.givenName).to.equal('Анна');
    expect(links.calls).to.deep.equal([]);
    expect(provider.answers[0]).to.include({ code: 'code', deviceId: 'device' });
    expect(provider.answers[0]?.codeVerifier).to.equal(provider.requests[0]?.codeVerifier);
  });

  it('links after the yes, once', async () => {
    await signedIn();
    await service.confirm(ANNA);
    await service.confirm(ANNA);
    expect(links.calls.map(({ personId, profile }) => [personId, profile.userId])).to.deep.equal([['anna', '101']]);
    expect((await service.current(ANNA)).candidate).to.equal(undefined);
    expect(attempts.revoked).to.deep.equal([]);
  });

  it('does not take the answer twice', async () => {
    const state = await started();
    await service.callback(ANNA, answer(state));
    expect(await refused(service.callback(ANNA, answer(state)))).to.equal('SFERUM_LINK_STATE_INVALID');
    expect(provider.answers).to.have.length(1);
    expect((await service.current(ANNA)).candidate).not.to.equal(undefined);
  });

  for (const [who, session] of [
    ['another session of the person', fakeSession('anna', [], { sessionId: 'another' })],
    ['another person', fakeSession('boris')],
    ['another person in the same browser session', fakeSession('boris', [], { sessionId: ANNA.sessionId })],
  ] as const) {
    it(`does not take the answer from ${who}, and leaves it to its owner`, async () => {
      const state = await started();
      expect(await refused(service.callback(session, answer(state)))).to.equal('SFERUM_LINK_STATE_INVALID');
      expect(provider.answers).to.deep.equal([]);
      await service.callback(ANNA, answer(state));
      expect((await service.current(session)).candidate).to.equal(undefined);
    });
  }

  it('does not take an answer after ten minutes', async () => {
    const state = await started();
    await clock.advance(600_000);
    expect(await refused(service.callback(ANNA, answer(state)))).to.equal('SFERUM_LINK_STATE_INVALID');
    expect(provider.answers).to.deep.equal([]);
  });

  for (const state of [undefined, '', 'unknown']) {
    it(`does not take an answer whose state is ${JSON.stringify(state)}`, async () => {
      await started();
      expect(await refused(service.callback(ANNA, { ...answer(''), state }))).to.equal('SFERUM_LINK_STATE_INVALID');
      expect(attempts.attempts).to.have.length(1);
    });
  }

  for (const [what, more, code] of [
    ['without its device', { deviceId: undefined }, 'SFERUM_LINK_PROFILE_MISSING'],
    ['without its code', { code: undefined }, 'SFERUM_LINK_PROFILE_MISSING'],
    ['with an empty code', { code: '' }, 'SFERUM_LINK_PROFILE_MISSING'],
    ['of a person who said no', { code: undefined, error: 'access_denied' }, 'SFERUM_LINK_REFUSED'],
    ['of a provider in trouble', { code: undefined, error: 'server_error' }, 'SFERUM_IDENTITY_PROVIDER'],
  ] as const) {
    it(`ends the sign-in at an answer ${what}`, async () => {
      expect(await refused(service.callback(ANNA, answer(await started(), more)))).to.equal(code);
      expect(provider.answers).to.deep.equal([]);
      expect(attempts.attempts).to.deep.equal([]);
      expect(links.calls).to.deep.equal([]);
    });
  }

  for (const [what, failure, code] of [
    ['refuses the code', ['refused', 'invalid_grant'], 'SFERUM_LINK_STATE_INVALID'],
    ['refuses the application', ['refused', 'invalid_client'], 'SFERUM_IDENTITY_PROVIDER'],
    ['does not answer', ['unknown', 'timeout'], 'SFERUM_IDENTITY_PROVIDER'],
  ] as const) {
    it(`changes nothing when the provider ${what}`, async () => {
      provider.failures.exchange = new IdentityProviderError(failure[0], failure[1], 'VK ID');
      expect(await refused(service.callback(ANNA, answer(await started())))).to.equal(code);
      expect(attempts.attempts).to.deep.equal([]);
      expect(links.calls).to.deep.equal([]);
    });
  }

  it('takes the tokens back when the profile does not come', async () => {
    provider.failures.profile = new IdentityProviderError('unknown', 'timeout', 'VK ID молчит');
    expect(await refused(service.callback(ANNA, answer(await started())))).to.equal('SFERUM_IDENTITY_PROVIDER');
    expect(attempts.revoked).to.deep.equal(['access']);
  });

  it("does not take one account's profile for another's tokens", async () => {
    provider.tokens = fakeTokens({ userId: '999' });
    expect(await refused(service.callback(ANNA, answer(await started())))).to.equal('SFERUM_LINK_PROFILE_MISSING');
    expect(attempts.revoked).to.deep.equal(['access']);
  });

  for (const [outcome, code] of [
    ['taken', 'SFERUM_LINK_TAKEN'],
    ['already', 'SFERUM_LINK_ALREADY'],
  ] as const) {
    it(`gives the tokens back when the profile is ${outcome}`, async () => {
      holder('boris', ['guardian']);
      links.outcome = outcome;
      await signedIn();
      expect(await refused(service.confirm(ANNA))).to.equal(code);
      expect(attempts.revoked).to.deep.equal(['access']);
      expect([...links.links.keys()]).to.deep.equal(['boris']);
      expect((await service.current(ANNA)).candidate).to.equal(undefined);
    });
  }

  /** The profile that Anna brings is linked to this person. */
  function holder(id: string, kinds: readonly PersonKind[]): void {
    links.put(id, 'linked');
    links.outcome = 'taken';
    directory.personList.push({ id, givenName: 'Борис', familyName: 'Орлов', kinds });
  }

  it('links a profile whose owner no school has, and ends that link', async () => {
    holder('anna-before', []);
    await signedIn();
    await service.confirm(ANNA);
    expect([...links.links.keys()]).to.deep.equal(['anna']);
    expect(attempts.revoked).to.deep.equal([]);
    expect((await service.current(ANNA)).candidate).to.equal(undefined);
  });

  it('links it, too, in place of a broken link to another profile', async () => {
    links.put('anna', 'broken', { userId: '99', givenName: 'Анна', familyName: 'Орлова' });
    holder('anna-before', []);
    links.outcome = 'already';
    await signedIn();
    await service.confirm(ANNA);
    expect([...links.links.keys()]).to.deep.equal(['anna']);
  });

  it('refuses the profile while nobody can say whether its owner is gone, and tells when to try again', async () => {
    holder('anna-before', []);
    directory.people = async () => Promise.reject(new Error('the directory is away'));
    await signedIn();
    const error = (await service.confirm(ANNA).catch((cause: unknown) => cause)) as Error & { code: string };
    expect(error.code).to.equal('SFERUM_LINK_TAKEN');
    expect(error.message).to.match(/через несколько минут/);
    expect([...links.links.keys()]).to.deep.equal(['anna-before']);
    expect(attempts.revoked).to.deep.equal(['access']);
  });

  it('links only the candidate that was shown', async () => {
    await signedIn();
    const { candidate } = await service.current(ANNA);
    expect(await refused(service.confirm(ANNA, 'another'))).to.equal('SFERUM_LINK_STATE_INVALID');
    expect(links.calls).to.deep.equal([]);
    await service.confirm(ANNA, idOf(candidate ?? expect.fail('no candidate')));
    expect(links.calls).to.have.length(1);
  });

  it('has nothing to confirm before a sign-in', async () => {
    expect(await refused(service.confirm(ANNA))).to.equal('SFERUM_LINK_STATE_INVALID');
  });

  it('gives the tokens back when the person says no', async () => {
    await signedIn();
    await service.cancel(ANNA);
    await service.cancel(ANNA);
    expect(attempts.revoked).to.deep.equal(['access']);
    expect(await refused(service.confirm(ANNA))).to.equal('SFERUM_LINK_STATE_INVALID');
    expect(links.links.size).to.equal(0);
  });

  it('takes a store that does not say what became of the link for broken, not for somebody else’s profile', async () => {
    const state = await started();
    await service.callback(ANNA, { state, code: 'code', deviceId: 'device', error: undefined });
    links.link = async () => Promise.resolve([]);
    const error: unknown = await service.confirm(ANNA).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(TypeError).with.property('message', 'missing: what became of the link');
  });

  it('unlinks, also when there is nothing to unlink', async () => {
    links.put('anna', 'linked');
    links.put('boris', 'linked');
    await service.unlink(ANNA);
    await service.unlink(ANNA);
    expect([...links.links.keys()]).to.deep.equal(['boris']);
  });

  it('logs no state, code or token', async () => {
    const state = await started();
    await service.callback(ANNA, answer(state, { code: 'secret-code' }));
    await service.confirm(ANNA);
    const log = JSON.stringify(logger.lines);
    for (const secret of [state, 'secret-code', '"access"', 'refresh']) expect(log).not.to.include(secret);
  });
});
