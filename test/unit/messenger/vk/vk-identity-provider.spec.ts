import { createHash } from 'node:crypto';
import { inspect } from 'node:util';

import { expect } from 'chai';

import { IdentityProviderError } from '../../../../src/errors.js';
import type { AuthorizationAnswer, TokenSet } from '../../../../src/messenger/identity-provider.js';
import { VkIdentityProvider } from '../../../../src/messenger/vk/vk-identity-provider.js';
import type { VkSettings } from '../../../../src/messenger/vk/vk-settings.js';

import { AnsweringServer, type PreparedAnswer } from './answering-server.js';

const VERIFIER = 'verifier-secret_'.repeat(4);
const answer: AuthorizationAnswer = {
  code: 'code-secret',
  deviceId: 'device-1',
  state: 'state-1',
  codeVerifier: VERIFIER,
  redirectUri: 'https://school.example/plugins/sferum/vk/callback',
};
const tokens: TokenSet = {
  accessToken: 'access-secret',
  refreshToken: 'refresh-secret',
  deviceId: 'device-1',
  lifeMs: 0,
  scopes: ['vkid.personal_info', 'messages'],
  userId: '200000000002',
};
const granted = {
  access_token: 'new-access-secret',
  refresh_token: 'new-refresh-secret',
  id_token: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln',
  token_type: 'Bearer',
  expires_in: 3600,
  user_id: 200000000002,
  scope: 'vkid.personal_info email',
};

