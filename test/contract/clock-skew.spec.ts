import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { CreateLessonButton } from '../../src/journal/lesson-buttons.js';
import type { ConferenceCard, ConferenceDefaults, LessonsToday } from '../../src/protocol/conference-protocol.js';
import { ADMINISTRATOR_ACCOUNT, ChatServer } from '../support/chat-server.js';
import { ConferenceRig, OWN_RIGHTS, type Person } from './conference-rig.js';

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

const TEACHER: Person = { personId: 'e4', rights: OWN_RIGHTS };

/** What a school day offers hangs on the database's clock too: with several processes two would answer differently. */
for (const [what, aheadMs] of [
  ['an hour behind', -3_600_000],
  ['an hour ahead', 3_600_000],
  ['a day ahead', 86_400_000],
] as const) {
  describe(`lessons of a process whose clock is ${what}`, () => {
    let rig: ConferenceRig;
    before(async () => {
      rig = await ConferenceRig.start();
      rig.clockAheadMs = aheadMs;
    });
    after(() => rig?.stop());

    it('are begun while they run, and not when they are over', async () => {
      const running = rig.lesson();
      const over = rig.lesson({}, -50, 40);
      const button = new CreateLessonButton(rig.lessonConferences);
      const state = (lessonId: string) => button.state({ session: rig.session(TEACHER), lessonId });
      expect(await state(running.id)).to.include({ visible: true, enabled: true });
      expect(await state(over.id)).to.include({ enabled: false });
      await rig.lessonConferences.create(rig.session(TEACHER), running.id);
      const refused: unknown = await rig.lessonConferences
        .create(rig.session(TEACHER), over.id)
        .catch((error: unknown) => error);
      expect(refused).to.have.property('code', 'SFERUM_CONFERENCE_STATE');
    });

    it('are planned for now, and not for what is over', async () => {
      const chatId = await rig.chatId('class', '2022a');
      const plan = (startsInMinutes: number, endsInMinutes: number) =>
        rig.ask<ConferenceCard>('POST', '/api/conferences', {
          ...{ requestId: randomUUID(), kind: 'call', title: 'Собрание', chatId },
          ...rig.times(inMinutes(startsInMinutes), inMinutes(endsInMinutes)),
        });
      expect((await plan(-5, 20)).status).to.equal(201);
      expect((await plan(-30, -10)).status).to.equal(400);
    });

    it('are those of today, offered from now on', async () => {
      const lesson = rig.lesson({}, 20);
      const today = await rig.ask<LessonsToday>('GET', '/api/lessons/today');
      expect(today.body.items.map(({ id }) => id)).to.include(lesson.id);
      const defaults = await rig.ask<ConferenceDefaults>('GET', '/api/conferences/defaults');
      const next = rig.times(inMinutes(0), inMinutes(16));
      expect(defaults.body.date).to.equal(next.date);
      expect(defaults.body.startTime >= next.startTime && defaults.body.startTime <= next.endTime).to.equal(true);
    });
  });
}

function inMinutes(minutes: number): Date {
  return new Date(Date.now() + minutes * 60_000);
}
