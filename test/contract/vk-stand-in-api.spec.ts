import { expect } from 'chai';

import { StandClient } from '../../fixtures/vk/stand-client.js';
import { startVkStandIn, type VkStandIn } from '../../fixtures/vk/vk-stand-in.js';

const firstChatPeer = 2_000_000_000;

describe('startVkStandIn: API', () => {
  let stand: VkStandIn;
  let client: StandClient;
  const ids: number[] = [];
  const tokens: string[] = [];

  before(async () => {
    stand = await startVkStandIn({ port: 0, rateLimitPerSecond: 0 });
    client = new StandClient(stand.url);
    const person = (key: string) => ({ key, givenName: 'Анна', familyName: key, roles: [], organizationName: 'Школа' });
    const people = [...'abcd'].map(person);
    people.push({ ...person('refused'), adding: 'refused' } as (typeof people)[number]);
    people.push({ ...person('request'), adding: 'request' } as (typeof people)[number]);
    people.push({ ...person('stranger'), adding: 'friends-only' } as (typeof people)[number]);
    for (const { userId } of await client.people(people)) ids.push(userId);
    for (const id of ids.slice(0, 4)) tokens.push((await client.token(id, '1', ['messages'])).accessToken);
  });
  after(() => stand.stop());

  const call = (who: number, method: string, parameters: Record<string, string | number> = {}) =>
    client.call(tokens[who] ?? '', method, parameters);
  const errorOf = async (who: number, method: string, parameters: Record<string, string | number> = {}) =>
    (await call(who, method, parameters)).error?.error_code;
  const newChat = async (title: string, members: readonly number[] = []) => {
    const parameters = { title, user_ids: members.map((index) => ids[index]).join(',') };
    const { response } = await call(0, 'messages.createChat', parameters);
    return response as { chat_id: number; peer_ids: number[] };
  };
  const localId = async (who: number, title: string) => {
    const { response } = await call(who, 'messages.searchConversations', { q: title });
    return (response as { items: { peer: { local_id: number } }[] }).items[0]?.peer.local_id ?? -1;
  };

  it('accepts GET and POST, form, multipart, and query, and the token in the header or as a parameter', async () => {
    const query = new URLSearchParams({ v: '5.199', access_token: tokens[0] ?? '' });
    const address = `${stand.url}/method/users.get`;
    const form = new FormData();
    for (const [name, value] of query) form.set(name, value);
    for (const request of [
      fetch(`${address}?${query.toString()}`),
      fetch(`${address}?${query.toString()}`, { method: 'POST' }),
      fetch(address, { method: 'POST', body: query }),
      fetch(address, { method: 'POST', body: form }),
      fetch(`${address}?v=5.199`, { headers: { authorization: `Bearer ${tokens[0] ?? ''}` } }),
    ]) {
      const { response } = (await (await request).json()) as { response: { id: number }[] };
      expect(response[0]?.id).to.equal(ids[0]);
    }
    const headers = { 'content-type': 'application/json' };
    const json = await fetch(address, { method: 'POST', headers, body: JSON.stringify(Object.fromEntries(query)) });
    expect(((await json.json()) as { error: { error_code: number } }).error.error_code).to.equal(15);
  });

  it('refuses an unknown name, a missing version, a missing or wrong token, a missing right', async () => {
    expect(await errorOf(0, 'users.Get')).to.equal(3);
    expect(await errorOf(0, 'users.get', { v: '' })).to.equal(100);
    expect((await client.call('nonsense', 'users.get')).error?.error_code).to.equal(5);
    const weak = (await client.token(ids[0] ?? 0, '1', ['vkid.personal_info'])).accessToken;
    expect((await client.call(weak, 'messages.createChat', { title: 'Нет' })).error).to.include({
      error_code: 15,
      error_subcode: 1133,
    });
    const { error } = await call(0, 'messages.editChat', { title: 'x' });
    expect(error).to.include({ error_code: 100 });
    expect(error?.request_params).to.deep.include({ key: 'method', value: 'messages.editChat' });
    expect(JSON.stringify(error)).not.to.contain('access_token');
  });

  it('adds to a new chat only those who allow it, and says who', async () => {
    const { peer_ids } = await newChat('Создание', [1, 2, 4, 5, 6]);
    expect(peer_ids).to.deep.equal([ids[1], ids[2]]);
    const chat = (await client.state()).chats.find(({ title }) => title === 'Создание');
    expect(chat?.owner).to.equal(ids[0]);
    expect(chat?.members.map(({ name, is_admin }) => `${name} ${is_admin}`)).to.deep.equal([
      'Анна a true',
      'Анна b false',
      'Анна c false',
    ]);
  });

  it('numbers chats for every account on its own', async () => {
    const { chat_id } = await newChat('Номера', [1]);
    const other = await localId(1, 'Номера');
    expect(other).to.be.greaterThan(0).and.not.equal(chat_id);
    const title = { chat_id: other };
    expect((await call(1, 'messages.getChat', title)).response).to.include({ title: 'Номера', members_count: 2 });
    expect(await errorOf(3, 'messages.getConversationMembers', { peer_id: firstChatPeer + chat_id })).to.equal(917);
  });

  it('lets only administrators change a chat', async () => {
    const { chat_id } = await newChat('Права', [1, 2]);
    const own = await localId(1, 'Права');
    const member = { chat_id: own, user_id: ids[2] ?? 0 };
    expect(await errorOf(1, 'messages.editChat', { chat_id: own, title: 'Моё' })).to.equal(925);
    expect(await errorOf(1, 'messages.removeChatUser', member)).to.equal(925);
    expect(await errorOf(1, 'messages.getInviteLink', { peer_id: firstChatPeer + own })).to.equal(925);
    const promotion = { peer_id: firstChatPeer + chat_id, member_id: ids[1] ?? 0, role: 'admin' };
    expect((await call(0, 'messages.setMemberRole', promotion)).response).to.equal(1);
    expect((await call(1, 'messages.editChat', { chat_id: own, title: 'Права 2' })).response).to.equal(1);
    expect((await call(1, 'messages.removeChatUser', member)).response).to.equal(1);
    expect(await errorOf(1, 'messages.removeChatUser', member)).to.equal(935);
    expect(await errorOf(1, 'messages.removeChatUser', { chat_id: own, member_id: ids[0] ?? 0 })).to.equal(15);
    expect((await call(1, 'messages.removeChatUser', { chat_id: own, user_id: ids[1] ?? 0 })).response).to.equal(1);
    expect(await errorOf(1, 'messages.send', { peer_id: firstChatPeer + own, random_id: 1, message: 'x' })).to.equal(
      922,
    );
    const chat = (await client.state()).chats.find(({ title }) => title === 'Права 2');
    expect(chat?.members.map(({ user_id }) => user_id)).to.deep.equal([ids[0]]);
  });

  it('refuses adding by the reason the person has', async () => {
    const { chat_id } = await newChat('Добавление', [1]);
    const add = (index: number) => errorOf(0, 'messages.addChatUser', { chat_id, user_id: ids[index] ?? 0 });
    expect([await add(4), await add(5), await add(6), await add(1)]).to.deep.equal([981, 939, 15, 15]);
    expect(await errorOf(0, 'messages.addChatUser', { chat_id, user_id: 5 })).to.equal(936);
    expect(await add(2)).to.equal(undefined);
    await client.limits(3);
    expect(await add(3)).to.equal(103);
    await client.limits(1000);
  });

  it('gives members by pages of twenty unless asked otherwise', async () => {
    const people = Array.from({ length: 30 }, (_, index) => ({
      key: `page-${index}`,
      givenName: 'Имя',
      familyName: `${index}`,
      roles: ['student' as const],
      organizationName: 'Школа',
    }));
    const members = await client.people(people);
    const user_ids = members.map(({ userId }) => userId).join(',');
    const { response } = await call(0, 'messages.createChat', { title: 'Страницы', user_ids });
    const peer_id = firstChatPeer + (response as { chat_id: number }).chat_id;
    const page = async (more: Record<string, string | number>) =>
      (await call(0, 'messages.getConversationMembers', { peer_id, ...more })).response as {
        count: number;
        items: { member_id: number; is_owner: boolean }[];
        profiles?: Record<string, unknown>[];
      };
    const first = await page({});
    expect([first.count, first.items.length, first.items[0]?.is_owner]).to.deep.equal([31, 20, true]);
    const rest = await page({ offset: 20, count: 1000, extended: 1, fields: 'educational_profile' });
    expect(rest.items).to.have.length(11);
    expect(rest.profiles?.[0]?.['educational_profile']).to.have.property('edu_roles');
    expect(await errorOf(0, 'messages.getConversationMembers', { peer_id, count: 1001 })).to.equal(100);
  });

  it('lets people in by the link, until it is renewed', async () => {
    const peer_id = firstChatPeer + (await newChat('Ссылка')).chat_id;
    const { link } = (await call(0, 'messages.getInviteLink', { peer_id })).response as { link: string };
    expect((await call(3, 'messages.getChatPreview', { link })).response).to.have.nested.include({
      'preview.title': 'Ссылка',
      'preview.is_member': false,
    });
    const { chat_id } = (await call(3, 'messages.joinChatByInviteLink', { link })).response as { chat_id: number };
    expect(chat_id).to.equal(await localId(3, 'Ссылка'));
    await call(0, 'messages.getInviteLink', { peer_id, reset: 1 });
    expect(await errorOf(2, 'messages.joinChatByInviteLink', { link })).to.equal(917);
  });

  it('posts a message once per random_id', async () => {
    const { chat_id } = await newChat('Сообщения');
    const message = { peer_id: firstChatPeer + chat_id, random_id: 77, message: 'Здравствуйте' };
    const first = await call(0, 'messages.send', message);
    expect((await call(0, 'messages.send', message)).response).to.equal(first.response);
    expect((await call(0, 'messages.send', { ...message, random_id: 78 })).response).not.to.equal(first.response);
    expect(await errorOf(0, 'messages.send', { peer_id: message.peer_id, message: 'без числа' })).to.equal(100);
    const peer_ids = `${message.peer_id},${firstChatPeer + 99_999}`;
    const { response } = await call(0, 'messages.send', { peer_ids, random_id: 79, message: 'всем' });
    expect(response).to.have.nested.property('[1].error.code', 917);
  });

  it('starts a call and lets only its owner end it', async () => {
    const { response } = await call(0, 'calls.start');
    const started = response as { call_id: string; join_link: string };
    expect(started.call_id).to.have.length(36);
    expect(started.join_link).to.match(/\/call\/join\/[\w-]{43}$/u);
    expect(await errorOf(0, 'calls.forceFinish', { call_id: 'short' })).to.equal(100);
    expect(await errorOf(1, 'calls.forceFinish', { call_id: started.call_id })).to.equal(15);
    expect((await call(0, 'calls.forceFinish', { call_id: started.call_id })).response).to.equal(1);
    expect((await client.state()).calls).to.deep.include({ call_id: started.call_id, state: 'finished' });
  });

  it('knows people, rights, and the time', async () => {
    expect((await call(0, 'account.getAppPermissions')).response).to.equal(4096);
    expect((await call(0, 'account.getProfileInfo')).response).to.include({ id: ids[0], first_name: 'Анна' });
    expect((await call(0, 'friends.areFriends', { user_ids: `${ids[1]}` })).response).to.have.length(1);
    expect((await call(0, 'utils.getServerTime')).response).to.be.closeTo(Date.now() / 1000, 5);
    const { response } = await call(0, 'users.get', { user_ids: `${ids[1]},1`, fields: 'can_invite_to_chats' });
    expect(response).to.have.length(1);
  });
});

describe('startVkStandIn: limits of the API', () => {
  it('refuses the fourth request within a second and counts it', async () => {
    let now = 1_000_000;
    const stand = await startVkStandIn({ port: 0, now: () => now });
    const client = new StandClient(stand.url);
    const seed = { key: 'a', givenName: 'А', familyName: 'Б', roles: [], organizationName: '' };
    const [person] = await client.people([seed]);
    const { accessToken } = await client.token(person?.userId ?? 0, '1', []);
    const codes: (number | undefined)[] = [];
    for (let index = 0; index < 4; index += 1) {
      codes.push((await client.call(accessToken, 'users.get')).error?.error_code);
    }
    expect(codes).to.deep.equal([undefined, undefined, undefined, 6]);
    expect(stand.state().requests).to.include({ 'users.get': 3, refused_by_rate: 1 });
    now += 1000;
    expect((await client.call(accessToken, 'users.get')).response).to.be.an('array');
    await stand.stop();
  });
});
