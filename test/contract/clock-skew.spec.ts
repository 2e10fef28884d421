import { expect } from 'chai';

import { ADMINISTRATOR_ACCOUNT, ChatServer } from '../support/chat-server.js';

const TITLE = 'Классный чат 5А';

/** A process whose clock is wrong is as good as any other: what is due is told by the database. */
for (const [what, aheadMs] of [
  ['ten minutes behind', -600_000],
  ['ten minutes ahead', 600_000],
] as const) {
  describe(`a process whose clock is ${what}`, () => {
    let server: ChatServer;
    beforeEach(async () => {
      server = await ChatServer.start();
      server.clockAheadMs = aheadMs;
      await server.link('p01', '101');
    });
    afterEach(() => server?.stop());

    it('does not look for a chat at once after a lost answer, nor stands and turns until its time', async () => {
      let lost = true;
      server.messenger.fault = (call) => {
        if (call.kind !== 'chat.create' || !lost) return undefined;
        lost = false;
        return 'lost-answer';
      };
      await server.deliver();
      expect(server.messenger.sent('chat.list')).to.have.length(1);
      const [due] = await server.sql<{ seconds: number }>(
        `select extract(epoch from min(due_at) - now())::float as seconds from chat
         where chat_id in (select subject_id from delivery_doubt)`,
      );
      expect(due?.seconds).to.be.within(0.5, 3);
      await server.letTimePass();
      await server.deliver();
      expect(server.messenger.sent('chat.list')).to.have.length(2);
      expect(server.messenger.snapshot()[TITLE]?.map(({ memberIds }) => memberIds)).to.deep.equal([
        ['101', ADMINISTRATOR_ACCOUNT],
      ]);
    });

    it('rests for as long as the messenger asks a person to act, by the database’s clock', async () => {
      server.messenger.fault = () => ({ class: 'person-needed', code: 'vk.14', scope: 'credential' });
      await server.deliver();
      const [lane] = await server.sql<{ seconds: number }>(
        'select extract(epoch from stop_until - now())::float as seconds from delivery_lane',
      );
      expect(lane?.seconds).to.be.within(890, 901);
      expect(server.messenger.requests).to.have.length(1);
    });

    it('tries what failed again after its pause, by the database’s clock', async () => {
      await server.deliver();
      await server.link('p02', '102');
      server.messenger.fault = (call) => (call.kind === 'member.add' ? { class: 'retry', code: 'vk.10' } : undefined);
      await server.deliver();
      const [again] = await server.sql<{ seconds: number }>(
        `select extract(epoch from next_attempt_at - now())::float as seconds from chat_member
         where next_attempt_at is not null`,
      );
      expect(again?.seconds).to.be.within(0, 5);
      expect(server.messenger.sent('member.add')).to.have.length(1);
    });
  });
}
