import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { ReminderContribution } from '../../src/host/contribution-points.js';
import type { ConferenceCard } from '../../src/protocol/conference-protocol.js';
import { ConferenceRig } from './conference-rig.js';

const MINUTE_MS = 60_000;
const PUPIL = { personId: 'p01', rights: [] };

describe('settings of conferences', () => {
  let rig: ConferenceRig;
  afterEach(() => rig?.stop());

  async function plan(): Promise<string> {
    const { body } = await rig.ask<ConferenceCard>('POST', '/api/conferences', {
      ...{ requestId: randomUUID(), kind: 'call', title: 'Собрание', chatId: await rig.chatId('class', '2022a') },
      ...rig.tomorrow(),
    });
    return body.conference.id;
  }
  const status = async (id: string): Promise<string> =>
    (await rig.ask<ConferenceCard>('GET', `/api/conferences/${id}`)).body.conference.status;

  it('graceMinutes: how long after its end a conference ends by itself', async () => {
    rig = await ConferenceRig.start({ graceMinutes: 3 });
    const id = await plan();
    await rig.shift(id, 0, 45);
    await rig.deliver();
    await rig.shift(id, -60, -2);
    await rig.deliver();
    expect(await status(id)).to.equal('active');
    await rig.shift(id, -60, -3);
    await rig.deliver();
    expect(await status(id)).to.equal('finished');
  });

  it('earlyEntryMinutes: how long before a lesson pupils may come in', async () => {
    rig = await ConferenceRig.start({ earlyEntryMinutes: 40 });
    const lesson = rig.lesson({}, 60);
    const { opensAt } = await rig.lessonConferences.view(rig.session(PUPIL), lesson.id);
    expect(lesson.startsAt.getTime() - opensAt.getTime()).to.equal(40 * MINUTE_MS);
  });

  for (const [minutes, told] of [
    [20, 1],
    [10, 0],
    [0, 0],
  ] as const) {
    it(`reminderMinutes ${minutes}: ${told === 0 ? 'nobody is reminded' : 'people are reminded'} 15 minutes before`, async () => {
      rig = await ConferenceRig.start({ reminderMinutes: minutes });
      const id = await plan();
      await rig.shift(id, 15, 60);
      const due = await Promise.all(rig.getAll(ReminderContribution).map((one) => one.due(rig.session(PUPIL))));
      expect(due.flat()).to.have.length(told);
    });
  }
});
