import { expect } from 'chai';

import { LaneRun, type LaneMemory, type LaneRunOutcome } from '../../../src/delivery/lane-run.js';
import { PackRoom } from '../../../src/delivery/pack-room.js';
import { RateLimiter } from '../../../src/delivery/rate-limiter.js';
import { RestingKinds } from '../../../src/delivery/resting-kinds.js';
import { LeaseLostError, type LaneLease, type WorkResult } from '../../../src/delivery/work-source.js';
import type { MessengerAbilities, MessengerCall } from '../../../src/messenger/messenger.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeDoubtStore } from '../../support/fake-doubts.js';
import { FakeLaneStore } from '../../support/fake-lane.js';
import { FakeLogger } from '../../support/fake-logger.js';
import { FakeCredentials, FakeWorkSource } from '../../support/fake-work.js';
import { MemoryMessenger, type WrittenFailure } from '../../support/memory-messenger.js';

const SCHOOL = 'school';

describe('LaneRun', () => {
  let clock: FakeClock;
  let lease: LaneLease;
  let doubts: FakeDoubtStore;
  let store: FakeLaneStore;
  let credentials: FakeCredentials;
  let messenger: MemoryMessenger;
  let logger: FakeLogger;
  let halt: AbortController;
  let urgent: FakeWorkSource;
  let bulk: FakeWorkSource;

  beforeEach(async () => {
    clock = new FakeClock();
    store = new FakeLaneStore(clock);
    doubts = new FakeDoubtStore(clock);
    store.wake(SCHOOL);
    lease = (await store.take('process', 60_000)) ?? expect.fail('no lane');
    credentials = new FakeCredentials();
    logger = new FakeLogger();
    halt = new AbortController();
    urgent = new FakeWorkSource(0);
    bulk = new FakeWorkSource(10);
    messenger = messengerWith({});
  });

  /** Answers every call with success, whatever chat it names. */
  function messengerWith(abilities: Partial<MessengerAbilities>): MemoryMessenger {
    const made = new MemoryMessenger({ callsPerRequest: 3, ...abilities });
    made.madeUpAnswer = (call) => (call.kind === 'chat.rename' ? { ok: true, kind: call.kind, answer: {} } : undefined);
    return made;
  }

  async function run(forMs = 60_000, memory: LaneMemory = {}): Promise<LaneRunOutcome> {
    const services = {
      ...{ sources: [urgent, bulk], credentials, messenger, store, doubts, logger },
      limiter: new RateLimiter(clock, 3, clock.monotonicMs),
      monotonicMs: clock.monotonicMs,
    };
    const signals = { halt: halt.signal, cut: new AbortController().signal };
    const running = new LaneRun(services, lease, signals, memory).run();
    const advanced = clock.advance(forMs);
    const outcome = await running;
    await advanced;
    return outcome;
  }

  function titles(requests: readonly MessengerCall[][] = messenger.requests): string[] {
    return requests.map((calls) => calls.map((call) => ('title' in call ? call.title : call.kind)).join(' '));
  }

  function failOnce(failure: WrittenFailure): void {
    messenger.fault = (_call, index) => (index === 0 ? failure : undefined);
  }

  it('sends what a person waits for before bulk work, in full packs', async () => {
    bulk.want('100', 'b1', 'b2', 'b3');
    urgent.want('100', 'u1', 'u2');
    await run();
    expect(titles()).to.deep.equal(['u1 u2 b1', 'b2 b3']);
  });

  it('puts as many calls into a request as the messenger carries', async () => {
    messenger = messengerWith({ callsPerRequest: 25 });
    bulk.want('100', ...Array.from({ length: 60 }, (_, index) => `b${index}`));
    await run();
    expect(messenger.requests.map((calls) => calls.length)).to.deep.equal([25, 25, 10]);
  });

  it('sends calls one by one where the messenger carries one', async () => {
    messenger = messengerWith({ callsPerRequest: 1 });
    bulk.want('100', 'b1', 'b2');
    await run();
    expect(titles()).to.deep.equal(['b1', 'b2']);
  });

  it('never mixes accounts in a request', async () => {
    bulk.want('100', 'a').want('200', 'b').want('100', 'c');
    await run();
    expect(titles()).to.deep.equal(['a c', 'b']);
    expect(messenger.credentials.map(({ userId, accessToken }) => [userId, accessToken])).to.deep.equal([
      ['100', 'token-of-100'],
      ['200', 'token-of-200'],
    ]);
  });

  it('books every call with an effect before the request, results after, to the source they are from', async () => {
    urgent.want('100', 'u1');
    bulk.want('100', 'b1');
    bulk.waiting.push({ call: { kind: 'chat.list' }, account: '100', subjectId: 'b2', context: undefined });
    let openBefore: unknown[] = [];
    messenger.fault = (_call, index) => {
      if (index === 0) openBefore = [...doubts.open.values()].map(({ title, account }) => [title, account]);
      return undefined;
    };
    await run();
    expect(openBefore).to.deep.equal([
      ['u1', '100'],
      ['b1', '100'],
    ]);
    const settled = (results: readonly WorkResult[]): unknown[] =>
      results.map(({ item, doubtId, sure }) => [item.subjectId, doubtId === undefined ? 'no doubt' : 'in doubt', sure]);
    expect(settled(urgent.settled)).to.deep.equal([['u1', 'in doubt', true]]);
    expect(settled(bulk.settled)).to.deep.equal([
      ['b1', 'in doubt', true],
      ['b2', 'no doubt', true],
    ]);
    const ids = [...urgent.settled, ...bulk.settled].flatMap(({ doubtId }) => doubtId ?? []);
    expect(ids).to.deep.equal(doubts.booked.map(({ doubtId }) => doubtId));
  });

  it('is not sure of a call whose answer was lost', async () => {
    bulk.want('100', 'b1');
    messenger.fault = () => 'lost-answer';
    await run();
    expect(bulk.settled.map(({ sure }) => sure)).to.deep.equal([false]);
    expect(doubts.open.size).to.equal(1);
  });

  it('sends nothing that cannot be booked before', async () => {
    bulk.want('100', 'b1');
    doubts.book = () => Promise.reject(new LeaseLostError(SCHOOL));
    const error: unknown = await run().catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(LeaseLostError);
    expect(messenger.requests).to.deep.equal([]);
  });

  it('gives the lane back until the earliest time that something is due', async () => {
    urgent.dueAt = new Date('2026-11-23T11:00:00Z');
    bulk.dueAt = new Date('2026-11-23T10:00:00Z');
    await run();
    expect(store.releases).to.deep.equal([{ organizationId: SCHOOL, dueAt: bulk.dueAt, stop: undefined }]);
    expect(messenger.requests).to.deep.equal([]);
  });

  it('keeps three requests to a second', async () => {
    messenger = messengerWith({ callsPerRequest: 1 });
    bulk.want('100', 'b1', 'b2', 'b3', 'b4');
    const times: number[] = [];
    const startedAt = clock.now().getTime();
    messenger.fault = () => {
      times.push(clock.now().getTime() - startedAt);
      return undefined;
    };
    await run();
    expect(times).to.deep.equal([0, 0, 0, 1_100]);
  });

  it('pauses for as long as the messenger says, then sends the same again', async () => {
    bulk.want('100', 'b1', 'b2');
    failOnce({ class: 'rate', code: 'vk.6', retryAfterMs: 2_000 });
    const startedAt = clock.now().getTime();
    const seen = messenger.send.bind(messenger);
    const times: number[] = [];
    messenger.send = async (...parameters) => {
      times.push(clock.now().getTime() - startedAt);
      return seen(...parameters);
    };
    await run();
    expect(titles()).to.deep.equal(['b1 b2', 'b1']);
    expect(times).to.deep.equal([0, 2_000]);
    expect(store.releases[0]?.stop).to.equal(undefined);
  });

  for (const problem of ['credential.no-administrator', 'credential.not-linked'] as const) {
    it(`says that nobody runs the chats, and goes on with what others can do: ${problem}`, async () => {
      credentials.account = { missing: problem };
      urgent.want('200', 'u1');
      await run();
      expect(store.releases[0]?.stop).to.deep.equal({ code: problem, restMs: 0 });
      expect(titles()).to.deep.equal(['u1']);
    });
  }

  it('says nothing of an administrator who was missing only when the run began', async () => {
    credentials.account = { missing: 'credential.no-administrator' };
    urgent.want('200', 'u1');
    urgent.settling = () => {
      credentials.account = { account: '100' };
    };
    await run();
    expect(titles()).to.deep.equal(['u1']);
    expect(store.releases[0]?.stop).to.equal(undefined);
  });

  for (const problem of ['credential.broken', 'credential.no-token', 'credential.scope-missing'] as const) {
    it(`says why the account has no token, and goes on with what others can do: ${problem}`, async () => {
      credentials.problems.set('100', problem);
      urgent.want('200', 'u1');
      await run();
      expect(store.releases[0]?.stop).to.deep.equal({ code: problem, restMs: 0 });
      expect(titles()).to.deep.equal(['u1']);
    });
  }

  it('rests a minute while the provider is away', async () => {
    credentials.problems.set('100', 'credential.provider-away');
    bulk.want('100', 'b1');
    await run();
    expect(store.releases[0]?.stop).to.deep.equal({
      code: 'credential.provider-away',
      restMs: 60_000,
    });
  });

  it("goes on when only another account's token is missing", async () => {
    credentials.problems.set('200', 'credential.broken');
    bulk.want('200', 'old').want('100', 'b1');
    await run();
    expect(titles()).to.deep.equal(['b1']);
    expect(bulk.settled[0]?.result).to.deep.equal({
      ok: false,
      failure: { class: 'permanent', code: 'credential.broken', scope: 'credential', effect: 'none' },
    });
    expect(bulk.settled[0]).to.include({ doubtId: undefined, sure: true });
    expect(store.releases[0]?.stop).to.equal(undefined);
  });

  it('reports a token that the messenger refused, and stops when there is no other', async () => {
    bulk.want('100', 'b1', 'b2', 'b3', 'b4');
    failOnce({ class: 'credential', code: 'vk.5' });
    await run();
    expect(credentials.refusals).to.deep.equal([{ account: '100', accessToken: 'token-of-100', code: 'vk.5' }]);
    expect(store.releases[0]?.stop?.code).to.equal('credential.broken');
  });

  for (const kind of ['stop', 'person-needed'] as const) {
    it(`stops the lane for ${kind}, and says when it is tried again`, async () => {
      bulk.want('100', 'b1', 'b2', 'b3', 'b4');
      failOnce({ class: kind, code: 'vk.14', retryAfterMs: 90_000 });
      await run();
      expect(store.releases[0]?.stop).to.deep.equal({ code: 'vk.14', restMs: 90_000 });
      expect(messenger.requests).to.have.length(1);
      expect(logger.of('warn')).to.deep.equal(['deliveries of an organization stop']);
    });
  }

  describe('a kind of call that the messenger takes no more of', () => {
    const FLOOD = { class: 'flood', code: 'vk.9', scope: 'ability', effect: 'none', retryAfterMs: 3_600_000 } as const;

    beforeEach(() => {
      messenger = messengerWith({ callsPerRequest: 2 });
      messenger.fault = (call) => (call.kind === 'chat.rename' ? FLOOD : undefined);
    });

    it('rests, each call with the verdict and its time; other kinds go on, and the lane does', async () => {
      bulk.want('100', 'a', 'b', 'c', 'd', 'e');
      bulk.waiting.push({
        call: { kind: 'chat.members', chatId: '1', offset: 0 },
        account: '100',
        subjectId: 'other',
        context: undefined,
      });
      await run();
      expect(messenger.requests.map((calls) => calls.map(({ kind }) => kind))).to.deep.equal([
        ['chat.rename', 'chat.rename'],
        ['chat.members'],
      ]);
      expect(bulk.settled.map(({ item, result }) => [item.subjectId, result.ok || result.failure.code])).to.deep.equal([
        ...['a', 'b', 'c', 'd', 'e'].map((id) => [id, 'vk.9']),
        ['other', 'vk.917'],
      ]);
      expect(store.releases[0]?.stop).to.equal(undefined);
      expect(logger.of('warn')).to.include('the messenger takes no more calls of a kind from an account for a while');
    });

    it('is sent again when its time is over, in a later run too', async () => {
      const resting = new RestingKinds();
      bulk.want('100', 'a');
      await run(60_000, { resting });
      bulk.want('100', 'b');
      lease = await taken();
      await run(60_000, { resting });
      expect(messenger.requests).to.have.length(1);
      await clock.advance(3_600_000);
      delete messenger.fault;
      bulk.want('100', 'c');
      lease = await taken();
      await run(60_000, { resting });
      expect(messenger.requests).to.have.length(2);
      expect(resting.isEmpty).to.equal(true);
    });

    it('does not keep the lane busy where a source hands out the same again', async () => {
      bulk.settle = () => Promise.resolve();
      bulk.want('100', 'a');
      await run();
      expect(messenger.requests).to.have.length(1);
      expect(store.releases[0]?.stop?.code).to.equal('delivery.source-failed');
    });
  });

  it('rests a quarter of an hour for a person when the messenger names no time', async () => {
    bulk.want('100', 'b1');
    failOnce({ class: 'person-needed', code: 'vk.14' });
    await run();
    expect(store.releases[0]?.stop?.restMs).to.equal(15 * 60_000);
  });

  it('lets one failure stand alone: the other calls of the request are booked as they are', async () => {
    bulk.want('100', 'b1', 'b2');
    failOnce({ class: 'permanent', code: 'vk.100' });
    await run();
    expect(bulk.settled.map(({ result }) => result.ok)).to.deep.equal([false, true]);
    expect(store.releases[0]?.stop).to.equal(undefined);
  });

  it('begins nothing after a halt, and gives the lane back', async () => {
    bulk.want('100', 'b1');
    bulk.dueAt = new Date(clock.monotonicMs());
    halt.abort();
    await run();
    expect(messenger.requests).to.deep.equal([]);
    expect(store.releases).to.deep.equal([{ organizationId: SCHOOL, dueAt: bulk.dueAt, stop: undefined }]);
  });

  it('sends nothing when the halt comes while it waits for its turn', async () => {
    messenger = messengerWith({ callsPerRequest: 1 });
    bulk.want('100', 'b1', 'b2', 'b3', 'b4');
    clock.after(500, () => halt.abort());
    await run();
    expect(titles()).to.deep.equal(['b1', 'b2', 'b3']);
    expect(doubts.booked).to.have.length(3);
  });

  it('tells its caller when the lease was lost, and writes nothing more', async () => {
    bulk.want('100', 'b1');
    bulk.settle = () => Promise.reject(new LeaseLostError(SCHOOL));
    const error: unknown = await run().catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(LeaseLostError);
    expect(store.releases).to.deep.equal([]);
  });

  it('shows how fast it delivers', async () => {
    messenger = messengerWith({ callsPerRequest: 25 });
    bulk.want('100', ...Array.from({ length: 25 }, (_, index) => `b${index}`));
    await run();
    expect(store.requests.map(({ ratePerSecond }) => ratePerSecond)).to.deep.equal([75]);
  });

  describe('a request that is refused as a whole', () => {
    beforeEach(() => {
      messenger = messengerWith({ callsPerRequest: 8 });
      bulk.want('100', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    });

    it('goes again in smaller packs, down to single ones; nothing is booked on its parts', async () => {
      messenger.requestFault = (calls) =>
        calls.some((call) => 'title' in call && call.title === 'c') ? { class: 'split', code: 'vk.100' } : undefined;
      const room = new PackRoom(8);
      await run(60_000, { room });
      expect(titles().slice(0, 5)).to.deep.equal(['a b c d e f g h', 'a b c d', 'a b', 'c d', 'c']);
      expect(bulk.settled).to.have.length(8);
      const refusals = bulk.settled.flatMap(({ item, result }) =>
        result.ok ? [] : [[item.subjectId, result.failure]],
      );
      expect(refusals).to.deep.equal([['c', { class: 'permanent', code: 'vk.100', scope: 'call', effect: 'none' }]]);
      // After four single ones that were taken two are tried again.
      expect(room.fitting(Array<'chat.rename'>(8).fill('chat.rename'))).to.equal(2);
      expect(logger.of('warn')).to.have.length(3);
    });

    it('is tried larger again more and more rarely, while that is refused', async () => {
      messenger.requestFault = (calls) => (calls.length > 1 ? { class: 'split', code: 'vk.13' } : undefined);
      bulk.want('100', ...Array.from({ length: 300 }, (_, index) => `i${index}`));
      await run(200_000);
      const larger = messenger.requests.flatMap((calls, index) => (calls.length > 1 ? [index] : []));
      // On the way down, then after 4, 16 and 64 single ones.
      expect(larger).to.deep.equal([0, 1, 2, 7, 24, 89]);
      expect(bulk.settled).to.have.length(308);
    });

    it('ends the doubts of what was surely not done, and leaves those of what may have been', async () => {
      messenger.requestFault = (calls, index) => (index === 0 ? { class: 'split', code: 'vk.8' } : undefined);
      bulk.settle = (_lease, results) => {
        bulk.waiting = bulk.waiting.filter((item) => !results.some((result) => result.item === item));
        return Promise.resolve();
      };
      await run();
      expect(doubts.booked).to.have.length(16);
      expect(doubts.open.size, 'ended by nobody but the run').to.equal(8);
      messenger.requestFault = (calls) =>
        calls.length > 2 ? { class: 'split', code: 'vk.13', effect: 'possible' } : undefined;
      bulk.want('100', 'i', 'j', 'k');
      lease = await taken();
      await run();
      expect(doubts.open.size).to.equal(8 + 3 + 3);
    });

    it('is repeated, not refused, when the last single call may have been done', async () => {
      messenger.requestFault = () => ({ class: 'split', code: 'vk.13', effect: 'possible' });
      await run();
      expect(bulk.settled[0]?.result).to.have.deep.property('failure', {
        ...{ class: 'retry', code: 'vk.13', scope: 'call', effect: 'possible' },
      });
    });

    it('is not tried larger because other, lighter calls were taken', async () => {
      messenger.requestFault = (calls) =>
        calls.length > 1 && calls.some(({ kind }) => kind === 'chat.rename')
          ? { class: 'split', code: 'vk.13' }
          : undefined;
      const room = new PackRoom(8);
      await run(60_000, { room });
      const before = messenger.requests.length;
      for (let index = 0; index < 10; index += 1) room.taken(['chat.members', 'chat.members']);
      bulk.want('100', 'i', 'j', 'k');
      lease = await taken();
      await run(60_000, { room });
      const [first] = messenger.requests.slice(before);
      expect(first).to.have.length(1);
    });

    it('begins with what fitted lately', async () => {
      const room = new PackRoom(8);
      room.refused(Array<'chat.rename'>(6).fill('chat.rename'));
      await run(60_000, { room });
      expect(messenger.requests.map((calls) => calls.length)).to.deep.equal([3, 3, 2]);
    });
  });

  async function taken(): Promise<LaneLease> {
    store.wake(SCHOOL);
    return (await store.take('process', 60_000)) ?? expect.fail('no lane');
  }

  it('stops, and reports, a source that asks again and again what was answered', async () => {
    bulk.waiting.push({ call: { kind: 'chat.list' }, account: '100', subjectId: 'b', context: undefined });
    bulk.settle = () => Promise.resolve();
    await run(200_000);
    expect(messenger.requests).to.have.length(21);
    expect(store.releases[0]?.stop).to.deep.equal({ code: 'delivery.source-failed', restMs: 60_000 });
    expect(logger.of('error')).to.deep.equal(['a source asks the same again and again, the lane rests']);
  });

  it('leaves out, and reports, what a source hands out beyond the limit', async () => {
    bulk.want('100', 'a', 'b', 'c', 'd');
    bulk.tooMany = 1;
    await run();
    expect(titles()).to.deep.equal(['a b c', 'd']);
    expect(logger.of('error')).to.deep.equal([
      'a source hands out more calls than it was asked for, the rest is left out',
    ]);
  });

  describe('results that cannot be booked', () => {
    const broken = Object.assign(new Error('duplicate key'), { code: '23505' });

    it('stall what they concern; the others are booked', async () => {
      bulk.want('100', 'a', 'b', 'c');
      bulk.settling = (results) => {
        if (results.some(({ item }) => item.subjectId === 'b')) throw broken;
      };
      await run();
      expect(bulk.settled.map(({ item }) => item.subjectId)).to.deep.equal(['a', 'c']);
      expect(bulk.stalled).to.deep.equal([{ subjectIds: ['b'], code: 'delivery.unbookable' }]);
      expect(messenger.requests).to.have.length(1);
    });

    it('are tried again when the reason passes', async () => {
      bulk.want('100', 'a');
      bulk.settling = () => {
        throw Object.assign(new Error('the connection broke'), { code: '08006' });
      };
      const error: unknown = await run().catch((cause: unknown) => cause);
      expect(error).to.have.property('code', '08006');
      expect(bulk.stalled).to.deep.equal([]);
    });
  });

  describe('a source that fails', () => {
    beforeEach(() => {
      urgent.asked = () => {
        throw new TypeError('a row is missing');
      };
    });

    it('lets the others go on, and is asked again after a minute', async () => {
      bulk.want('100', 'a', 'b', 'c', 'd');
      bulk.dueAt = new Date('2026-11-30T09:00:00Z');
      const outcome = await run();
      expect(titles()).to.deep.equal(['a b c', 'd']);
      expect(outcome.contradictory).to.equal(false);
      expect(store.releases[0]?.stop).to.deep.equal({ code: 'delivery.source-failed', restMs: 0 });
      expect(await store.nextDueAt()).to.deep.equal(new Date('2026-11-23T09:01:00Z'));
      expect(logger.of('error')).to.have.length(1);
    });
  });

  it('tells when something is due and nothing can be done, and rests as it is told', async () => {
    bulk.dueAt = new Date(0);
    const outcome = await run(0, { notBeforeMs: 4_000 });
    expect(outcome).to.include({ requests: 0, contradictory: true });
    expect(await store.nextDueAt()).to.deep.equal(new Date('2026-11-23T09:00:04Z'));
  });

  it('does not rest for having been idle before, once it did something', async () => {
    bulk.want('100', 'a');
    bulk.dueAt = new Date(0);
    const outcome = await run(0, { notBeforeMs: 4_000 });
    expect(outcome).to.include({ requests: 1, contradictory: false });
    expect(await store.nextDueAt()).to.deep.equal(new Date('2026-11-23T09:00:00Z'));
  });

  it('rests for lengths: a clock that is wrong changes nothing', async () => {
    clock.jump(-20 * 60_000);
    bulk.want('100', 'b1');
    failOnce({ class: 'person-needed', code: 'vk.14' });
    await run();
    expect(await store.nextDueAt()).to.deep.equal(new Date('2026-11-23T09:15:00Z'));
    expect(messenger.requests).to.have.length(1);
  });
});
