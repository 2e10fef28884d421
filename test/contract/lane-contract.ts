import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import type { DoubtStore, SentCall } from '../../src/delivery/doubt-store.js';
import type { LaneStore } from '../../src/delivery/lane-store.js';
import { LeaseLostError, type LaneLease } from '../../src/delivery/work-source.js';

const ONE = 'school-1';
const OTHER = 'school-2';
const LEASE_MS = 8_000;
/** Processes. */
const [FIRST, SECOND, LOOKER] = [randomUUID(), randomUUID(), randomUUID()];

export interface LaneWorld {
  readonly store: LaneStore;
  readonly doubts: DoubtStore;
  wake(organizationId: string, dueAt?: Date): Promise<void>;
  letTimePass(ms: number): Promise<void>;
  /** A time so much after now. */
  later(ms: number): Promise<Date>;
  /** Titles of renames that are in doubt, in the order of their being sent. */
  open(organizationId: string): Promise<readonly string[]>;
  /** For how much longer each of them may be carried out. */
  openForMs(organizationId: string): Promise<readonly number[]>;
  stop(): Promise<void>;
}

/** What every store of lanes and doubts does. */
export function laneContract(name: string, start: () => Promise<LaneWorld>): void {
  describe(`lanes and doubts: ${name}`, () => {
    let world: LaneWorld;
    beforeEach(async () => {
      world = await start();
    });
    afterEach(() => world?.stop());

    async function take(owner = FIRST, leaseMs = LEASE_MS): Promise<LaneLease> {
      return (await world.store.take(owner, leaseMs)) ?? expect.fail('no lane is due');
    }
    async function isDue(): Promise<boolean> {
      return (await world.store.take(LOOKER, LEASE_MS)) !== undefined;
    }
    async function woken(): Promise<LaneLease> {
      await world.wake(ONE);
      return take();
    }

    describe('take', () => {
      it('gives a lane that is due to one only, and the one that has been due longest first', async () => {
        await world.wake(OTHER);
        await world.letTimePass(1_000);
        await world.wake(ONE);
        expect([(await take()).organizationId, (await take()).organizationId]).to.deep.equal([OTHER, ONE]);
        expect(await isDue()).to.equal(false);
      });

      it('gives nothing before its time', async () => {
        await world.wake(ONE, await world.later(60_000));
        expect(await isDue()).to.equal(false);
        await world.letTimePass(61_000);
        expect(await isDue()).to.equal(true);
      });

      it('gives a lane whose holder is gone to another, under a new number', async () => {
        const lost = await woken();
        await world.letTimePass(LEASE_MS - 1_000);
        expect(await isDue()).to.equal(false);
        await world.letTimePass(2_000);
        const mine = await take(SECOND);
        expect(mine.organizationId).to.equal(ONE);
        expect(mine.fence).not.to.equal(lost.fence);
        expect(await world.store.prolong(lost, LEASE_MS)).to.equal(false);
        await world.store.release(lost, { dueAt: undefined, stop: { code: 'vk.9', restMs: undefined } });
        expect(await world.store.view(ONE)).to.include({ running: true, stopCode: undefined });
        expect(await world.store.prolong(mine, LEASE_MS)).to.equal(true);
      });
    });

    it('prolongs a lease from now on', async () => {
      const lease = await woken();
      await world.letTimePass(6_000);
      expect(await world.store.prolong(lease, LEASE_MS)).to.equal(true);
      await world.letTimePass(6_000);
      expect(await isDue()).to.equal(false);
    });

    describe('release', () => {
      it('leaves a lane alone for which nothing is due', async () => {
        const answer = await world.store.release(await woken(), { dueAt: undefined });
        expect(answer).to.deep.equal({ dueAtOnce: false });
        await world.letTimePass(3_600_000);
        expect(await isDue()).to.equal(false);
      });

      it('makes it due when the sources say, and tells when that has come already', async () => {
        const later = await world.store.release(await woken(), { dueAt: await world.later(60_000) });
        expect(later).to.deep.equal({ dueAtOnce: false });
        expect(await isDue()).to.equal(false);
        await world.letTimePass(61_000);
        const now = await world.store.release(await take(), { dueAt: new Date(0) });
        expect(now).to.deep.equal({ dueAtOnce: true });
        expect(await isDue()).to.equal(true);
      });

      it('keeps a wake that came meanwhile', async () => {
        const lease = await woken();
        await world.wake(ONE);
        await world.store.release(lease, { dueAt: await world.later(60_000) });
        expect(await isDue()).to.equal(true);
      });

      it('does not hold what came with a wake against the run that it came too late for', async () => {
        const lease = await woken();
        await world.wake(ONE);
        expect(await world.store.release(lease, { dueAt: new Date(0) })).to.deep.equal({ dueAtOnce: false });
        expect(await world.store.release(await take(), { dueAt: new Date(0) })).to.deep.equal({ dueAtOnce: true });
      });

      it('rests for so long, whatever is due and whoever woke it meanwhile, unless it is woken anew', async () => {
        const lease = await woken();
        await world.wake(ONE);
        await world.store.release(lease, { dueAt: new Date(0), notBeforeMs: 5_000 });
        await world.letTimePass(4_000);
        expect(await isDue()).to.equal(false);
        await world.letTimePass(2_000);
        await world.store.release(await take(), { dueAt: new Date(0), notBeforeMs: 5_000 });
        await world.wake(ONE);
        expect(await isDue()).to.equal(true);
      });

      it('stops for a time: a wake does not shorten it, and it is tried again after it', async () => {
        const stop = { code: 'vk.9', restMs: 60_000 };
        await world.store.release(await woken(), { dueAt: new Date(0), stop });
        await world.wake(ONE);
        await world.wake(ONE, await world.later(600_000));
        expect(await world.store.view(ONE)).to.include({ running: false, stopCode: 'vk.9' });
        expect(await isDue()).to.equal(false);
        await world.letTimePass(61_000);
        expect(await isDue()).to.equal(true);
        expect((await world.store.view(ONE))?.stopCode).to.equal(undefined);
      });

      it('stops until somebody acts', async () => {
        await world.store.release(await woken(), { dueAt: new Date(0), stop: { code: 'vk.5', restMs: undefined } });
        await world.wake(ONE);
        await world.letTimePass(3_600_000);
        expect(await isDue()).to.equal(false);
        expect(await world.store.view(ONE)).to.include({ stopCode: 'vk.5', stopUntil: undefined });
        await world.store.resume(ONE);
        expect((await world.store.view(ONE))?.stopCode).to.equal(undefined);
        expect(await isDue()).to.equal(true);
      });

      it('shows a reason that stops nothing, and goes on with what it does not concern', async () => {
        const stop = { code: 'credential.not-linked', restMs: 0 };
        await world.store.release(await woken(), { dueAt: await world.later(60_000), stop });
        expect((await world.store.view(ONE))?.stopCode).to.equal(stop.code);
        await world.wake(ONE, await world.later(600_000));
        expect(await isDue()).to.equal(false);
        await world.letTimePass(61_000);
        await world.store.release(await take(), { dueAt: undefined, stop });
        await world.wake(ONE);
        expect(await isDue()).to.equal(true);
      });
    });

    it('tells when the next lane is due, or a holder that is gone is replaced', async () => {
      expect(await world.store.nextDueAt()).to.equal(undefined);
      const at = await world.later(60_000);
      await world.wake(ONE, at);
      expect(await world.store.nextDueAt()).to.deep.equal(at);
      await world.wake(OTHER);
      await take();
      const next = (await world.store.nextDueAt())?.getTime() ?? 0;
      expect(next).to.be.closeTo((await world.later(LEASE_MS)).getTime(), 2_000);
    });

    describe('doubts', () => {
      const sent = (title: string, index: number): SentCall => ({
        doubtId: `00000000-0000-4000-8000-00000000000${index}`,
        subjectId: '00000000-0000-4000-8000-0000000000aa',
        people: new Map(),
        account: '9007199254740993',
        call: { kind: 'chat.rename', chatId: '1', title },
      });

      it('are booked as they are sent, for as long as they may be carried out, and end one by one', async () => {
        const lease = await woken();
        const calls = ['5А', '6Б', '7В'].map(sent);
        await world.doubts.book(lease, calls, 40_000);
        await world.doubts.book(lease, [], 40_000);
        expect(await world.open(ONE)).to.deep.equal(['5А', '6Б', '7В']);
        expect(await world.open(OTHER)).to.deep.equal([]);
        for (const ms of await world.openForMs(ONE)) expect(ms).to.be.closeTo(40_000, 2_000);
        await world.doubts.end(lease, [calls[1]?.doubtId ?? '']);
        await world.doubts.end(lease, [calls[1]?.doubtId ?? '']);
        await world.doubts.end(lease, []);
        expect(await world.open(ONE)).to.deep.equal(['5А', '7В']);
      });

      it('are the business of who holds the lane', async () => {
        const lost = await woken();
        await world.doubts.book(lost, [sent('5А', 1)], 40_000);
        await world.letTimePass(LEASE_MS + 1_000);
        await take(SECOND);
        for (const deed of [
          () => world.doubts.book(lost, [sent('6Б', 2)], 40_000),
          () => world.doubts.end(lost, [sent('5А', 1).doubtId]),
        ]) {
          const error: unknown = await deed().catch((cause: unknown) => cause);
          expect(error).to.be.instanceOf(LeaseLostError);
        }
        expect(await world.open(ONE)).to.deep.equal(['5А']);
      });
    });
  });
}
