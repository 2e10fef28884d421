import { expect } from 'chai';

import type { MessengerCall, MessengerCredential, MessengerResult } from '../../../src/messenger/messenger.js';
import { MemoryMessenger, type MembersDamage } from '../../support/memory-messenger.js';

const credential: MessengerCredential = { accessToken: 'token', userId: '1' };
const create: MessengerCall = { kind: 'chat.create', title: '5А', userIds: ['2', '3'] };

describe('MemoryMessenger', () => {
  let messenger: MemoryMessenger;
  beforeEach(() => {
    messenger = new MemoryMessenger();
  });

  async function send(...calls: MessengerCall[]): Promise<readonly MessengerResult[]> {
    return messenger.send(credential, calls);
  }
  const outcome = (result: MessengerResult | undefined): string =>
    result?.ok ? 'ok' : `${result?.failure.class} ${result?.failure.effect}`;

  it('shows everything that was done, and keeps every request', async () => {
    messenger.refusedUserIds.add('3');
    await send(create, { kind: 'message.post', chatId: '1', text: 'Урок', key: 5 });
    expect(messenger.snapshot()).to.deep.equal({
      '5А': [{ chatId: '1', ownerId: '1', memberIds: ['1', '2'], adminIds: ['1'], messages: ['Урок'] }],
    });
    expect(messenger.requests).to.have.length(1);
    expect(messenger.credentials).to.deep.equal([credential]);
    expect(messenger.sent('message.post')).to.have.length(1);
  });

  it('makes the effect of a lost answer, and none of a failure', async () => {
    messenger.fault = (_call, index) => (index === 0 ? 'lost-answer' : { class: 'retry', code: 'vk.10' });
    expect((await send(create, create)).map(outcome)).to.deep.equal(['unknown possible', 'retry none']);
    expect(messenger.chats.size).to.equal(1);
  });

  it('makes the effect before a failure that is answered all the same', async () => {
    messenger.fault = () => ({ class: 'retry', code: 'vk.10', done: true });
    expect((await send(create)).map(outcome)).to.deep.equal(['retry possible']);
    expect(messenger.chats.size).to.equal(1);
  });

  it('makes a late effect when the test lets it, as of the account that sent it', async () => {
    messenger.fault = () => 'late';
    expect((await send(create, { kind: 'member.add', chatId: '1', userId: '4' })).map(outcome)).to.deep.equal([
      'unknown possible',
      'retry possible',
    ]);
    expect(messenger.chats.size).to.equal(0);
    messenger.settleLate();
    messenger.settleLate();
    expect(messenger.snapshot()['5А']?.map(({ memberIds }) => memberIds)).to.deep.equal([['1', '2', '3', '4']]);
  });

  it('refuses a whole request without making any of it', async () => {
    messenger.requestFault = (calls) => (calls.length > 1 ? { class: 'split', code: 'vk.13' } : undefined);
    const results = await send(create, create);
    expect(results.map((result) => !result.ok && result.failure.scope)).to.deep.equal(['request', 'request']);
    expect(messenger.chats.size).to.equal(0);
    expect((await send(create)).map(outcome)).to.deep.equal(['ok']);
  });

  it('does not say who was added, if so wished', async () => {
    messenger.silentCreation = true;
    const [result] = await send(create);
    expect(result).to.have.deep.property('answer', { chatId: '1', memberIds: undefined });
    expect([...(messenger.chats.get('1')?.members.keys() ?? [])]).to.deep.equal(['1', '2', '3']);
  });

  it('shows other accounts the chat under other ids', async () => {
    await send(create);
    const chat = messenger.chats.get('1');
    const other = { accessToken: 'token', userId: '2' };
    const ids = chat ? ['1', '2', '3'].map((account) => messenger.idFor(account, chat)) : [];
    expect(new Set(ids)).to.have.length(3);
    const results = await messenger.send(other, [
      { kind: 'chat.rename', chatId: ids[1] ?? '', title: '6А' },
      { kind: 'chat.rename', chatId: ids[0] ?? '', title: '7А' },
      { kind: 'chat.rename', chatId: ids[2] ?? '', title: '8А' },
    ]);
    expect(results.map(outcome)).to.deep.equal(['ok', 'chat-lost none', 'chat-lost none']);
    expect(chat?.title).to.equal('6А');
  });

  const damages: readonly (readonly [MembersDamage, pages: string[], total: number])[] = [
    ['cut', ['1 2', ''], 4],
    ['no-items', [''], 4],
    ['repeating', ['1 2 3', '1 2 3'], 4],
    ['owner-only', ['1'], 1],
    ['no-roles', ['1 2 3', '9'], 4],
  ];
  for (const [damage, pages, total] of damages) {
    it(`gives a list of members that comes ${damage}`, async () => {
      messenger.membersPerPage = 3;
      messenger.membersDamage = () => damage;
      await send(create, { kind: 'member.add', chatId: '1', userId: '9' });
      const seen: string[] = [];
      let offset: number | undefined = 0;
      while (offset !== undefined) {
        const [page]: readonly MessengerResult[] = await send({ kind: 'chat.members', chatId: '1', offset });
        if (!page?.ok || page.kind !== 'chat.members') return expect.fail('no page');
        expect(page.answer.total).to.equal(total);
        if (damage === 'no-roles') expect(page.answer.members.every(({ role }) => role === undefined)).to.equal(true);
        seen.push(page.answer.members.map(({ userId }) => userId).join(' '));
        offset = page.answer.nextOffset;
      }
      expect(seen).to.deep.equal(pages);
    });
  }
});
