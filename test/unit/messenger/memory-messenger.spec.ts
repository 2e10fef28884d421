import { expect } from 'chai';

import type { MessengerCall, MessengerCredential } from '../../../src/messenger/messenger.js';
import { MemoryMessenger } from '../../support/memory-messenger.js';

const credential: MessengerCredential = { accessToken: 'token', userId: '1' };
const create: MessengerCall = { kind: 'chat.create', title: '5А', userIds: ['2', '3'] };

describe('MemoryMessenger', () => {
  it('keeps chats, members, roles and messages, each key once', async () => {
    const messenger = new MemoryMessenger();
    messenger.refusedUserIds.add('3');
    const post: MessengerCall = { kind: 'message.post', chatId: '1', text: 'Урок', key: 5 };
    const results = await messenger.send(credential, [
      create,
      { kind: 'member.add', chatId: '1', userId: '3' },
      { kind: 'member.add', chatId: '1', userId: '2' },
      { kind: 'member.remove', chatId: '1', userId: '9' },
      { kind: 'member.role', chatId: '1', userId: '2', role: 'admin' },
      post,
      post,
    ]);
    expect(results[0]).to.deep.equal({ ok: true, answer: { chatId: '1', memberIds: ['2'] } });
    expect(results[1]).to.deep.equal({ ok: false, failure: { class: 'invite', code: 'vk.15' } });
    expect(results.slice(2).every(({ ok }) => ok)).to.equal(true);
    expect(messenger.snapshot()).to.deep.equal({
      '5А': [{ chatId: '1', ownerId: '1', memberIds: ['1', '2'], adminIds: ['1', '2'], messages: ['Урок'] }],
    });
    expect(messenger.requests).to.have.length(1);
    expect(messenger.sent('message.post')).to.have.length(2);
  });

  it('makes the effect of a lost answer, and none of a failure', async () => {
    const messenger = new MemoryMessenger();
    messenger.fault = (_call, index) => (index === 0 ? 'lost-answer' : { class: 'retry', code: 'vk.10' });
    const results = await messenger.send(credential, [create, create]);
    expect(results.map((result) => !result.ok && result.failure.class)).to.deep.equal(['unknown', 'retry']);
    delete messenger.fault;
    const [found] = await messenger.send(credential, [{ kind: 'chat.find', title: '5А' }]);
    expect(found).to.deep.equal({
      ok: true,
      answer: { chats: [{ chatId: '1', title: '5А', ownerId: '1', membersCount: 3 }] },
    });
  });

  it('loses a chat for an account that left it', async () => {
    const messenger = new MemoryMessenger();
    await messenger.send(credential, [create, { kind: 'member.remove', chatId: '1', userId: '1' }]);
    const [result] = await messenger.send(credential, [{ kind: 'chat.rename', chatId: '1', title: '6А' }]);
    expect(result).to.deep.equal({ ok: false, failure: { class: 'chat-lost', code: 'vk.917' } });
  });

  it('starts calls and ends them, repeatably', async () => {
    const messenger = new MemoryMessenger();
    const [started] = await messenger.send(credential, [{ kind: 'call.start' }]);
    const [call] = messenger.calls.values();
    expect(started).to.deep.equal({ ok: true, answer: { callId: call?.callId, joinLink: call?.joinLink } });
    const end: MessengerCall = { kind: 'call.end', callId: call?.callId ?? '' };
    for (const result of await messenger.send(credential, [end, end])) expect(result.ok).to.equal(true);
    expect(call?.ended).to.equal(true);
  });
});
