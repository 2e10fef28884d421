import { expect } from 'chai';

import { authorizeRequest, StandBrowser, StandClient } from '../../fixtures/vk/stand-client.js';
import { startVkStandIn, type VkStandIn } from '../../fixtures/vk/vk-stand-in.js';

const clientId = '51234567';
const redirectUri = 'http://school.test/sferum/callback';

describe('startVkStandIn: tokens of VK ID', () => {
  let now = Date.now();
  let stand: VkStandIn;
  let client: StandClient;
  let userId = 0;

  before(async () => {
    stand = await startVkStandIn({ port: 0, rateLimitPerSecond: 0, now: () => now });
    client = new StandClient(stand.url);
    await client.application(clientId, [redirectUri], ['vkid.personal_info', 'phone']);
    await client.application('7', ['http://other.test/'], []);
    const seed = { key: 'a', givenName: 'Анна', familyName: 'Белова', roles: ['teacher' as const] };
    userId = (await client.people([{ ...seed, organizationName: 'Школа № 1' }]))[0]?.userId ?? 0;
  });
  after(() => stand.stop());

  /** Signs in through the pages; the fields are ready for the exchange. */
  const signIn = async (scope = 'vkid.personal_info') => {
    const [person] = await client.people([
      { key: 'a', givenName: 'Анна', familyName: 'Белова', roles: ['teacher'], organizationName: 'Школа № 1' },
    ]);
    const { verifier, address } = authorizeRequest(stand.url, { clientId, redirectUri, scope, method: 'S256' });
    const browser = await new StandBrowser(stand.url).open(address);
    await browser.submit({ phone: person?.phone ?? '' });
    await browser.submit({ password: person?.password ?? '' });
    await browser.submit({ code: browser.hint });
    await browser.submit({ profile: String(userId) });
    await browser.submit();
    const back = new URL(browser.address).searchParams;
    return {
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      code: back.get('code') ?? '',
      device_id: back.get('device_id') ?? '',
      state: 'echo',
    };
  };

  it('gives tokens for a code, and drops rights the application may not have', async () => {
    const tokens = await client.oauth('auth', await signIn('vkid.personal_info messages phone'));
    expect(tokens).to.include({ token_type: 'Bearer', expires_in: 3600, user_id: userId, state: 'echo' });
    expect(tokens['scope']).to.equal('vkid.personal_info phone');
    const claims: unknown = JSON.parse(
      Buffer.from(String(tokens['id_token']).split('.')[1] ?? '', 'base64url').toString(),
    );
    expect(claims).to.have.all.keys('iss', 'sub', 'app', 'exp', 'iat', 'jti');
  });

  it('reads fields from query and body together', async () => {
    const { code, ...query } = await signIn();
    const address = `${stand.url}/oauth2/auth?${new URLSearchParams(query).toString()}`;
    const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ code }) });
    expect(await answer.json()).to.have.property('access_token');
  });

  it('refuses a code that was used, is too old, or comes with the wrong verifier, device, or address', async () => {
    const good = await signIn();
    const refusal = async (fields: Record<string, string>) => {
      const answer = await client.oauth('auth', { ...good, ...fields });
      return `${String(answer['error'])}: ${String(answer['error_description'])}`;
    };
    expect(await refusal({ client_id: 'x' })).to.equal('invalid_request: client_id is invalid');
    expect(await refusal({ client_id: '999' })).to.equal('invalid_client: invalid app');
    expect(await refusal({ client_id: '7' })).to.equal('invalid_grant: code is invalid or expired');
    expect(await refusal({ device_id: 'other' })).to.equal('invalid_request: device_id is invalid');
    expect(await refusal({ code_verifier: 'short' })).to.equal('invalid_request: verifier is missing or invalid');
    expect(await refusal({ code_verifier: 'v'.repeat(43) })).to.equal(
      'invalid_grant: code_challenge does not match code_verifier',
    );
    expect(await refusal({ redirect_uri: 'http://x.test/' })).to.contain('invalid_grant: redirect_uri is invalid');
    expect(await client.oauth('auth', good)).to.have.property('access_token');
    expect(await refusal({})).to.equal('invalid_grant: code was already used');
    const late = await signIn();
    now += 601_000;
    expect(await client.oauth('auth', late)).to.include({ error_description: 'code is invalid or expired' });
  });

  it('answers failures with status 200 and the state', async () => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, state: 'mine' });
    const answer = await fetch(`${stand.url}/oauth2/auth`, { method: 'POST', body });
    expect(answer.status).to.equal(200);
    expect(await answer.json()).to.include({ error: 'invalid_grant', state: 'mine' });
  });

  it('renews a pair once; using the old one again ends the whole sign-in', async () => {
    const fields = await signIn();
    const first = await client.oauth('auth', fields);
    const again = { grant_type: 'refresh_token', client_id: clientId, device_id: fields.device_id };
    const old = String(first['refresh_token']);
    expect(await client.oauth('auth', { ...again, refresh_token: old, device_id: 'other' })).to.include({
      error_description: 'device_id is invalid',
    });
    const second = await client.oauth('auth', { ...again, refresh_token: old });
    const token = String(second['access_token']);
    expect((await client.call(token, 'users.get')).response).to.be.an('array');
    const replay = await client.oauth('auth', { ...again, refresh_token: old });
    expect(replay).to.include({ error: 'invalid_grant', error_description: 'refresh_token is missing or invalid' });
    expect((await client.call(token, 'users.get')).error?.error_code).to.equal(5);
    const newest = await client.oauth('auth', { ...again, refresh_token: String(second['refresh_token']) });
    expect(newest).to.have.property('error', 'invalid_grant');
  });

  it('lets an access token live for an hour', async () => {
    const token = String((await client.oauth('auth', await signIn()))['access_token']);
    now += 3_601_000;
    expect((await client.call(token, 'users.get')).error?.error_msg).to.contain('access_token has expired');
  });

  it('shows the profile as far as the rights go, masks the public one, and ends by logout and revoke', async () => {
    const tokens = await client.oauth('auth', await signIn('vkid.personal_info,phone'));
    const own = { client_id: clientId, access_token: String(tokens['access_token']) };
    const { user } = (await client.oauth('user_info', own)) as { user: Record<string, unknown> };
    expect(user).to.include({ user_id: String(userId), first_name: 'Анна', last_name: 'Белова' });
    expect(user['phone']).to.match(/^7900\d{7}$/u);
    expect(user['educational_profile']).to.deep.equal({
      edu_roles: { main_roles: 'teacher', organizations: [{ organization_name: 'Школа № 1' }] },
    });
    const shown = await client.oauth('public_info', { client_id: clientId, id_token: String(tokens['id_token']) });
    expect(shown['user']).to.include({ last_name: 'Б.' });
    const other = await client.oauth('auth', await signIn());
    expect(await client.oauth('logout', own)).to.deep.equal({ response: 1 });
    expect(await client.oauth('user_info', own)).to.include({ error: 'invalid_token' });
    const second = { client_id: clientId, access_token: String(other['access_token']) };
    expect(await client.oauth('user_info', second)).to.have.property('user');
    expect(await client.oauth('revoke', second)).to.deep.equal({ response: 1 });
    expect(await client.oauth('user_info', second)).to.include({ error: 'invalid_token' });
  });
});
