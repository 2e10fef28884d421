import { randomBytes } from 'node:crypto';

export interface OutsideTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly deviceId: string;
}

interface OutsideSession {
  readonly accountId: number;
  readonly deviceId: string;
  accessToken: string;
  refreshToken: string;
  readonly spentRefreshTokens: Set<string>;
  accessEnded: boolean;
}

type Fields = ReadonlyMap<string, string>;

/** Tokens of VK ID: what refreshing, reading a profile and revoking need, and no more. */
export class OutsideMessengerIdentity {
  private readonly sessions = new Set<OutsideSession>();

  constructor(private readonly nameOf: (accountId: number) => string) {}

  signIn(accountId: number): OutsideTokens {
    const session: OutsideSession = {
      accountId,
      deviceId: randomBytes(12).toString('base64url'),
      accessToken: newToken(),
      refreshToken: newToken(),
      spentRefreshTokens: new Set(),
      accessEnded: false,
    };
    this.sessions.add(session);
    return session;
  }

  accountOf(accessToken: string): number | undefined {
    return [...this.sessions].find((one) => one.accessToken === accessToken && !one.accessEnded)?.accountId;
  }

  /** Access tokens end before their time; refreshing gives new ones. */
  endAccessTokens(accountId: number): void {
    for (const session of this.sessions) if (session.accountId === accountId) session.accessEnded = true;
  }

  /** A sign-in that led to nothing: its tokens are nobody's. */
  forget(accessToken: string): void {
    for (const session of this.sessions) if (session.accessToken === accessToken) this.sessions.delete(session);
  }

  hasSession(accountId: number): boolean {
    return [...this.sessions].some((session) => session.accountId === accountId);
  }

  /** @returns the body of the answer; failures are bodies too, with status 200 */
  answer(path: string, fields: Fields): unknown {
    switch (path) {
      case '/oauth2/auth':
        return this.refresh(fields);
      case '/oauth2/user_info':
        return this.userInfo(fields);
      case '/oauth2/revoke':
      case '/oauth2/logout':
        return this.revoke(fields);
      default:
        return failure('invalid_request', 'unknown address');
    }
  }

  private refresh(fields: Fields): unknown {
    if (fields.get('grant_type') !== 'refresh_token') return failure('invalid_request', 'grant_type is invalid');
    const given = fields.get('refresh_token') ?? '';
    for (const session of this.sessions) {
      if (session.spentRefreshTokens.has(given)) this.sessions.delete(session);
      if (session.refreshToken !== given) continue;
      if (session.deviceId !== fields.get('device_id')) return failure('invalid_request', 'device_id is invalid');
      session.spentRefreshTokens.add(given);
      session.accessToken = newToken();
      session.refreshToken = newToken();
      session.accessEnded = false;
      return {
        access_token: session.accessToken,
        refresh_token: session.refreshToken,
        token_type: 'Bearer',
        expires_in: 3600,
        user_id: session.accountId,
        state: fields.get('state') ?? '',
        scope: 'vkid.personal_info messages',
      };
    }
    return failure('invalid_grant', 'refresh_token is missing or invalid');
  }

  private userInfo(fields: Fields): unknown {
    const accountId = this.accountOf(fields.get('access_token') ?? '');
    if (accountId === undefined) return failure('invalid_token', 'access_token is missing or invalid');
    const [first = '', ...rest] = this.nameOf(accountId).split(' ');
    return { user: { user_id: String(accountId), first_name: first, last_name: rest.join(' ') } };
  }

  private revoke(fields: Fields): unknown {
    const given = fields.get('access_token') ?? '';
    // An access token whose time is over still names its session; whether VK revokes by it is not documented.
    const session = [...this.sessions].find((one) => one.accessToken === given);
    if (!session) return failure('invalid_token', 'access_token is missing or invalid');
    this.sessions.delete(session);
    return { response: 1 };
  }
}

function failure(error: string, description: string): unknown {
  return { error, error_description: description };
}

function newToken(): string {
  return `vk2.a.${randomBytes(24).toString('base64url')}`;
}
