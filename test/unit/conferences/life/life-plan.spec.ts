import { expect } from 'chai';
import fc from 'fast-check';

import type { ConferenceLife, LifeLengths, LinkChat } from '../../../../src/conferences/life/conference-life.js';
import { happen, startByHand } from '../../../../src/conferences/life/life-events.js';
import { planLife, postKey } from '../../../../src/conferences/life/life-plan.js';
import { passTime } from '../../../../src/conferences/life/life-time.js';
import { EVENT_KINDS, STANDINGS } from './state-table.js';

const NOW = new Date('2026-11-23T09:00:00Z');
const MINUTE_MS = 60_000;
const LENGTHS: LifeLengths = { graceMs: 15 * MINUTE_MS, lessonGraceMs: MINUTE_MS };
/** As often as a conference may be moved on in a chain of looks; far more than any needs. */
const LOOKS = 200;

const minute = (minutes: number): Date => new Date(NOW.getTime() + minutes * MINUTE_MS);
/** Around now, most of all at the very moments that matter. */
const time = fc
  .oneof(fc.constantFrom(-120, -60, -56, -15, -1, 0, 1, 15, 60), fc.integer({ min: -200, max: 200 }))
  .map(minute);
const perhaps = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const chat: fc.Arbitrary<LinkChat> = fc.record({
  chatId: fc.constantFrom('a', 'b'),
  remoteId: perhaps(fc.constant('1')),
  account: perhaps(fc.constantFrom('900', '901')),
  post: perhaps(
    fc.record({
      postedAt: perhaps(time),
      failureCode: perhaps(fc.constantFrom('vk.10', 'credential.not-linked')),
      attempts: fc.integer({ min: 0, max: 5 }),
      dueAt: perhaps(time),
      account: perhaps(fc.constantFrom('900', '901')),
    }),
  ),
});

const life: fc.Arbitrary<ConferenceLife> = fc
  .record({
    standing: fc.constantFrom(...STANDINGS),
    startsAt: time,
    length: fc.integer({ min: 1, max: 240 }),
    endedAt: perhaps(time),
    deleted: fc.boolean(),
    lessonGoneAt: perhaps(time),
    call: perhaps(
      fc.record({
        id: perhaps(fc.constant('call')),
        joinLink: fc.constant('https://link.example/'),
        account: perhaps(fc.constant('900')),
      }),
    ),
    failureCode: perhaps(fc.constantFrom('vk.10', 'delivery.unbookable')),
    attempts: fc.integer({ min: 0, max: 9 }),
    restUntil: perhaps(time),
    held: fc.boolean(),
    doubts: fc.array(
      fc.record({
        id: fc.uuid(),
        kind: fc.constantFrom('call.start' as const, 'call.end' as const, 'message.post' as const),
        sentAt: time,
        until: time,
      }),
      { maxLength: 2 },
    ),
    chats: fc.array(chat, { maxLength: 2 }),
  })
  .map(({ standing, length, ...rest }) => ({
    ...{ conferenceId: 'c', title: 'Урок', waits: false, ...standing, ...rest },
    endsAt: new Date(rest.startsAt.getTime() + length * MINUTE_MS),
  }));

describe('planLife', () => {
  it('rests until it acts: after a look that gave nothing, the next is never due already', () => {
    fc.assert(
      fc.property(life, fc.boolean(), (before, account) => {
        const after = passTime(before, NOW, LENGTHS, account);
        const { actions, nextAt } = planLife(after, NOW, LENGTHS);
        if (actions.length > 0) expect(nextAt).to.deep.equal(NOW);
        else if (nextAt !== undefined) expect(nextAt).to.be.greaterThan(NOW);
      }),
      { numRuns: 3000 },
    );
  });

  it('comes to rest for good in few looks when nothing is answered, each of which is for something', () => {
    fc.assert(
      fc.property(life, (before) => {
        let now = NOW;
        let current = before;
        for (let look = 0; look < LOOKS; look += 1) {
          current = passTime(current, now, LENGTHS, true);
          const { actions, nextAt } = planLife(current, now, LENGTHS);
          if (actions.length > 0 || nextAt === undefined) return;
          expect(nextAt).to.be.greaterThan(now);
          now = nextAt;
          // A chat that is not there yet is looked at again until the end.
          if (current.state === 'active') now = new Date(Math.max(now.getTime(), current.endsAt.getTime()));
        }
        expect.fail('it never comes to rest');
      }),
      { numRuns: 1000 },
    );
  });

  it('hands out nothing for what nobody can do, and waits without a time of its own', () => {
    const starting: ConferenceLife = { ...fc.sample(life, 1)[0]!, ...PLANNED, startsAt: NOW, endsAt: minute(45) };
    const waiting = passTime(starting, NOW, LENGTHS, false);
    expect(waiting).to.include({ state: 'starting', waits: true });
    expect(planLife(waiting, NOW, LENGTHS)).to.deep.equal({ actions: [], nextAt: minute(45) });
    const served = passTime(waiting, NOW, LENGTHS, true);
    expect(planLife(served, NOW, LENGTHS).actions).to.deep.equal([{ kind: 'start' }]);
  });

  it('never starts by itself while an earlier start may have been made', () => {
    fc.assert(
      fc.property(life, (before) => {
        const after = passTime(before, NOW, LENGTHS, true);
        const inDoubt = after.doubts.some(({ kind }) => kind === 'call.start');
        const starts = planLife(after, NOW, LENGTHS).actions.some(({ kind }) => kind === 'start');
        expect(inDoubt && starts).to.equal(false);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the life of a conference', () => {
  it('has a call when it is active, and none when it is planned, after any event', () => {
    fc.assert(
      fc.property(life, fc.constantFrom(...EVENT_KINDS), (before, kind) => {
        const { call } = before;
        const whole = before.state === 'active' ? { ...before, call: call ?? OPEN } : before;
        const after = happen(whole, { kind }, NOW);
        if (after.state === whole.state && after.endedBy === whole.endedBy) expect(after).to.equal(whole);
        else if (after.state === 'planned' || (after.state === 'starting' && before.state !== 'ending')) {
          expect(after.call).to.equal(undefined);
          expect(after.chats.every(({ post }) => post === undefined)).to.equal(true);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('is started by nobody while a start without an answer may still come true', () => {
    fc.assert(
      fc.property(life, (before) => {
        const inDoubt = before.doubts.some(({ kind, until }) => kind === 'call.start' && until > NOW);
        if (inDoubt) expect(startByHand(before, NOW)).to.equal(before);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('postKey', () => {
  it('is a positive 31-bit number, the same for the same chat and call, another one for another', () => {
    const keys = new Set<number>();
    for (let index = 0; index < 2000; index += 1) {
      const key = postKey(`https://vk.com/call/join/${index} 00000000-0000-4000-8000-00000000000${index % 10}`);
      expect(key).to.be.within(1, 2 ** 31 - 1);
      keys.add(key);
    }
    expect(keys.size).to.equal(2000);
    expect(postKey('a b')).to.equal(postKey('a b'));
  });
});

const OPEN = { id: 'call', joinLink: 'https://link.example/', account: '900' };
const PLANNED = {
  ...{ state: 'planned' as const, endedBy: undefined, call: undefined, doubts: [], lessonGoneAt: undefined },
  ...{ restUntil: undefined, held: false, failureCode: undefined, deleted: false },
};
