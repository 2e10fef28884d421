import { z } from 'zod';

import type { TokenSet } from '../messenger/identity-provider.js';
import type { TokenVault } from './token-vault.js';

const Secrets = z.object({ accessToken: z.string(), refreshToken: z.string(), deviceId: z.string() });
export type Secrets = z.infer<typeof Secrets>;

/** The part of a token set that is secret, sealed for one place. */
export function sealTokens(vault: TokenVault, tokens: Secrets, context: string): Buffer {
  const { accessToken, refreshToken, deviceId } = tokens;
  return vault.seal(JSON.stringify({ accessToken, refreshToken, deviceId }), context);
}

export function openTokens(vault: TokenVault, sealed: Buffer, keyId: string, context: string): Secrets {
  return Secrets.parse(JSON.parse(vault.open(sealed, keyId, context)));
}

/** Context of a link's tokens. */
export function linkContext(personId: string): string {
  return `link:${personId}`;
}

/** Context of a sign-in's secrets. */
export function attemptContext(stateHash: Buffer): string {
  return `attempt:${stateHash.toString('hex')}`;
}

/** Context of tokens that wait to be taken back. */
export const REVOCATION_CONTEXT = 'revocation';

/** A whole token set again, from its secret and its plain part. */
export function tokenSet(
  secrets: Secrets,
  row: { life_ms: number | null; scopes: string[]; external_user_id: string },
): TokenSet {
  return {
    ...secrets,
    lifeMs: row.life_ms ?? 0,
    scopes: row.scopes,
    userId: row.external_user_id,
  };
}
