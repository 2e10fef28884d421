import { expect } from 'chai';

import { StandClient } from '../../fixtures/vk/stand-client.js';
import { startVkStandIn, type VkStandIn } from '../../fixtures/vk/vk-stand-in.js';

describe('startVkStandIn: execute', () => {
  let stand: VkStandIn;
  let client: StandClient;
  let token = '';
  let userId = 0;

  before(async () => {
    stand = await startVkStandIn({ port: 0, rateLimitPerSecond: 0 });
    client = new StandClient(stand.url);
    const seed = { key: 'a', givenName: 'А', familyName: 'Б', roles: [], organizationName: '' };
    userId = (await client.people([seed]))[0]?.userId ?? 0;
    token = (await client.token(userId, '1', ['messages'])).accessToken;
  });
  after(() => stand.stop());

  const execute = (code: string) => client.call(token, 'execute', { code });

  it('answers one value per call, false for a failed one, and counts each', async () => {
    const code = `return [
      API.messages.createChat({"title": "Чат \\"1\\", 5\\u043a\\n", user_ids: []}),
      API.messages.editChat({chat_id: 99999, title: 'нет'}),
      API.nothing.here({}),
      API.utils.getServerTime(),
    ];`;
    const { response, execute_errors } = await execute(code);
    const values = response as unknown[];
    expect(values).to.have.length(4);
    expect(values[0]).to.have.property('chat_id');
    expect([values[1], values[2]]).to.deep.equal([false, false]);
    expect(execute_errors?.map(({ method, error_code }) => `${method} ${error_code}`)).to.deep.equal([
      'messages.editChat 917',
      'nothing.here 3',
    ]);
    const { chats, requests } = await client.state();
    expect(chats[0]?.title).to.equal('Чат "1", 5к\n');
    expect(requests).to.include({ execute: 1, 'messages.createChat': 1, 'messages.editChat': 1 });
  });

  it('passes lists, numbers, and results of calls on', async () => {
    const code = `
      var chat = API.messages.createChat({title: "Переменные"}); // a comment
      var ids = [${userId}, 1];
      return {title: API.messages.getChat({chat_id: chat.chat_id}).title, users: API.users.get({user_ids: ids}).length,
              peer: 2000000000 + chat.chat_id > 2000000000 && !false, none: chat.absent};`;
    expect((await execute(code)).response).to.deep.equal({ title: 'Переменные', users: 1, peer: true, none: null });
  });

  it('stops at the twenty-sixth call, keeping what was done', async () => {
    const calls = Array.from({ length: 26 }, (_, index) => `API.messages.createChat({title: "Много ${index}"})`);
    expect((await execute(`return [${calls.join(',')}];`)).error?.error_code).to.equal(13);
    const { chats } = await client.state();
    expect(chats.filter(({ title }) => title.startsWith('Много'))).to.have.length(25);
  });

  it('refuses what it cannot read, and a request without code', async () => {
    expect((await execute('return [API.users.get({];')).error?.error_code).to.equal(12);
    expect((await execute('return missing;')).error?.error_code).to.equal(13);
    expect((await execute('')).error?.error_code).to.equal(100);
  });
});