describe('VkIdentityProvider', () => {
  const server = new AnsweringServer();
  let provider: VkIdentityProvider;

  beforeEach(async () => {
    await server.start();
    server.received.length = 0;
    provider = new VkIdentityProvider(settings());
  });
  afterEach(() => server.stop());

  function settings(changes: Partial<VkSettings> = {}): VkSettings {
    return {
      idUrl: server.url,
      apiUrl: `${server.url}/method`,
      apiVersion: '5.199',
      applicationId: '51234567',
      scopes: ['vkid.personal_info'],
      requestsPerSecond: 3,
      timeoutMs: 2000,
      lateEffectMs: 30_000,
      ...changes,
    };
  }

  /** The error that `action` ends with; none of its parts may hold a secret. */
  async function failure(action: Promise<unknown>): Promise<string> {
    const error: unknown = await action.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(IdentityProviderError);
    const { outcome, providerCode, message, cause } = error as IdentityProviderError;
    expect(cause).to.equal(undefined);
    expect(inspect(error, { depth: 9, showHidden: true })).not.to.contain('-secret');
    expect(message).to.match(/^[А-ЯЁV].*[а-яё].*\.$/);
    return `${outcome} ${providerCode}`;
  }

  describe('authorizationUrl', () => {
    it('sends the challenge of S256 under the name VK documents', async () => {
      const url = new URL(
        await provider.authorizationUrl({
          state: 'state-1',
          codeVerifier: VERIFIER,
          redirectUri: answer.redirectUri,
          scopes: ['vkid.personal_info', 'email'],
        }),
      );
      expect(url.origin + url.pathname).to.equal(`${server.url}/authorize`);
      expect(Object.fromEntries(url.searchParams)).to.deep.equal({
        response_type: 'code',
        client_id: '51234567',
        redirect_uri: answer.redirectUri,
        state: 'state-1',
        code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
        code_challenge_method: 's256',
        scope: 'vkid.personal_info email',
      });
    });

    it('refuses a verifier that VK would not take', async () => {
      for (const codeVerifier of ['short', 'x'.repeat(129), `${'x'.repeat(50)}.~`]) {
        const request = { state: 's', codeVerifier, redirectUri: answer.redirectUri, scopes: [] };
        const error = await provider.authorizationUrl(request).catch((reason: unknown) => reason);
        expect(error).to.be.instanceOf(RangeError);
      }
    });
  });

  describe('exchange', () => {
    it('sends everything VK ID asks for and reads the pair', async () => {
      server.prepare({ json: { ...granted, state: 'state-1' } });
      expect(await provider.exchange(answer)).to.deep.equal({
        accessToken: 'new-access-secret',
        refreshToken: 'new-refresh-secret',
        deviceId: 'device-1',
        lifeMs: 3_600_000,
        scopes: ['vkid.personal_info', 'email'],
        userId: '200000000002',
      });
      const [request] = server.received;
      expect([request?.verb, request?.path]).to.deep.equal(['POST', '/oauth2/auth']);
      expect(Object.fromEntries(request?.form ?? [])).to.deep.equal({
        grant_type: 'authorization_code',
        client_id: '51234567',
        code: answer.code,
        code_verifier: VERIFIER,
        device_id: 'device-1',
        redirect_uri: answer.redirectUri,
        state: 'state-1',
      });
    });

    it('reads numbers that come as text, rights told apart by commas, and an id above 2⁵³', async () => {
      const body = { ...granted, expires_in: '600', user_id: '9007199254740993', scope: 'vkid.personal_info,phone' };
      server.prepare({ json: body }, { text: JSON.stringify(body).replace('"9007199254740993"', '9007199254740993') });
      for (const set of [await provider.exchange(answer), await provider.exchange(answer)]) {
        expect(set.lifeMs).to.equal(600_000);
        expect(set.userId).to.equal('9007199254740993');
        expect(set.scopes).to.deep.equal(['vkid.personal_info', 'phone']);
      }
    });

    it('takes the rights asked for as granted, and an hour as life, where the answer does not say', async () => {
      server.prepare({ json: { ...granted, scope: undefined, expires_in: undefined } });
      const set = await provider.exchange(answer);
      expect(set.scopes).to.deep.equal(['vkid.personal_info']);
      expect(set.lifeMs).to.equal(3_600_000);
    });

    it('refuses an answer to another state', async () => {
      server.prepare({ json: { ...granted, state: 'state-2' } });
      expect(await failure(provider.exchange(answer))).to.equal('refused state_mismatch');
    });

    const rows: readonly [title: string, prepared: PreparedAnswer, expected: string][] = [
      [
        'is refused by an error with status 200',
        { json: { error: 'invalid_grant', error_description: 'code-secret was already used', state: 'state-1' } },
        'refused invalid_grant',
      ],
      [
        'is refused by an error with status 401',
        { json: { error: 'invalid_client' }, status: 401 },
        'refused invalid_client',
      ],
      ['keeps an unusual error out of the code', { json: { error: 'bad code-secret' } }, 'refused invalid_error'],
      ['keeps a code of the language itself harmless', { json: { error: 'constructor' } }, 'refused constructor'],
      ['stays unknown on an error of the server', { json: { error: 'server_error' } }, 'unknown server_error'],
      ['stays unknown on a 502 page', { text: '<html>', status: 502, type: 'text/html' }, 'unknown http_502'],
      ['stays unknown on a JSON 503', { json: { error: 'invalid_grant' }, status: 503 }, 'unknown http_503'],
      ['stays unknown on a page with status 200', { text: '<html>', type: 'text/html' }, 'unknown html'],
      ['stays unknown on a truncated answer', { text: '{"access_token":"new-access-secret' }, 'unknown json'],
      ['stays unknown on a redirect', { json: {}, status: 302 }, 'unknown http_302'],
      ['stays unknown on a dropped connection', { drop: true }, 'unknown reset'],
      ['stays unknown on an answer without tokens', { json: { token_type: 'Bearer' } }, 'unknown invalid_response'],
      ['stays unknown on an answer that is no object', { json: null }, 'unknown invalid_response'],
      [
        'stays unknown without a refresh token',
        { json: { ...granted, refresh_token: undefined } },
        'unknown invalid_response',
      ],
      ['stays unknown without a user', { json: { ...granted, user_id: undefined } }, 'unknown invalid_response'],
    ];
    for (const [title, prepared, expected] of rows) {
      it(title, async () => {
        server.prepare(prepared);
        expect(await failure(provider.exchange(answer))).to.equal(expected);
        expect(server.received).to.have.length(1);
      });
    }

    it('stays unknown when VK ID is silent beyond the time limit', async () => {
      provider = new VkIdentityProvider(settings({ timeoutMs: 60 }));
      server.prepare({ silence: true });
      expect(await failure(provider.exchange(answer))).to.equal('unknown timeout');
    });

    it('speaks plain http to the same machine only', async () => {
      provider = new VkIdentityProvider(settings({ idUrl: 'http://id.vk.invalid' }));
      expect(await failure(provider.profile(tokens))).to.equal('refused insecure_address');
      expect(await failure(provider.exchange(answer))).to.equal('refused insecure_address');
    });
  });

  describe('refresh', () => {
    it('sends the device and a fresh long state, and reads the new pair', async () => {
      server.prepare({ json: granted }, { json: granted });
      const set = await provider.refresh(tokens);
      await provider.refresh(tokens);
      expect([set.accessToken, set.refreshToken, set.deviceId]).to.deep.equal([
        'new-access-secret',
        'new-refresh-secret',
        'device-1',
      ]);
      const [first, second] = server.received.map(({ form }) => Object.fromEntries(form));
      expect(first).to.include({
        grant_type: 'refresh_token',
        client_id: '51234567',
        refresh_token: 'refresh-secret',
        device_id: 'device-1',
      });
      expect(first?.['state']).to.match(/^[\w-]{43}$/);
      expect(first?.['state']).not.to.equal(second?.['state']);
    });

    it('refuses an answer to another state, and a dead refresh token, in one request each', async () => {
      server.prepare({ json: { ...granted, state: 'other' } });
      expect(await failure(provider.refresh(tokens))).to.equal('refused state_mismatch');
      server.prepare({ json: { error: 'invalid_grant', error_description: 'refresh_token is missing or invalid' } });
      expect(await failure(provider.refresh(tokens))).to.equal('refused invalid_grant');
      server.prepare({ drop: true });
      expect(await failure(provider.refresh(tokens))).to.equal('unknown reset');
      expect(server.received).to.have.length(3);
    });
  });

  describe('profile', () => {
    const user = { user: { user_id: '200000000002', first_name: 'Анна', last_name: 'Петрова', phone: '7' } };

    async function learningOf(educationalProfile: unknown): Promise<unknown> {
      server.prepare({ json: user }, { json: { response: [{ id: 1, educational_profile: educationalProfile }] } });
      return (await provider.profile(tokens)).learning;
    }

    it('reads the person from VK ID and the learning profile from the API', async () => {
      const educational = { edu_roles: { main_roles: 'teacher', organizations: [{ organization_name: 'Школа № 1' }] } };
      server.prepare({ json: user }, { json: { response: [{ id: 200000000002, educational_profile: educational }] } });
      expect(await provider.profile(tokens)).to.deep.equal({
        userId: '200000000002',
        givenName: 'Анна',
        familyName: 'Петрова',
        learning: { roles: ['teacher'], organizationNames: ['Школа № 1'] },
      });
      const [info, users] = server.received;
      expect([info?.path, Object.fromEntries(info?.form ?? [])]).to.deep.equal([
        '/oauth2/user_info',
        { client_id: '51234567', access_token: 'access-secret' },
      ]);
      expect(users?.path).to.equal('/method/users.get');
      expect(users?.form.get('fields')).to.equal('educational_profile');
      expect(users?.headers.authorization).to.equal('Bearer access-secret');
    });

    it('reads roles in Russian and English, one or several', async () => {
      const rows: readonly [unknown, readonly string[]][] = [
        ['Учитель', ['teacher']],
        ['ученик, родитель', ['student', 'parent']],
        ['pupil', ['student']],
        [
          ['Administrator', 'Преподаватель'],
          ['teacher', 'administrator'],
        ],
        ['', []],
        ['кто-то ещё', []],
      ];
      for (const [words, roles] of rows) {
        const learning = await learningOf({ edu_roles: { main_roles: words } });
        expect(learning).to.deep.equal({ roles, organizationNames: [] });
      }
    });

    it('has no learning profile where the account has none or the field is unreadable', async () => {
      for (const value of [undefined, null, 7, { edu_roles: 'x' }]) expect(await learningOf(value)).to.equal(undefined);
    });

    it('has no learning profile where the API refuses this kind of token', async () => {
      for (const code of [1051, 15, 5]) {
        server.prepare({ json: user }, { json: { error: { error_code: code, error_msg: 'refused' } } });
        expect(await provider.profile(tokens)).not.to.have.property('learning');
      }
    });

    it('does not take a lost answer of the API for a missing profile', async () => {
      server.prepare({ json: user }, { drop: true }, { json: user }, { json: { error: { error_code: 6 } } });
      expect(await failure(provider.profile(tokens))).to.equal('unknown transport.reset');
      expect(await failure(provider.profile(tokens))).to.equal('unknown vk.6');
    });

    it('is refused with a dead token, and unknown without a user in the answer', async () => {
      server.prepare({ json: { error: 'invalid_token' } }, { json: { user: {} } });
      expect(await failure(provider.profile(tokens))).to.equal('refused invalid_token');
      expect(await failure(provider.profile(tokens))).to.equal('unknown invalid_response');
    });
  });

  describe('revoke', () => {
    it('takes the rights back, then ends the session', async () => {
      server.prepare({ json: { response: 1 } }, { json: { response: 1 } });
      await provider.revoke(tokens);
      expect(server.received.map(({ path }) => path)).to.deep.equal(['/oauth2/revoke', '/oauth2/logout']);
      for (const { form } of server.received) {
        expect(Object.fromEntries(form)).to.deep.equal({
          client_id: '51234567',
          access_token: 'access-secret',
          device_id: 'device-1',
        });
      }
    });

    it('may be repeated: a token no longer known has nothing left to give back', async () => {
      server.prepare({ json: { error: 'invalid_token' } }, { json: { error: 'invalid_token' } });
      await provider.revoke(tokens);
      expect(server.received).to.have.length(2);
    });

    it('fails when VK ID refuses otherwise or does not answer', async () => {
      server.prepare({ json: { error: 'invalid_client' } }, { json: { response: 0 } }, { drop: true });
      expect(await failure(provider.revoke(tokens))).to.equal('refused invalid_client');
      expect(await failure(provider.revoke(tokens))).to.equal('unknown invalid_response');
      expect(await failure(provider.revoke(tokens))).to.equal('unknown reset');
    });
  });
});
