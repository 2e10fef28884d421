import { createHash, randomBytes } from 'node:crypto';

import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { IdentityProviderError, SferumError, type SferumErrorCode } from '../errors.js';
import { HostClock, HostHttp, HostLogger } from '../host/host-services.js';
import type { SessionContext } from '../host/host-session.js';
import { IdentityProvider, type AuthorizationAnswer, type TokenSet } from '../messenger/identity-provider.js';
import { must } from '../must.js';
import { LINK_ERROR_TEXT, LINK_TAKEN_UNKNOWN_TEXT } from '../protocol/texts.js';
import { SettingsSource } from '../settings.js';
import { AccountLinkStore, type AccountLink, type LinkOutcome, type NewLink } from './account-link-store.js';
import { HeldProfiles, type ProfileState } from './held-profiles.js';
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
   * @throws SferumError `SFERUM_LINK_STATE_INVALID`, `SFERUM_LINK_REFUSED`, `SFERUM_LINK_PROFILE_MISSING` (the answer
   *   lacks its code, device or person), `SFERUM_IDENTITY_PROVIDER`; nothing changed then
   */
  callback(session: SessionContext, callback: LinkCallback): Promise<void>;
  current(session: SessionContext): Promise<{ readonly link?: AccountLink; readonly candidate?: LinkCandidate }>;
  /**
   * A profile that is held by a person whom no school has becomes free.
   * @param shown id of the candidate that the person saw, see {@link idOf}; another one is not linked
   * @throws SferumError `SFERUM_LINK_STATE_INVALID`, `SFERUM_LINK_TAKEN`, `SFERUM_LINK_ALREADY`
   */
  confirm(session: SessionContext, shown?: string): Promise<void>;
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
    @inject(HeldProfiles) private readonly profiles: HeldProfiles,
  ) {}

  async start(session: SessionContext): Promise<string> {
    const link = await this.linkOf(session.personId);
    if (link?.state === 'linked') throw linkError('SFERUM_LINK_ALREADY');
    const state = randomBytes(STATE_BYTES).toString('base64url');
    const codeVerifier = randomBytes(VERIFIER_BYTES).toString('base64url');
    await this.attempts.start(keyOf(session, state), codeVerifier, ATTEMPT_MS);
    return this.provider.authorizationUrl({
      state,
      codeVerifier,
      redirectUri: this.redirectUri(),
      scopes: this.source.settings.vkScopes,
    });
  }

  async callback(session: SessionContext, callback: LinkCallback): Promise<void> {
    const { state, code, deviceId } = callback;
    if (!state) throw linkError('SFERUM_LINK_STATE_INVALID');
    const key = keyOf(session, state);
    const codeVerifier = await this.attempts.claim(key);
    if (codeVerifier === undefined) throw linkError('SFERUM_LINK_STATE_INVALID');
    const refusal = refusalOf(callback);
    if (refusal !== undefined || !code || !deviceId) {
      this.logger.info('a sign-in came back without a code', { error: shownError(callback.error) });
      await this.attempts.end(key.stateHash, { revoke: false });
      throw linkError(refusal ?? 'SFERUM_LINK_PROFILE_MISSING');
    }
    await this.exchange(key, { code, deviceId, state, codeVerifier, redirectUri: this.redirectUri() });
  }

  private async exchange(key: AttemptKey, answer: AuthorizationAnswer): Promise<void> {
    let tokens: TokenSet | undefined;
    try {
      tokens = await this.provider.exchange(answer);
      const profile = await this.provider.profile(tokens);
      if (profile.userId !== tokens.userId) throw linkError('SFERUM_LINK_PROFILE_MISSING');
      if (await this.attempts.offer(key, profile, tokens)) return;
    } catch (cause) {
      await this.attempts.end(key.stateHash, { revoke: tokens !== undefined, tokens });
      throw this.explained(cause);
    }
    throw linkError('SFERUM_LINK_STATE_INVALID');
  }

  async current(session: SessionContext): Promise<{ readonly link?: AccountLink; readonly candidate?: LinkCandidate }> {
    const [link, candidate] = await Promise.all([
      this.linkOf(session.personId),
      this.attempts.candidate(session.personId, sha256(session.sessionId)),
    ]);
    return { ...(link && { link }), ...(candidate && { candidate }) };
  }

  async confirm(session: SessionContext, shown?: string): Promise<void> {
    const candidate = await this.attempts.candidate(session.personId, sha256(session.sessionId));
    if (candidate === undefined) {
      if ((await this.linkOf(session.personId))?.state === 'linked') return;
      throw linkError('SFERUM_LINK_STATE_INVALID');
    }
    const { stateHash, profile, tokens } = candidate;
    if (shown !== undefined && shown !== idOf(candidate)) throw linkError('SFERUM_LINK_STATE_INVALID');
    const link = { personId: session.personId, profile, tokens };
    const { outcome, profileState } = await this.link(link);
    if (outcome === 'linked') {
      await this.attempts.end(stateHash, { revoke: false });
      this.logger.info('an account was linked', { personId: session.personId, scopes: tokens.scopes });
      return;
    }
    await this.attempts.end(stateHash, { revoke: true });
    if (profileState === 'unknown') throw new SferumError('SFERUM_LINK_TAKEN', LINK_TAKEN_UNKNOWN_TEXT);
    throw linkError(outcome === 'already' ? 'SFERUM_LINK_ALREADY' : 'SFERUM_LINK_TAKEN');
  }

  /** @returns `profileState` where somebody else held the profile */
  private async link(link: NewLink): Promise<{ readonly outcome: LinkOutcome; readonly profileState?: ProfileState }> {
    const outcome = await this.linkOnce(link);
    const mayReplace = outcome === 'already' && (await this.linkOf(link.personId))?.state === 'broken';
    if (outcome !== 'taken' && !mayReplace) return { outcome };
    const wanted = [{ personId: link.personId, account: link.profile.userId }];
    const profileState = must((await this.profiles.free(wanted))[0], 'who holds the profile');
    return { outcome: profileState === 'free' ? await this.linkOnce(link) : outcome, profileState };
  }

  private async linkOnce(link: NewLink): Promise<LinkOutcome> {
    return must((await this.links.link([link], { replaceBroken: true }))[0], 'what became of the link');
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
    const { outcome, providerCode } = cause;
    this.logger.warn('the identity provider did not finish a sign-in', { providerCode, outcome });
    return linkError(outcome === 'refused' && ABOUT_THE_CODE.has(providerCode) ? STALE : 'SFERUM_IDENTITY_PROVIDER');
  }
}

/** Stands for a candidate in a window; tells nothing about it. */
export function idOf(candidate: Pick<LinkCandidate, 'stateHash'>): string {
  return candidate.stateHash.toString('base64url').slice(0, 16);
}

const STALE = 'SFERUM_LINK_STATE_INVALID';
/** Refusals of this one sign-in; the others are about the application or its settings, and trying again is of no use. */
const ABOUT_THE_CODE = new Set([
  'invalid_grant',
  'invalid_request',
  'access_denied',
  'state_mismatch',
  'invalid_token',
]);

function refusalOf({ error }: LinkCallback): SferumErrorCode | undefined {
  if (error === undefined) return undefined;
  return error === 'access_denied' ? 'SFERUM_LINK_REFUSED' : 'SFERUM_IDENTITY_PROVIDER';
}

/** What a stranger wrote into the address does not go into the log. */
function shownError(error: string | undefined): string {
  if (error === undefined) return 'incomplete answer';
  return /^[a-z_]{1,40}$/.test(error) ? error : 'unreadable';
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
