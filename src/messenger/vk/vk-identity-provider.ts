import { randomBytes } from 'node:crypto';

import { inject, injectable } from 'inversify';
import * as oauth from 'oauth4webapi';

import { IdentityProviderError } from '../../errors.js';
import type {
  AuthorizationAnswer,
  AuthorizationRequest,
  ExternalProfile,
  IdentityProvider,
  TokenSet,
} from '../identity-provider.js';

import { requestVk } from './vk-api.js';
import { noAnswer, refusal } from './vk-id-answer.js';
import { askVkIdPlainly } from './vk-id-client.js';
import { acknowledgedSchema, tokenSchema, userInfoSchema } from './vk-id-schemas.js';
import { authorizationServer, runGrant, tokenRequestOptions } from './vk-id-token-endpoint.js';
import { learningProfileOf, type LearningProfile } from './vk-learning-profile.js';
import { VkSettings } from './vk-settings.js';

/** Life of an access token where the answer does not say it: one hour by VK's documentation. */
const DEFAULT_LIFE_SECONDS = 3600;
const CODE_VERIFIER = /^[A-Za-z0-9_-]{43,128}$/;

/** What a token answer lacks and its request knows. */
interface TokenOrigin {
  readonly deviceId: string;
  readonly state: string;
  readonly scopes: readonly string[];
}

/** VK ID, held to its documentation and to what VK's own SDKs send. Errors hold no token, code or verifier. */
@injectable()
export class VkIdentityProvider implements IdentityProvider {
  constructor(@inject(VkSettings) private readonly settings: VkSettings) {}

  async authorizationUrl(request: AuthorizationRequest): Promise<string> {
    if (!CODE_VERIFIER.test(request.codeVerifier)) {
      throw new RangeError('A code verifier is 43 to 128 characters of A-Z a-z 0-9 _ -.');
    }
    const url = new URL(`${this.settings.idUrl}/authorize`);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: this.settings.applicationId,
      redirect_uri: request.redirectUri,
      state: request.state,
      code_challenge: await oauth.calculatePKCECodeChallenge(request.codeVerifier),
      // Lower case, as VK documents it; the computation is that of S256.
      code_challenge_method: 's256',
      scope: request.scopes.join(' '),
    }).toString();
    return url.href;
  }

  async exchange(answer: AuthorizationAnswer): Promise<TokenSet> {
    const { deviceId, state } = answer;
    const server = authorizationServer(this.settings);
    const callback = new URLSearchParams({ code: answer.code, state });
    const response = await runGrant(async () => {
      const parameters = oauth.validateAuthResponse(server, this.client, callback, state);
      const options = tokenRequestOptions(this.settings, { device_id: deviceId, state });
      return oauth.processAuthorizationCodeResponse(
        server,
        this.client,
        await oauth.authorizationCodeGrantRequest(
          server,
          this.client,
          oauth.None(),
          parameters,
          answer.redirectUri,
          answer.codeVerifier,
          options,
        ),
      );
    });
    return this.tokenSet(response, { deviceId, state, scopes: this.settings.scopes });
  }

  async refresh(tokens: TokenSet): Promise<TokenSet> {
    const { deviceId, refreshToken, scopes } = tokens;
    const state = randomBytes(32).toString('base64url');
    const server = authorizationServer(this.settings);
    const response = await runGrant(async () => {
      const options = tokenRequestOptions(this.settings, { device_id: deviceId, state });
      const request = oauth.refreshTokenGrantRequest(server, this.client, oauth.None(), refreshToken, options);
      return oauth.processRefreshTokenResponse(server, this.client, await request);
    });
    return this.tokenSet(response, { deviceId, state, scopes });
  }

  async profile(tokens: TokenSet): Promise<ExternalProfile> {
    const body = await askVkIdPlainly(this.settings, '/oauth2/user_info', { access_token: tokens.accessToken });
    const info = userInfoSchema.safeParse(body);
    if (!info.success) throw noAnswer('invalid_response');
    const { user } = info.data;
    const learning = await this.learningProfile(tokens);
    return {
      userId: user.user_id,
      givenName: user.first_name,
      familyName: user.last_name,
      ...(learning ? { learning } : {}),
    };
  }

  async revoke(tokens: Pick<TokenSet, 'accessToken' | 'deviceId'>): Promise<void> {
    const fields = { access_token: tokens.accessToken, device_id: tokens.deviceId };
    await this.giveBack('/oauth2/revoke', fields);
    await this.giveBack('/oauth2/logout', fields);
  }

  private get client(): oauth.Client {
    return { client_id: this.settings.applicationId };
  }

  /** A token that VK ID no longer knows has nothing left to give back. */
  private async giveBack(path: string, fields: Readonly<Record<string, string>>): Promise<void> {
    try {
      const body = await askVkIdPlainly(this.settings, path, fields);
      if (!acknowledgedSchema.safeParse(body).success) throw noAnswer('invalid_response');
    } catch (error) {
      if (error instanceof IdentityProviderError && error.fields['providerCode'] === 'invalid_token') return;
      throw error;
    }
  }

  /** Absent where VK refuses to tell: most tokens of VK ID may not call the API. */
  private async learningProfile(tokens: TokenSet): Promise<LearningProfile | undefined> {
    const request = { method: 'users.get', params: { fields: 'educational_profile' } } as const;
    const [outcome] = await requestVk(this.settings, tokens.accessToken, [request]);
    if (outcome?.ok) return learningProfileOf(outcome.response);
    const failure = outcome?.failure;
    if (failure?.class === 'retry' || failure?.class === 'rate') throw noAnswer(failure.code);
    return undefined;
  }

  private tokenSet(response: oauth.TokenEndpointResponse, origin: TokenOrigin): TokenSet {
    const result = tokenSchema.safeParse(response);
    if (!result.success) throw noAnswer('invalid_response');
    const token = result.data;
    if (token.state !== undefined && token.state !== origin.state) throw refusal('state_mismatch');
    return {
      accessToken: token.access_token,
      refreshToken: token.refresh_token,
      deviceId: origin.deviceId,
      lifeMs: (token.expires_in ?? DEFAULT_LIFE_SECONDS) * 1000,
      scopes: token.scope ?? origin.scopes,
      userId: token.user_id,
    };
  }
}
