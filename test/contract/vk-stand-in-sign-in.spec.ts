import { expect } from 'chai';

import { authorizeRequest, StandBrowser, StandClient } from '../../fixtures/vk/stand-client.js';
import { startVkStandIn, type VkStandIn } from '../../fixtures/vk/vk-stand-in.js';

const clientId = '51234567';
const redirectUri = 'http://school.test/sferum/callback';
const school = { roles: ['teacher' as const], organizationName: 'Школа № 1' };

describe('startVkStandIn: sign-in pages', () => {
  let now = Date.now();
  let stand: VkStandIn;
  let client: StandClient;
  let browser: StandBrowser;

  before(async () => {
    stand = await startVkStandIn({ port: 0, now: () => now });
    client = new StandClient(stand.url);
    await client.application(clientId, [redirectUri], ['vkid.personal_info']);
  });
  after(() => stand.stop());
  beforeEach(() => {
    browser = new StandBrowser(stand.url);
  });

  const authorize = (prompt = '') => {
    const request = authorizeRequest(stand.url, { clientId, redirectUri, prompt });
    return browser.open(request.address).then(() => request);
  };
  const learner = async (key: string) => {
    const [person] = await client.people([{ key, givenName: 'Анна', familyName: `Белова-${key}`, ...school }]);
    if (!person) throw new Error('Nobody was seeded.');
    return person;
  };
  const signInTo = async (person: { phone: string; password: string }) => {
    await browser.submit({ phone: person.phone });
    await browser.submit({ password: person.password });
    await browser.submit({ code: browser.hint });
  };

  it('leads an account with a learning profile through phone, password, code, profile, and data', async () => {
    const person = await learner('way-1');
    await authorize();
    expect(browser.title).to.equal('Вход с VK ID');
    await browser.submit({ phone: person.phone });
    expect(browser.title).to.equal('Введите пароль');
    await browser.submit({ password: person.password });
    expect(browser.title).to.equal('Подтвердите номер');
    await browser.submit({ code: browser.hint });
    expect(browser.title).to.equal('Выберите профиль');
    await browser.submit({ profile: String(person.userId) });
    expect(browser.title).to.equal('Проверьте данные');
    await browser.submit();

    const back = new URL(browser.address);
    expect(back.origin + back.pathname).to.equal(redirectUri);
    expect([...back.searchParams.keys()]).to.have.members(['code', 'state', 'device_id', 'type', 'expires_in']);
    expect(back.searchParams.get('type')).to.equal('code_v2');
    expect(back.searchParams.get('expires_in')).to.equal('600');
  });

  it('answers the chosen profile and not the other one of the account', async () => {
    const person = await learner('ordinary');
    const { verifier } = await authorize();
    await signInTo(person);
    const other = [...browser.html.matchAll(/name="profile" value="(\d+)"/gu)]
      .map(([, id]) => id ?? '')
      .find((id) => id !== String(person.userId));
    await browser.submit({ profile: other ?? '' });
    await browser.submit();
    const back = new URL(browser.address).searchParams;
    const tokens = await client.oauth('auth', {
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      code: back.get('code') ?? '',
      device_id: back.get('device_id') ?? '',
      state: 's',
    });
    expect(String(tokens['user_id'])).to.equal(other);
    const info = await client.oauth('user_info', { client_id: clientId, access_token: String(tokens['access_token']) });
    expect(info['user']).to.include({ user_id: other, first_name: 'Анна' });
    expect(info['user']).not.to.have.any.keys('educational_profile', 'phone');
  });

  it('makes a learning profile for an account that has none', async () => {
    const seed = { key: 'way-2', givenName: 'Пётр', familyName: 'Орлов', roles: [], organizationName: '' };
    const [person] = await client.people([{ ...seed, learningProfile: false }]);
    await authorize();
    await signInTo(person ?? { phone: '', password: '' });
    expect(browser.html).to.contain('Создать учебный профиль');
    await browser.open('about');
    expect(browser.title).to.equal('Информация о себе');
    await browser.submit({ givenName: 'Пётр', familyName: '', role: 'parent', organizationName: 'Школа № 1' });
    expect(browser.error).to.equal('Введите фамилию.');
    await browser.submit({ givenName: 'Пётр', familyName: 'Орлов', role: 'parent', organizationName: 'Школа № 1' });
    expect(new URL(browser.address).searchParams.get('code')).to.be.a('string');
  });

  it('makes an account and a learning profile for a new phone', async () => {
    await authorize();
    await browser.submit({ phone: '8 (900) 123-45-67' });
    expect(browser.title).to.equal('Подтвердите номер');
    await browser.submit({ code: browser.hint });
    expect(browser.title).to.equal('Информация о себе');
    await browser.submit({ givenName: 'Ольга', familyName: 'Новая', role: 'student', organizationName: 'Школа № 2' });
    expect(browser.title).to.equal('Учебный профиль');
    await browser.submit();
    expect(browser.title).to.equal('Проверьте данные');
    await browser.submit();
    expect(new URL(browser.address).searchParams.get('code')).to.be.a('string');
  });

  it('says what is wrong with a phone, a password, a wrong code, and an old one', async () => {
    const person = await learner('mistakes');
    await authorize();
    await browser.submit({ phone: '123' });
    expect(browser.error).to.equal('Введите номер целиком: +7 и десять цифр.');
    await browser.submit({ phone: person.phone });
    await browser.submit({ password: 'другой' });
    expect(browser.error).to.contain('Неверный пароль');
    await browser.submit({ password: person.password });
    const first = browser.hint;
    await browser.submit({ code: first === '000000' ? '000001' : '000000' });
    expect(browser.error).to.contain('Неверный код');
    await browser.submit({ to: 'code' }, 'resend');
    await browser.submit({ code: first }, 'code');
    expect(browser.error).to.contain('Код устарел');
    const fresh = browser.hint;
    now += 6 * 60_000;
    await browser.submit({ code: fresh });
    expect(browser.error).to.contain('Код устарел');
  });

  it('sets a new password by SMS', async () => {
    const person = await learner('reset');
    await authorize();
    await browser.submit({ phone: person.phone });
    await browser.open('reset');
    await browser.submit({ code: browser.hint, password: 'новый-пароль' });
    expect(browser.title).to.equal('Введите пароль');
    await browser.submit({ password: person.password }, 'password');
    expect(browser.error).to.contain('Неверный пароль');
    await browser.submit({ password: 'новый-пароль' });
    expect(browser.title).to.equal('Подтвердите номер');
  });

  it('lets nobody skip a step', async () => {
    const person = await learner('skip');
    await authorize();
    await browser.submit({ phone: person.phone });
    await browser.open('check');
    expect(browser.title).to.equal('Введите пароль');
    await browser.submit({ profile: String(person.userId) }, 'profiles');
    expect(browser.title).to.equal('Введите пароль');
  });

  it('remembers the browser, unless a new sign-in is asked for', async () => {
    const person = await learner('cookie');
    await authorize();
    await signInTo(person);
    await browser.submit({ profile: String(person.userId) });
    await browser.submit();
    await authorize();
    expect(browser.title).to.equal('Выберите профиль');
    await authorize('login');
    expect(browser.title).to.equal('Вход с VK ID');
    await authorize('none');
    expect(new URL(browser.address).searchParams.get('error')).to.equal('interaction_required');
  });

  it('goes back with access_denied when the person cancels', async () => {
    await authorize();
    await browser.submit({}, 'cancel');
    const back = new URL(browser.address);
    expect(back.origin + back.pathname).to.equal(redirectUri);
    expect(back.searchParams.get('error')).to.equal('access_denied');
    expect(back.searchParams.get('state')).to.equal('state-0123456789-0123456789-012345');
  });

  it('does not lead to an address that is not registered', async () => {
    const stranger = authorizeRequest(stand.url, { clientId, redirectUri: `${redirectUri}/more` });
    await browser.open(stranger.address);
    expect(browser.address).to.contain(stand.url);
    expect(browser.title).to.equal('Адрес возврата не разрешён для этого приложения');
    const plain = authorizeRequest(stand.url, { clientId, redirectUri, method: 'plain' });
    await browser.open(plain.address);
    expect(new URL(browser.address).searchParams.get('error')).to.equal('invalid_request');
  });
});
