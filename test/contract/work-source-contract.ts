import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import type { LaneLease, WorkItem, WorkResult, WorkSource } from '../../src/delivery/work-source.js';
import { hasEffect, isSure } from '../../src/messenger/messenger-result.js';
import type { Messenger } from '../../src/messenger/messenger.js';
import { must } from '../../src/must.js';

/** A work source with more to do than one small request carries: at least ten calls of at least five subjects. */
export interface WorkSourceWorld {
  readonly source: WorkSource;
  readonly account: string;
  readonly organizationId: string;
  /** Carries the calls out. */
  readonly messenger: Messenger;
  lease(): Promise<LaneLease>;
  stop(): Promise<void>;
}

const MANY = 25;
/** More rounds than anything here needs. */
const ROUNDS = 60;

/** What the engine relies on, for every source of work and every double of one. */
export function workSourceContract(name: string, start: () => Promise<WorkSourceWorld>): void {
  describe(`${name} as a source of work`, () => {
    let world: WorkSourceWorld;
    let lease: LaneLease;
    beforeEach(async () => {
      world = await start();
      lease = await world.lease();
    });
    afterEach(() => world?.stop());

    const next = (limit: number): Promise<readonly WorkItem[]> => world.source.next(lease, world.account, limit);
    const told = (items: readonly WorkItem[]): string[] =>
      items.map(({ call, account, subjectId }) => JSON.stringify([call, account, subjectId]));

    async function answered(items: readonly WorkItem[]): Promise<readonly WorkResult[]> {
      const first = items[0]?.account;
      const pack = items.filter(({ account }) => account === first);
      const results = await world.messenger.send(
        { accessToken: 'token', userId: first ?? '' },
        pack.map(({ call }) => call),
      );
      return pack.map((item, index) => {
        const result = must(results[index], 'a result for every call');
        return { item, result, doubtId: hasEffect(item.call) ? randomUUID() : undefined, sure: isSure(result) };
      });
    }

    it('hands out no more than it is asked for, and the most urgent first', async () => {
      const all = told(await next(MANY));
      expect(all.length).to.be.at.least(10);
      expect(all.length).to.be.at.most(MANY);
      for (const limit of [1, 2, 3, 7, all.length]) {
        expect(told(await next(limit)), `asked for ${limit}`).to.deep.equal(all.slice(0, limit));
      }
      expect(await next(0)).to.deep.equal([]);
    });

    it('loses nothing by being asked, nor by what was cut', async () => {
      const wanted = new Set(told(await next(MANY)));
      const made = new Set<string>();
      for (let round = 0; round < ROUNDS; round += 1) {
        const items = await next(3);
        if (items.length === 0) break;
        const results = await answered(items);
        for (const text of told(results.map(({ item }) => item))) made.add(text);
        await world.source.settle(lease, results);
      }
      expect(await next(MANY)).to.deep.equal([]);
      expect([...wanted].filter((text) => !made.has(text))).to.deep.equal([]);
    });

    it('takes the same results twice without harm', async () => {
      const results = await answered(await next(5));
      await world.source.settle(lease, results);
      const after = told(await next(MANY));
      await world.source.settle(lease, results);
      expect(told(await next(MANY))).to.deep.equal(after);
    });

    it('is not due while there is nothing to do', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const items = await next(MANY);
        if (items.length === 0) break;
        await world.source.settle(lease, await answered(items));
      }
      const due = await world.source.nextDueAt(world.organizationId);
      if (due !== undefined) expect(due.getTime()).to.be.greaterThan(Date.now());
    });

    it('lets what is stalled rest, and goes on with everything else', async () => {
      const items = await next(MANY);
      const stalled = must(items[0], 'something to do').subjectId;
      await world.source.stall(lease, [stalled], 'delivery.unbookable');
      const left = new Set((await next(MANY)).map(({ subjectId }) => subjectId));
      expect(left.has(stalled)).to.equal(false);
      const others = new Set(items.map(({ subjectId }) => subjectId).filter((id) => id !== stalled));
      expect([...others].filter((id) => !left.has(id))).to.deep.equal([]);
    });
  });
}
