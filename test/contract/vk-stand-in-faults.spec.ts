import { expect } from 'chai';

import type { FaultKind } from '../../fixtures/vk/faults.js';
import { StandClient } from '../../fixtures/vk/stand-client.js';
import { startVkStandIn, type VkStandIn } from '../../fixtures/vk/vk-stand-in.js';

describe('startVkStandIn: faults', () => {
  let stand: VkStandIn;
  let client: StandClient;
  let token = '';
  const ids: number[] = [];

  beforeEach(async () => {
    stand = await startVkStandIn({ port: 0, rateLimitPerSecond: 0 });
    client = new StandClient(stand.url);
    const people = ['a', 'b', 'c', 'd'].map((key) => ({
      key,
      givenName: 'Имя',
      familyName: key,
      roles: [],
      organizationName: '',
    }));
    ids.splice(0, 4, ...(await client.people(people)).map(({ userId }) => userId));
    token = (await client.token(ids[0] ?? 0, '1', ['messages'])).accessToken;
  });
  afterEach(() => stand.stop());

  const create = (title: string) =>
    client.call(token, 'messages.createChat', { title, user_ids: ids.slice(1).join(',') });
  const titles = async () => (await client.state()).chats.map(({ title }) => title);

  const codes: readonly (readonly [FaultKind, number])[] = [
    ['rate', 6],
    ['flood', 9],
    ['internal', 10],
    ['captcha', 14],
    ['validation', 17],
    ['spam', 984],
    ['profile-type', 1051],
  ];
  for (const [fault, code] of codes) {
    it(`answers ${code} once for '${fault}' and changes nothing`, async () => {
      await client.fault({ method: 'messages.createChat', fault, times: 1 });
      expect((await create('Чат')).error?.error_code).to.equal(code);
      expect(await titles()).to.deep.equal([]);
      expect((await create('Чат')).response).to.have.property('chat_id');
    });
  }

  it('answers the code that is wished for, before or after the work, of a method or of a whole execute', async () => {
    const code = 'return [API.messages.createChat({title: "Два"})];';
    const fault = { times: 1, code: 13 } as const;
    await client.fault({ ...fault, method: 'messages.createChat', fault: 'error' });
    expect((await create('Раз')).error?.error_code).to.equal(13);
    await client.fault({ ...fault, method: 'execute', fault: 'error' });
    expect((await client.call(token, 'execute', { code })).error?.error_code).to.equal(13);
    expect(await titles()).to.deep.equal([]);
    await client.fault({ ...fault, method: 'messages.createChat', fault: 'error-after' });
    expect((await create('Раз')).error?.error_code).to.equal(13);
    await client.fault({ ...fault, method: 'execute', fault: 'error-after' });
    expect((await client.call(token, 'execute', { code })).error?.error_code).to.equal(13);
    expect(await titles()).to.deep.equal(['Раз', 'Два']);
  });

  it('does not say who was added, and counts conversations that it does not show', async () => {
    await client.fault({ method: 'messages.createChat', fault: 'bare-creation', times: 1 });
    expect((await create('Раз')).response).to.have.all.keys('chat_id');
    await client.fault({ method: 'messages.getConversations', fault: 'cut-conversations', times: 1 });
    const list = async () => (await client.call(token, 'messages.getConversations')).response;
    expect(await list()).to.deep.equal({ count: 1, items: [] });
    expect(await list())
      .to.have.property('items')
      .with.length(1);
  });

  it('lets who joins twice in, or not, as is wished', async () => {
    await create('Раз');
    const peer = {
      peer_id:
        2_000_000_000 +
        (
          (await client.call(token, 'messages.getConversations')).response as {
            items: { conversation: { peer: { local_id: number } } }[];
          }
        ).items[0]!.conversation.peer.local_id,
    };
    const { link } = (await client.call(token, 'messages.getInviteLink', peer)).response as { link: string };
    const join = () => client.call(token, 'messages.joinChatByInviteLink', { link });
    expect((await join()).error?.error_code).to.equal(15);
    await client.joining('id');
    expect((await join()).response).to.deep.equal({ chat_id: peer.peer_id - 2_000_000_000 });
  });

  it('makes the chat and gives no answer for lost-answer, inside execute too', async () => {
    await client.fault({ method: 'messages.createChat', fault: 'lost-answer', times: 2 });
    const failure = (request: Promise<unknown>) =>
      request.then(
        () => 'answered',
        () => 'lost',
      );
    expect(await failure(create('Раз'))).to.equal('lost');
    const code = 'return [API.messages.createChat({title: "Два"}), API.messages.createChat({title: "Три"})];';
    expect(await failure(client.call(token, 'execute', { code }))).to.equal('lost');
    expect(await titles()).to.deep.equal(['Раз', 'Два', 'Три']);
  });

  it('answers HTML with 502 and does nothing', async () => {
    await client.fault({ method: '*', fault: 'http-502-html', times: 1 });
    const body = new URLSearchParams({ v: '5.199', access_token: token, title: 'Чат' });
    const answer = await fetch(`${stand.url}/method/messages.createChat`, { method: 'POST', body });
    expect(answer.status).to.equal(502);
    expect(answer.headers.get('content-type')).to.contain('text/html');
    expect(await titles()).to.deep.equal([]);
  });

  it('answers late for slow', async () => {
    await client.fault({ method: 'users.get', fault: 'slow', delayMs: 120, times: 1 });
    const start = performance.now();
    expect((await client.call(token, 'users.get')).response).to.be.an('array');
    expect(performance.now() - start).to.be.greaterThan(100);
  });

  it('leaves one person out for refused-privacy', async () => {
    await client.fault({ method: '*', fault: 'refused-privacy', userId: ids[2] ?? 0 });
    const { response } = await create('Чат');
    const chat = response as { chat_id: number; peer_ids: number[] };
    expect(chat.peer_ids).to.deep.equal([ids[1], ids[3]]);
    const add = { chat_id: chat.chat_id, user_id: ids[2] ?? 0 };
    expect((await client.call(token, 'messages.addChatUser', add)).error?.error_code).to.equal(981);
    await client.clearFaults();
    expect((await client.call(token, 'messages.addChatUser', add)).response).to.equal(1);
  });

  it('cuts or empties the list of members', async () => {
    const { chat_id } = (await create('Чат')).response as { chat_id: number };
    const members = async () => {
      const answer = await client.call(token, 'messages.getConversationMembers', { peer_id: 2_000_000_000 + chat_id });
      const { count, items } = answer.response as { count: number; items: unknown[] };
      return [count, items.length];
    };
    await client.fault({ method: 'messages.getConversationMembers', fault: 'cut-members', times: 1 });
    expect(await members()).to.deep.equal([4, 2]);
    await client.fault({ method: 'messages.getConversationMembers', fault: 'empty-members', times: 1 });
    expect(await members()).to.deep.equal([0, 0]);
    expect(await members()).to.deep.equal([4, 4]);
  });

  it('ends the sign-in for token-dead, only the token for token-expired', async () => {
    await client.application('1', [], []);
    const renewed = async (fault: 'token-dead' | 'token-expired') => {
      const pair = await client.token(ids[1] ?? 0, '1', []);
      await client.fault({ method: '*', fault, times: 1 });
      expect((await client.call(pair.accessToken, 'users.get')).error?.error_code).to.equal(5);
      expect((await client.call(pair.accessToken, 'users.get')).error?.error_code).to.equal(5);
      const fields = { grant_type: 'refresh_token', client_id: '1', device_id: pair.deviceId };
      return client.oauth('auth', { ...fields, refresh_token: pair.refreshToken });
    };
    expect(await renewed('token-expired')).to.have.property('access_token');
    expect(await renewed('token-dead')).to.have.property('error', 'invalid_grant');
  });

  it('disturbs VK ID too', async () => {
    await client.fault({ method: 'oauth', fault: 'rate', times: 1 });
    expect(await client.oauth('user_info', {})).to.have.property('error', 'slow_down');
    expect(await client.oauth('user_info', {})).to.have.property('error', 'invalid_request');
  });
});
