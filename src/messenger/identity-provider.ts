import type { ServiceIdentifier } from 'inversify';

import type { ExternalUserId } from './messenger.js';

/** The pair of tokens and what belongs to it. Secret. */
export interface TokenSet {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Made by the provider; needed at exchange and at every refresh. */
  readonly deviceId: string;
  /**
   * How much longer the access token lives, in milliseconds, as of the answer or the reading that it came with; 0 or less:
   * it has ended. A length, since points in time are made and judged by the database's clock alone.
   */
  readonly lifeMs: number;
  /** Rights really granted; may be fewer than asked. */
  readonly scopes: readonly string[];
  readonly userId: ExternalUserId;
}

/** The profile behind a token, as far as the provider shows it. */
export interface ExternalProfile {
  readonly userId: ExternalUserId;
  readonly givenName: string;
  readonly familyName: string;
  /** The learning profile: absent when the account has none, or the provider does not say. */
  readonly learning?: {
    readonly roles: readonly ('teacher' | 'student' | 'parent' | 'administrator')[];
    readonly organizationNames: readonly string[];
  };
}

export interface AuthorizationRequest {
  readonly state: string;
  /** 43 to 128 characters of `A-Z a-z 0-9 _ -`. */
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

export interface AuthorizationAnswer {
  readonly code: string;
  readonly deviceId: string;
  readonly state: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

/** Signs people in with the messenger's identity provider. Keeps nothing. */
export interface IdentityProvider {
  /** @returns the address to send the browser to */
  authorizationUrl(request: AuthorizationRequest): Promise<string>;
  /** One use. @throws IdentityProviderError */
  exchange(answer: AuthorizationAnswer): Promise<TokenSet>;
  /** Makes a new pair, the old one is dead afterwards; never repeat it blindly. @throws IdentityProviderError */
  refresh(tokens: TokenSet): Promise<TokenSet>;
  /** @throws IdentityProviderError */
  profile(tokens: TokenSet): Promise<ExternalProfile>;
  /** Takes the application's rights back and ends the session. Repeatable. @throws IdentityProviderError */
  revoke(tokens: Pick<TokenSet, 'accessToken' | 'deviceId'>): Promise<void>;
}
export const IdentityProvider = Symbol('IdentityProvider') as ServiceIdentifier<IdentityProvider>;
