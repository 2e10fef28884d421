import { createHash, randomBytes } from 'node:crypto';

import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { IdentityProviderError, SferumError, type SferumErrorCode } from '../errors.js';
import { HostClock, HostHttp, HostLogger } from '../host/host-services.js';
import type { SessionContext } from '../host/host-session.js';
import { IdentityProvider } from '../messenger/identity-provider.js';
import { LINK_ERROR_TEXT } from '../protocol/texts.js';
import { SettingsSource } from '../settings.js';
import { AccountLinkStore, type AccountLink } from './account-link-store.js';
import { LinkAttemptStore, type AttemptKey, type LinkCandidate } from './link-attempt-store.js';

/** What VK ID brought back in the address of the callback. */
export interface LinkCallback {
  readonly state: string | undefined;
  readonly code: string | undefined;
  readonly deviceId: string | undefined;
  readonly error: string | undefined;
}

/** Links a person with an external profile, and unlinks them. */
export interface LinkService {
  /** @returns the address of the sign-in; @throws SferumError `SFERUM_LINK_ALREADY` */
  start(session: SessionContext): Promise<string>;
  /**
   * The browser came back. Exchanges the code and keeps the profile as a candidate; the link is kept only by
   * {@link confirm}.
   * @throws SferumError `SFERUM_LINK_STATE_INVALID`, `SFERUM_LINK_REFUSED`, `SFERUM_LINK_TAKEN`,
   *   `SFERUM_IDENTITY_PROVIDER`; nothing changed then
   */
  callback(session: SessionContext, callback: LinkCallback): Promise<void>;
  current(session: SessionContext): Promise<{ readonly link?: AccountLink; readonly candidate?: LinkCandidate }>;
  /** @throws SferumError `SFERUM_LINK_STATE_INVALID`, `SFERUM_LINK_TAKEN`, `SFERUM_LINK_ALREADY` */
  confirm(session: SessionContext): Promise<void>;
  cancel(session: SessionContext): Promise<void>;
  /** Takes the link away; tokens are taken back at the provider soon after. Harmless without a link. */
  unlink(session: SessionContext): Promise<void>;
}
export const LinkService = Symbol('LinkService') as ServiceIdentifier<LinkService>;

const ATTEMPT_MS = 10 * 60_000;
const STATE_BYTES = 32;
const VERIFIER_BYTES = 48;

export class VkLinkService implements LinkService {
  constructor(
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
    @inject(LinkAttemptStore) private readonly attempts: LinkAttemptStore,
    @inject(IdentityProvider) private readonly provider: IdentityProvider,
    @inject(HostHttp) private readonly http: HostHttp,
    @inject(HostClock) private readonly clock: HostClock,
    @inject(HostLogger) private readonly logger: HostLogger,
    @inject(SettingsSource) private readonly source: SettingsSource,
  ) {}

  async start(session: SessionContext): Promise<string> {
    const link = await this.linkOf(session.personId);
    if (link?.state === 'linked') throw linkError('SFERUM_LINK_ALREADY');
    const state = randomBytes(STATE_BYTES).toString('base64url');
    const codeVerifier = randomBytes(VERIFIER_BYTES).toString('base64url');
    const expiresAt = new Date(this.clock.now().getTime() + ATTEMPT_MS);
    await this.attempts.start(keyOf(session, state), codeVerifier, expiresAt);
    return this.provider.authorizationUrl({
      state,
      codeVerifier,
      redirectUri: this.redirectUri(),
      scopes: this.source.settings.vkScopes,
    });
  }

  async callback(session: SessionContext, { state, code, deviceId, error }: LinkCallback): Promise<void> {
    if (state === undefined) throw linkError('SFERUM_LINK_STATE_INVALID');
    const key = keyOf(session, state);
    const codeVerifier = await this.attempts.claim(key);
    if (codeVerifier === undefined) throw linkError('SFERUM_LINK_STATE_INVALID');
    if (error !== undefined || code === undefined || deviceId === undefined) {
      this.logger.info('a sign-in was refused', { error: error ?? 'incomplete answer' });
      await this.attempts.end(key.stateHash, { revoke: false });
      throw linkError('SFERUM_LINK_REFUSED');
    }
    try {
      const redirectUri = this.redirectUri();
      const tokens = await this.provider.exchange({ code, deviceId, state, codeVerifier, redirectUri });
      const profile = await this.provider.profile(tokens);
      await this.attempts.offer(key, profile, tokens);
    } catch (cause) {
      await this.attempts.end(key.stateHash, { revoke: false });
      throw this.explained(cause);
    }
  }

  async current(session: SessionContext): Promise<{ readonly link?: AccountLink; readonly candidate?: LinkCandidate }> {
    const [link, candidate] = await Promise.all([
      this.linkOf(session.personId),
      this.attempts.candidate(session.personId, sha256(session.sessionId)),
    ]);
    return { ...(link && { link }), ...(candidate && { candidate }) };
  }

  async confirm(session: SessionContext): Promise<void> {
    const candidate = await this.attempts.candidate(session.personId, sha256(session.sessionId));
    if (candidate === undefined) {
      if ((await this.linkOf(session.personId))?.state === 'linked') return;
      throw linkError('SFERUM_LINK_STATE_INVALID');
    }
    const { stateHash, profile, tokens } = candidate;
    const [outcome] = await this.links.link([{ personId: session.personId, profile, tokens }]);
    if (outcome === 'linked') {
      await this.attempts.end(stateHash, { revoke: false });
      this.logger.info('an account was linked', { personId: session.personId, scopes: tokens.scopes });
      return;
    }
    await this.attempts.end(stateHash, { revoke: true });
    throw linkError(outcome === 'already' ? 'SFERUM_LINK_ALREADY' : 'SFERUM_LINK_TAKEN');
  }

  async cancel(session: SessionContext): Promise<void> {
    const candidate = await this.attempts.candidate(session.personId, sha256(session.sessionId));
    if (candidate !== undefined) await this.attempts.end(candidate.stateHash, { revoke: true });
  }

  async unlink(session: SessionContext): Promise<void> {
    if (await this.links.unlink(session.personId)) {
      this.logger.info('an account was unlinked', { personId: session.personId });
    }
  }

  private async linkOf(personId: string): Promise<AccountLink | undefined> {
    return (await this.links.findAll([personId]))[0];
  }

  private redirectUri(): string {
    return `${this.http.baseUrl}/link/callback`;
  }

  private explained(cause: unknown): unknown {
    if (!(cause instanceof IdentityProviderError)) return cause;
    this.logger.warn('the identity provider did not finish a sign-in', { providerCode: cause.providerCode });
    return new SferumError(
      cause.outcome === 'refused' ? 'SFERUM_LINK_STATE_INVALID' : 'SFERUM_IDENTITY_PROVIDER',
      LINK_ERROR_TEXT[cause.outcome === 'refused' ? 'SFERUM_LINK_STATE_INVALID' : 'SFERUM_IDENTITY_PROVIDER'] ?? '',
    );
  }
}

function linkError(code: SferumErrorCode): SferumError {
  return new SferumError(code, LINK_ERROR_TEXT[code] ?? code);
}

function keyOf(session: SessionContext, state: string): AttemptKey {
  return { stateHash: sha256(state), personId: session.personId, sessionHash: sha256(session.sessionId) };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
