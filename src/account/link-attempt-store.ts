import type { ServiceIdentifier } from 'inversify';

import type { ExternalProfile, TokenSet } from '../messenger/identity-provider.js';

export interface AttemptKey {
  /** SHA-256 of the one-time `state`. */
  readonly stateHash: Buffer;
  readonly personId: string;
  /** SHA-256 of the browser session's id. */
  readonly sessionHash: Buffer;
}

/** A sign-in that came back and waits for the person's yes. */
export interface LinkCandidate {
  readonly stateHash: Buffer;
  readonly profile: ExternalProfile;
  readonly tokens: TokenSet;
}

/** Sign-ins under way at the identity provider. */
export interface LinkAttemptStore {
  /** Books a beginning. Of a person's attempts that did not come back the newest few stay. */
  start(key: AttemptKey, codeVerifier: string, lifeMs: number): Promise<void>;
  /**
   * One use: of several callers with one state, one gets the verifier; a state of another person or session, or one
   * that is too old, is nobody's.
   */
  claim(key: AttemptKey): Promise<string | undefined>;
  /**
   * The sign-in came back as this profile, and waits ten minutes for a yes. An earlier one of the same session that
   * still waits is given up.
   * @returns false when the attempt is not under way any more; then the tokens are booked to be taken back
   */
  offer(key: AttemptKey, profile: ExternalProfile, tokens: TokenSet): Promise<boolean>;
  /** The newest candidate of the person in this session. */
  candidate(personId: string, sessionHash: Buffer): Promise<LinkCandidate | undefined>;
  /** Ends the attempt; `revoke` books its tokens, or the given ones that it does not have yet, to be taken back. */
  end(stateHash: Buffer, options: { readonly revoke: boolean; readonly tokens?: TokenSet | undefined }): Promise<void>;
  /** Ends attempts nobody came back to, and books their tokens to be taken back. */
  clearOld(): Promise<void>;
}
export const LinkAttemptStore = Symbol('LinkAttemptStore') as ServiceIdentifier<LinkAttemptStore>;
