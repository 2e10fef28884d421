import * as oauth from 'oauth4webapi';

import { IdentityProviderError } from '../../errors.js';

import { errorCodeOf, noAnswer, refusal } from './vk-id-answer.js';
import { askVkId, assertSafeAddress, isLoopbackHttp } from './vk-id-client.js';
import type { VkSettings } from './vk-settings.js';

/** VK ID as oauth4webapi wants it described; VK publishes no metadata. */
export function authorizationServer(settings: VkSettings): oauth.AuthorizationServer {
  return {
    issuer: settings.idUrl,
    authorization_endpoint: `${settings.idUrl}/authorize`,
    token_endpoint: `${settings.idUrl}/oauth2/auth`,
  };
}

/**
 * The two departures of VK ID from OAuth that the library does not forgive: errors come with status 200, and the
 * `id_token` has no `aud`, so that it is not an OpenID token. Nothing reads it.
 */
async function standardAnswer(settings: VkSettings, url: string, form: URLSearchParams): Promise<Response> {
  const body = await askVkId(settings, url, form);
  const error = errorCodeOf(body);
  if (error !== undefined) return Response.json({ error }, { status: 400 });
  if (typeof body !== 'object' || body === null) throw noAnswer('invalid_response');
  const kept = Object.entries(body).filter(([name]) => name !== 'id_token');
  return Response.json(Object.fromEntries(kept));
}

/** Options of every request to the token endpoint. VK ID wants `device_id` and `state` at exchange and refresh. */
export function tokenRequestOptions(
  settings: VkSettings,
  additionalParameters: { readonly device_id: string; readonly state: string },
): oauth.TokenEndpointRequestOptions {
  assertSafeAddress(settings.idUrl);
  return {
    additionalParameters: { ...additionalParameters },
    [oauth.allowInsecureRequests]: isLoopbackHttp(settings.idUrl),
    [oauth.customFetch]: (url, { body }) => standardAnswer(settings, url, body),
  };
}

/** Runs one grant; every failure becomes an IdentityProviderError without cause: causes of the library hold the answer. */
export async function runGrant(
  grant: () => Promise<oauth.TokenEndpointResponse>,
): Promise<oauth.TokenEndpointResponse> {
  try {
    return await grant();
  } catch (error) {
    if (error instanceof IdentityProviderError) throw error;
    if (error instanceof oauth.ResponseBodyError) throw refusal(error.error);
    throw noAnswer('invalid_response');
  }
}
