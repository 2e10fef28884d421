import type {
  AuthorizationAnswer,
  AuthorizationRequest,
  ExternalProfile,
  IdentityProvider,
  TokenSet,
} from '../../src/messenger/identity-provider.js';

/** A pair of tokens of one account, good for an hour. */
export function fakeTokens(more: Partial<TokenSet> = {}): TokenSet {
  return {
    accessToken: 'access',
    refreshToken: 'refresh',
    deviceId: 'device',
    lifeMs: 3_600_000,
    scopes: ['vkid.personal_info', 'messages'],
    userId: '101',
    ...more,
  };
}

/** A provider where one person signs in; each method fails once with what the test puts in its way. */
export class FakeIdentityProvider implements IdentityProvider {
  readonly requests: AuthorizationRequest[] = [];
  readonly answers: AuthorizationAnswer[] = [];
  readonly refreshed: TokenSet[] = [];
  readonly revoked: string[] = [];
  readonly failures: Partial<Record<'exchange' | 'refresh' | 'profile' | 'revoke', Error>> = {};
  tokens = fakeTokens();
  person: ExternalProfile = {
    ...{ userId: '101', givenName: 'Анна', familyName: 'Орлова' },
    learning: { roles: ['student'], organizationNames: [] },
  };
  /** Runs while a refresh is under way. */
  refreshing: () => Promise<void> = () => Promise.resolve();

  async authorizationUrl(request: AuthorizationRequest): Promise<string> {
    this.requests.push(request);
    return Promise.resolve(`https://id.vk.ru/authorize?state=${request.state}`);
  }

  async exchange(answer: AuthorizationAnswer): Promise<TokenSet> {
    this.answers.push(answer);
    this.failOnce('exchange');
    return Promise.resolve(this.tokens);
  }

  async refresh(tokens: TokenSet): Promise<TokenSet> {
    this.refreshed.push(tokens);
    await this.refreshing();
    this.failOnce('refresh');
    return { ...this.tokens, accessToken: `renewed-${this.refreshed.length}` };
  }

  async profile(): Promise<ExternalProfile> {
    this.failOnce('profile');
    return Promise.resolve(this.person);
  }

  async revoke({ accessToken }: Pick<TokenSet, 'accessToken'>): Promise<void> {
    this.failOnce('revoke');
    this.revoked.push(accessToken);
    return Promise.resolve();
  }

  private failOnce(method: keyof FakeIdentityProvider['failures']): void {
    const failure = this.failures[method];
    if (failure === undefined) return;
    delete this.failures[method];
    throw failure;
  }
}
