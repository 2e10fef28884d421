import { expect } from 'chai';

import { LaneRun } from '../../../src/delivery/lane-run.js';
import { RateLimiter } from '../../../src/delivery/rate-limiter.js';
import { LeaseLostError, type WorkResult } from '../../../src/delivery/work-source.js';
import type { MessengerAbilities, MessengerCall, MessengerFailure } from '../../../src/messenger/messenger.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeCredentials, FakeLaneStore, FakeWorkSource } from '../../support/fake-lane.js';
import { FakeLogger } from '../../support/fake-logger.js';
import { MemoryMessenger } from '../../support/memory-messenger.js';

const LEASE = { organizationId: 'school', owner: 'process', fence: '1' };

describe('LaneRun', () => {
  let clock: FakeClock;
  let store: FakeLaneStore;
  let credentials: FakeCredentials;
  let messenger: MemoryMessenger;
  let logger: FakeLogger;
  let halt: AbortController;
  let urgent: FakeWorkSource;
  let bulk: FakeWorkSource;

  beforeEach(() => {
    clock = new FakeClock();
    store = new FakeLaneStore();
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
    made.chats.set('1', { chatId: '1', title: '', ownerId: '100', members: new Map(), messages: [] });
    for (const account of ['100', '200']) made.chats.get('1')?.members.set(account, 'admin');
    return made;
  }

  async function run(forMs = 60_000): Promise<void> {
    const limiter = new RateLimiter(clock, 3);
    const services = { sources: [urgent, bulk], credentials, messenger, limiter, store, clock, logger };
    const running = new LaneRun(services, LEASE, { halt: halt.signal, cut: new AbortController().signal }).run();
    const advanced = clock.advance(forMs);
    await running;
    await advanced;
  }

  function titles(requests: readonly MessengerCall[][] = messenger.requests): string[] {
    return requests.map((calls) => calls.map((call) => ('title' in call ? call.title : call.kind)).join(' '));
  }

  function failOnce(failure: MessengerFailure): void {
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

  it('books intents before the request, results after, to the source they are from', async () => {
    urgent.want('100', 'u1');
    bulk.want('100', 'b1');
    let intendedBefore = 0;
    messenger.fault = () => {
      intendedBefore = urgent.intended.length + bulk.intended.length;
      return undefined;
    };
    await run();
    expect(intendedBefore).to.equal(2);
    const settledTitles = (results: readonly WorkResult[]): unknown[] =>
      results.map(({ item }) => 'title' in item.call && item.call.title);
    expect(settledTitles(urgent.settled)).to.deep.equal(['u1']);
    expect(settledTitles(bulk.settled)).to.deep.equal(['b1']);
  });

  it('gives the lane back until the earliest time that something is due', async () => {
    urgent.dueAt = new Date('2026-11-23T11:00:00Z');
    bulk.dueAt = new Date('2026-11-23T10:00:00Z');
    await run();
    expect(store.releases).to.deep.equal([{ organizationId: 'school', dueAt: bulk.dueAt }]);
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
    expect(store.releases[0]).not.to.have.property('stop');
  });

  for (const problem of ['credential.no-administrator', 'credential.not-linked'] as const) {
    it(`stops the lane without an account: ${problem}`, async () => {
      credentials.account = { missing: problem };
      bulk.want('100', 'b1');
      await run();
      expect(store.releases[0]?.stop).to.deep.equal({ code: problem, until: undefined });
      expect(messenger.requests).to.deep.equal([]);
      expect(bulk.waiting).to.have.length(1);
    });
  }

  for (const problem of ['credential.broken', 'credential.no-token', 'credential.scope-missing'] as const) {
    it(`stops the lane until somebody acts when its account has no token: ${problem}`, async () => {
      credentials.problems.set('100', problem);
      bulk.want('100', 'b1');
      await run();
      expect(store.releases[0]?.stop).to.deep.equal({ code: problem, until: undefined });
      expect(bulk.settled).to.deep.equal([]);
    });
  }

  it('rests a minute while the provider is away', async () => {
    credentials.problems.set('100', 'credential.provider-away');
    bulk.want('100', 'b1');
    await run();
    expect(store.releases[0]?.stop).to.deep.equal({
      code: 'credential.provider-away',
      until: new Date('2026-11-23T09:01:00Z'),
    });
  });

  it("goes on when only another account's token is missing", async () => {
    credentials.problems.set('200', 'credential.broken');
    bulk.want('200', 'old').want('100', 'b1');
    await run();
    expect(titles()).to.deep.equal(['b1']);
    expect(bulk.settled[0]?.result).to.deep.equal({
      ok: false,
      failure: { class: 'retry', code: 'credential.broken' },
    });
    expect(store.releases[0]).not.to.have.property('stop');
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
      expect(store.releases[0]?.stop).to.deep.equal({ code: 'vk.14', until: new Date('2026-11-23T09:01:30Z') });
      expect(messenger.requests).to.have.length(1);
      expect(logger.of('warn')).to.deep.equal(['deliveries of an organization stop']);
    });
  }

  it('rests a quarter of an hour for a person when the messenger names no time', async () => {
    bulk.want('100', 'b1');
    failOnce({ class: 'person-needed', code: 'vk.14' });
    await run();
    expect(store.releases[0]?.stop?.until).to.deep.equal(new Date('2026-11-23T09:15:00Z'));
  });

  it('lets one failure stand alone: the other calls of the request are booked as they are', async () => {
    bulk.want('100', 'b1', 'b2');
    failOnce({ class: 'permanent', code: 'vk.100' });
    await run();
    expect(bulk.settled.map(({ result }) => result.ok)).to.deep.equal([false, true]);
    expect(store.releases[0]).not.to.have.property('stop');
  });

  it('begins nothing after a halt, and gives the lane back', async () => {
    bulk.want('100', 'b1');
    bulk.dueAt = clock.now();
    halt.abort();
    await run();
    expect(messenger.requests).to.deep.equal([]);
    expect(store.releases).to.deep.equal([{ organizationId: 'school', dueAt: bulk.dueAt }]);
  });

  it('sends nothing when the halt comes while it waits for its turn', async () => {
    messenger = messengerWith({ callsPerRequest: 1 });
    bulk.want('100', 'b1', 'b2', 'b3', 'b4');
    clock.after(500, () => halt.abort());
    await run();
    expect(titles()).to.deep.equal(['b1', 'b2', 'b3']);
    expect(bulk.intended).to.have.length(3);
  });

  it('tells its caller when the lease was lost, and writes nothing more', async () => {
    bulk.want('100', 'b1');
    bulk.settle = () => Promise.reject(new LeaseLostError('school'));
    const error: unknown = await run().catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(LeaseLostError);
    expect(store.releases).to.deep.equal([]);
  });

  it('shows how fast it delivers', async () => {
    messenger = messengerWith({ callsPerRequest: 25 });
    bulk.want('100', ...Array.from({ length: 25 }, (_, index) => `b${index}`));
    await run();
    expect(store.rates).to.deep.equal([75]);
  });
});
