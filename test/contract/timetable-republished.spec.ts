import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { TimetableFollower } from '../../src/conferences/timetable-follower.js';
import type { Lesson } from '../../src/host/host-directory.js';
import type { ConferenceCard } from '../../src/protocol/conference-protocol.js';
import { ConferenceRig, SCHOOL } from './conference-rig.js';

describe('a timetable that is published again', () => {
  let rig: ConferenceRig;
  let classChat: string;
  beforeEach(async () => {
    rig = await ConferenceRig.start();
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
  const card = async (id: string): Promise<ConferenceCard['conference']> =>
    (await rig.ask<ConferenceCard>('GET', `/api/conferences/${id}`)).body.conference;
  const standing = async (id: string): Promise<unknown[]> => {
    const { status, lessonId } = await card(id);
    return [status, lessonId];
  };
  const running = (): number => [...rig.messenger.calls.values()].filter(({ ended }) => !ended).length;
  /** Under a new id; what else is not named stays. */
  function issueAnew(lesson: Lesson, more: Partial<Lesson> = {}): Lesson {
    const id = `${lesson.id}-again`;
    rig.directory.timetable.push({ ...lesson, id, ...more });
    return { ...lesson, id, ...more };
  }
  async function remove(lesson: Lesson): Promise<void> {
    rig.change(lesson.id, undefined);
    await rig.announce('lesson.removed', lesson.id);
  }
  async function passGrace(): Promise<void> {
    await rig.sql(`update conference set lesson_gone_at = lesson_gone_at - interval '1 minute'`);
    await rig.sql(`update joined_lesson set gone_at = gone_at - interval '1 minute'`);
    await rig.get(TimetableFollower).follow(SCHOOL, new Set());
  }

  for (const [order, publish] of [
    [
      'first removed, then added',
      async (lesson: Lesson): Promise<Lesson> => {
        await remove(lesson);
        const again = issueAnew(lesson);
        await rig.announce('lesson.added', again.id);
        return again;
      },
    ],
    [
      'first added, then removed',
      async (lesson: Lesson): Promise<Lesson> => {
        const again = issueAnew(lesson);
        await rig.announce('lesson.added', again.id);
        await remove(lesson);
        return again;
      },
    ],
    [
      'added with no event',
      async (lesson: Lesson): Promise<Lesson> => {
        await remove(lesson);
        const again = issueAnew(lesson);
        await passGrace();
        return again;
      },
    ],
    [
      'over a restart',
      async (lesson: Lesson): Promise<Lesson> => {
        await remove(lesson);
        await rig.feed.stop();
        const again = issueAnew(lesson);
        await rig.feed.start();
        await rig.feed.idle();
        return again;
      },
    ],
  ] as const) {
    it(`ends no running call and cancels no planned one: ${order}`, async () => {
      const [now, later] = [rig.lesson(), rig.lesson({}, 60)];
      const [active, planned] = [await plan(now), await plan(later)];
      await rig.deliver();
      const link = (await card(active)).joinUrl;
      const again = [await publish(now), await publish(later)];
      await rig.deliver();
      expect(await standing(active)).to.deep.equal(['active', again[0]?.id]);
      expect(await standing(planned)).to.deep.equal(['planned', again[1]?.id]);
      expect([(await card(active)).joinUrl, running()]).to.deep.equal([link, 1]);
      await passGrace();
      await rig.deliver();
      expect(await standing(active)).to.deep.equal(['active', again[0]?.id]);
      // It follows its lesson under the new id.
      await remove(again[1] as Lesson);
      await passGrace();
      expect((await card(planned)).status).to.equal('cancelled');
    });
  }

  it('moves along with a lesson that comes back at another time', async () => {
    const lesson = rig.lesson({}, 60);
    const id = await plan(lesson);
    await remove(lesson);
    const startsAt = new Date(lesson.startsAt.getTime() + 600_000);
    const again = issueAnew(lesson, { startsAt, endsAt: new Date(lesson.endsAt.getTime() + 600_000), teacherId: 'e6' });
    await rig.announce('lesson.added', again.id);
    expect(await card(id)).to.include({ status: 'planned', lessonId: again.id, startsAt: startsAt.toISOString() });
    expect((await card(id)).host?.personId).to.equal('e6');
  });

  for (const [what, more] of [
    ['of another class', { classOrGroupId: '2021a' }],
    ['of another subject', { subject: 'История' }],
    ['that is cancelled', { cancelled: true }],
    ['of another school', { organizationId: 'other' }],
  ] as const) {
    it(`waits for the grace, then cancels and ends: no lesson but one ${what} came`, async () => {
      const [now, later] = [rig.lesson(), rig.lesson({}, 60)];
      const [active, planned] = [await plan(now), await plan(later)];
      await rig.deliver();
      for (const lesson of [now, later]) {
        await remove(lesson);
        await rig.announce('lesson.added', issueAnew(lesson, more).id);
      }
      expect([(await card(active)).status, (await card(planned)).status]).to.deep.equal(['active', 'planned']);
      await passGrace();
      await rig.deliver();
      expect([(await card(active)).status, (await card(planned)).status]).to.deep.equal(['finished', 'cancelled']);
      expect(running()).to.equal(0);
    });
  }

  it('starts no call for a lesson that is missing while it is waited for', async () => {
    const lesson = rig.lesson({}, 60);
    const id = await plan(lesson);
    await remove(lesson);
    await rig.sql(`update conference set starts_at = now(), due_at = now()`);
    await rig.sql(`update delivery_lane set due_at = now()`);
    await rig.deliver();
    expect((await card(id)).status).to.equal('planned');
    await passGrace();
    await rig.deliver();
    expect([(await card(id)).status, rig.messenger.calls.size]).to.deep.equal(['cancelled', 0]);
  });

  it('gives each of two lessons its own, and none that has an online lesson already', async () => {
    const [one, other] = [rig.lesson({ teacherId: 'e4' }, 60), rig.lesson({ teacherId: 'e6' }, 60)];
    const [first, second] = [await plan(one), await plan(other)];
    const taken = issueAnew(rig.lesson({ teacherId: 'e4' }, 60));
    const third = await plan(taken);
    const again = [issueAnew(other), issueAnew(one)];
    rig.change(one.id, undefined);
    rig.change(other.id, undefined);
    rig.directory.timetable = rig.directory.timetable.filter(({ id }) => id.endsWith('-again'));
    await rig.announce('lesson.removed', one.id);
    await rig.announce('lesson.removed', other.id);
    expect(await standing(first)).to.deep.equal(['planned', again[1]?.id]);
    expect(await standing(second)).to.deep.equal(['planned', again[0]?.id]);
    expect(await standing(third)).to.deep.equal(['planned', taken.id]);
  });

  it('keeps joined lessons together', async () => {
    const own = rig.lesson({ teacherId: 'e3' });
    const joined = rig.lesson({ classOrGroupId: '2021a', teacherId: 'e6' });
    const id = await plan(own, { joinedLessonIds: [joined.id] });
    await rig.deliver();
    const issued = [];
    for (const lesson of [joined, own]) {
      await remove(lesson);
      const again = issueAnew(lesson);
      issued.push(again.id);
      await rig.announce('lesson.added', again.id);
    }
    const { status, lessonId, joinedLessons, ownLessonOff } = await card(id);
    expect([status, lessonId, ownLessonOff]).to.deep.equal(['active', issued[1], false]);
    expect(joinedLessons.map(({ id: one, takesPlace }) => [one, takesPlace])).to.deep.equal([[issued[0], true]]);
    expect(rig.messenger.sent('message.post')).to.have.length(2);
    await remove({ ...joined, id: issued[0] ?? '' });
    expect((await card(id)).joinedLessons.map((one) => one.takesPlace)).to.deep.equal([true]);
    await passGrace();
    await rig.deliver();
    expect((await card(id)).joinedLessons.map((one) => one.takesPlace)).to.deep.equal([false]);
    expect([(await card(id)).status, running()]).to.deep.equal(['active', 1]);
  });

  it('is waited for once, whichever of several processes looks', async () => {
    const lesson = rig.lesson();
    const id = await plan(lesson);
    await rig.deliver();
    await remove(lesson);
    const follower = rig.get(TimetableFollower);
    const gone = await rig.sql('select lesson_gone_at from conference');
    const looks = await Promise.all([1, 2].map(() => follower.follow(SCHOOL, new Set([lesson.id]))));
    expect(await rig.sql('select lesson_gone_at from conference')).to.deep.equal(gone);
    for (const againInMs of looks) expect(againInMs).to.be.within(1, 60_000);
    const again = issueAnew(lesson);
    await Promise.all([1, 2].map(() => follower.follow(SCHOOL, new Set([again.id]))));
    expect(await standing(id)).to.deep.equal(['active', again.id]);
  });

  it('ends for a lesson that went to another school, though only that school is told', async () => {
    const lesson = rig.lesson({}, 60);
    const id = await plan(lesson);
    rig.change(lesson.id, { organizationId: 'other' });
    rig.streams.schedule.next({ ...rig.streams.next('other'), kind: 'lesson.moved', lessonId: lesson.id });
    await rig.feed.idle();
    await passGrace();
    expect((await card(id)).status).to.equal('cancelled');
  });
});
