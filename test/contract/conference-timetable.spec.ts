import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import type { Lesson } from '../../src/host/host-directory.js';
import type { ConferenceCard } from '../../src/protocol/conference-protocol.js';
import { ConferenceRig } from './conference-rig.js';

const MINUTE_MS = 60_000;

describe('ScheduleFeed on the timetable', () => {
  let rig: ConferenceRig;
  let classChat: string;
  beforeEach(async () => {
    // What is removed is gone at once: how it is waited for is tested apart.
    rig = await ConferenceRig.start({ lessonGraceSeconds: 0 });
    classChat = await rig.chatId('class', '2022a');
    await rig.feed.start();
  });
  afterEach(() => rig?.stop());

  async function plan(lesson: Lesson, more: object = {}): Promise<string> {
    const { status, body } = await rig.ask<ConferenceCard>('POST', '/api/conferences', {
      ...{ requestId: randomUUID(), kind: 'lesson', title: '', chatId: classChat, lessonId: lesson.id },
      ...rig.times(lesson.startsAt, lesson.endsAt),
      ...more,
    });
    expect(status, JSON.stringify(body)).to.equal(201);
    return body.conference.id;
  }
  const card = async (id: string): Promise<ConferenceCard> =>
    (await rig.ask<ConferenceCard>('GET', `/api/conferences/${id}`)).body;
  const later = (time: Date, minutes: number): Date => new Date(time.getTime() + minutes * MINUTE_MS);
  const seen = async (id: string, personId: string): Promise<boolean> =>
    (await rig.ask('GET', `/api/conferences/${id}`, undefined, { personId, rights: [] })).status === 200;

  it('moves a planned one along, and the time at which it starts', async () => {
    const lesson = rig.lesson({}, 60);
    const id = await plan(lesson);
    const moved = { startsAt: later(lesson.startsAt, 60), endsAt: later(lesson.endsAt, 60) };
    rig.change(lesson.id, moved);
    await rig.announce('lesson.moved', lesson.id);
    const { conference, revision } = await card(id);
    expect([new Date(conference.startsAt), new Date(conference.endsAt)]).to.deep.equal([moved.startsAt, moved.endsAt]);
    expect(conference).not.to.have.property('timetableText');
    expect(revision).to.equal(1);
    const due = await rig.sql<{ due_at: Date }>(`select due_at from conference`);
    expect(due).to.deep.equal([{ due_at: moved.startsAt }]);
  });

  it('keeps times that a person chose, and says what the timetable has', async () => {
    const lesson = rig.lesson({}, 60);
    const byHand = rig.times(later(lesson.startsAt, 5), lesson.endsAt);
    const id = await plan(lesson, byHand);
    rig.change(lesson.id, { startsAt: later(lesson.startsAt, 60), endsAt: later(lesson.endsAt, 60) });
    await rig.announce('lesson.moved', lesson.id);
    const after = await card(id);
    expect(after).to.include(byHand);
    const now = rig.times(later(lesson.startsAt, 60), later(lesson.endsAt, 60));
    expect(after.conference.timetableText).to.contain(`${now.startTime}–${now.endTime}`);
  });

  it('gives it to the new teacher; the old one leaves, unless another reason keeps them', async () => {
    const lesson = rig.lesson({ teacherId: 'e4' }, 60);
    const id = await plan(lesson);
    const kept = rig.lesson({ teacherId: 'e3' }, 120);
    const keptId = await plan(kept);
    expect([await seen(id, 'e4'), await seen(id, 'e6')]).to.deep.equal([true, false]);
    for (const { id: lessonId } of [lesson, kept]) {
      rig.change(lessonId, { teacherId: 'e6' });
      await rig.announce('lesson.substituted', lessonId);
    }
    expect((await card(id)).conference.host?.personId).to.equal('e6');
    expect([await seen(id, 'e4'), await seen(id, 'e6')]).to.deep.equal([false, true]);
    // The class teacher is a member of the class chat.
    expect([await seen(keptId, 'e3'), await seen(keptId, 'e6')]).to.deep.equal([true, true]);
  });

  for (const kind of ['lesson.cancelled', 'lesson.removed'] as const) {
    it(`cancels a planned one and ends a running one: ${kind}`, async () => {
      const [lesson, other] = [rig.lesson({}, 60), rig.lesson()];
      const [planned, running] = [await plan(lesson), await plan(other)];
      await rig.deliver();
      expect((await card(running)).conference.status).to.equal('active');
      for (const { id } of [lesson, other]) {
        rig.change(id, kind === 'lesson.removed' ? undefined : { cancelled: true });
        await rig.announce(kind, id);
      }
      expect((await card(planned)).conference.status).to.equal('cancelled');
      await rig.deliver();
      expect((await card(running)).conference.status).to.equal('finished');
      expect([...rig.messenger.calls.values()].map(({ ended }) => ended)).to.deep.equal([true]);
    });
  }

  it('plans it again when the lesson is back, once', async () => {
    const lesson = rig.lesson({}, 60);
    const id = await plan(lesson);
    rig.change(lesson.id, { cancelled: true });
    await rig.announce('lesson.cancelled', lesson.id);
    rig.change(lesson.id, { cancelled: false });
    await rig.announce('lesson.moved', lesson.id);
    await rig.announce('lesson.moved', lesson.id);
    const { conference, revision } = await card(id);
    expect([conference.status, revision]).to.deep.equal(['planned', 2]);
  });

  describe('that ends and brings back a running one', () => {
    let lesson: Lesson;
    let id: string;
    const open = (): number => [...rig.messenger.calls.values()].filter(({ ended }) => !ended).length;
    const status = async (): Promise<string> => (await card(id)).conference.status;
    async function says(cancelled: boolean): Promise<void> {
      rig.change(lesson.id, { cancelled });
      await rig.announce(cancelled ? 'lesson.cancelled' : 'lesson.moved', lesson.id);
    }
    beforeEach(async () => {
      lesson = rig.lesson();
      id = await plan(lesson);
      await rig.deliver();
    });

    it('lets it go on when the lesson is back before its end was sent', async () => {
      const link = (await card(id)).conference.joinUrl;
      await says(true);
      expect([await status(), (await card(id)).conference.joinUrl]).to.deep.equal(['ending', undefined]);
      await says(false);
      expect([await status(), (await card(id)).conference.joinUrl]).to.deep.equal(['active', link]);
      await rig.deliver();
      expect([rig.messenger.calls.size, open()]).to.deep.equal([1, 1]);
      expect(rig.messenger.sent('call.end')).to.have.length(0);
    });

    it('begins it again with a new call when its end was sent', async () => {
      await says(true);
      await rig.deliver();
      expect(await status()).to.equal('finished');
      await says(false);
      await rig.deliver();
      expect(await status()).to.equal('active');
      expect([rig.messenger.calls.size, open()]).to.deep.equal([2, 1]);
      expect(rig.messenger.sent('message.post')).to.have.length(2);
    });

    it('begins it again when the lesson is back while the end is on its way', async () => {
      await says(true);
      let answers = 0;
      await rig.deliver({
        abilities: rig.messenger.abilities,
        send: async (credential, calls) => {
          const results = await rig.messenger.send(credential, calls);
          if (calls.some(({ kind }) => kind === 'call.end') && ++answers === 1) await says(false);
          return results;
        },
      });
      expect(await status()).to.equal('active');
      expect([rig.messenger.calls.size, open()]).to.deep.equal([2, 1]);
    });

    it('leaves alone what a person ended', async () => {
      await rig.ask('POST', `/api/conferences/${id}/end`);
      await says(true);
      await says(false);
      await rig.deliver();
      expect([await status(), rig.messenger.calls.size, open()]).to.deep.equal(['finished', 1, 0]);
    });

    it('ends it when the lesson that was moved later ends, though it began early', async () => {
      const until = later(lesson.endsAt, 60);
      rig.change(lesson.id, { startsAt: later(lesson.startsAt, 60), endsAt: until });
      await rig.announce('lesson.moved', lesson.id);
      const { conference } = await card(id);
      expect([conference.status, conference.endsAt]).to.deep.equal(['active', until.toISOString()]);
    });
  });

  it('cancels what is for a class that went to another school', async () => {
    const lesson = rig.lesson({}, 60);
    const id = await plan(lesson);
    rig.directory.foreign.add(lesson.classOrGroupId);
    await rig.announce('lesson.moved', lesson.id);
    expect((await card(id)).conference.status).to.equal('cancelled');
  });

  it('does not bring a cancelled one back beside the one that was made since', async () => {
    const lesson = rig.lesson({}, 60);
    const first = await plan(lesson);
    rig.change(lesson.id, { cancelled: true });
    await rig.announce('lesson.cancelled', lesson.id);
    rig.change(lesson.id, { cancelled: false });
    const second = await plan(lesson);
    await rig.announce('lesson.added', lesson.id);
    expect((await card(first)).conference.status).to.equal('cancelled');
    expect((await card(second)).conference.status).to.equal('planned');
  });

  it('finds after a restart what it missed', async () => {
    const [moved, cancelled] = [rig.lesson({}, 60), rig.lesson({}, 60)];
    const ids = [await plan(moved), await plan(cancelled)];
    await rig.feed.stop();
    rig.change(moved.id, { startsAt: later(moved.startsAt, 30), endsAt: later(moved.endsAt, 30) });
    rig.change(cancelled.id, undefined);
    await rig.feed.start();
    await rig.feed.idle();
    const [first, second] = await Promise.all(ids.map(card));
    expect(new Date(first?.conference.startsAt ?? '')).to.deep.equal(later(moved.startsAt, 30));
    expect(second?.conference.status).to.equal('cancelled');
  });

  it('touches no conference of another lesson, none that is over, and none without a lesson', async () => {
    const [lesson, other] = [rig.lesson({}, 60), rig.lesson({}, 60)];
    const otherId = await plan(other);
    const callId = (
      await rig.ask<ConferenceCard>('POST', '/api/conferences', {
        ...{ requestId: randomUUID(), kind: 'call', title: 'Звонок', chatId: classChat, ...rig.tomorrow() },
      })
    ).body.conference.id;
    const overId = await plan(lesson);
    await rig.ask('POST', `/api/conferences/${overId}/end`);
    const all = async (): Promise<object[]> => {
      const cards = await Promise.all([otherId, callId, overId].map(card));
      return cards.map(({ conference, revision, participants }) => ({ conference, revision, participants }));
    };
    const before = await all();
    rig.change(lesson.id, { startsAt: later(lesson.startsAt, 30), endsAt: later(lesson.endsAt, 30), teacherId: 'e6' });
    await rig.announce('lesson.moved', lesson.id);
    rig.streams.schedule.next({ ...rig.streams.next('school-5'), kind: 'gap' });
    await rig.feed.idle();
    expect(await all()).to.deep.equal(before);
  });

  it('refuses a change made from the form that was open when the timetable moved it', async () => {
    const lesson = rig.lesson({}, 60);
    const id = await plan(lesson);
    const { revision, date, startTime, endTime } = await card(id);
    rig.change(lesson.id, { startsAt: later(lesson.startsAt, 30), endsAt: later(lesson.endsAt, 30) });
    await rig.announce('lesson.moved', lesson.id);
    const body = { revision, kind: 'lesson', title: 'А', chatId: classChat, lessonId: lesson.id };
    const { status } = await rig.ask('PUT', `/api/conferences/${id}`, { ...body, date, startTime, endTime });
    expect(status).to.equal(409);
  });
});
