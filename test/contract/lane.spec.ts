import { KnexDoubtStore } from '../../src/delivery/doubt-store-knex.js';
import { KnexLaneStore } from '../../src/delivery/lane-store-knex.js';
import { wakeLanes } from '../../src/delivery/lane-wake-store-knex.js';
import { KnexDatabase, rows } from '../../src/storage/database.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeDoubtStore } from '../support/fake-doubts.js';
import { FakeLaneStore } from '../support/fake-lane.js';
import { freshDatabase } from '../support/test-database.js';
import { laneContract, type LaneWorld } from './lane-contract.js';

async function postgres(): Promise<LaneWorld> {
  const fresh = await freshDatabase();
  const database = new KnexDatabase(fresh);
  database.open();
  const sql = <T>(statement: string, bindings = {}): Promise<T[]> => rows<T>(database.knex, statement, bindings);
  const open = (organizationId: string): Promise<{ title: string; ms: number }[]> =>
    sql(
      `select title, extract(epoch from until - now())::float8 * 1000 as ms from delivery_doubt
       where organization_id = :organizationId order by sent_at, doubt_id`,
      { organizationId },
    );
  return {
    store: new KnexLaneStore(database),
    doubts: new KnexDoubtStore(database),
    wake: (organizationId, dueAt) => wakeLanes(database.knex, [organizationId], dueAt),
    // The database's clock cannot be set, so everything it wrote is made so much older.
    letTimePass: async (ms) => {
      const by = `:ms * interval '1 millisecond'`;
      await sql(
        `update delivery_lane set due_at = due_at - ${by}, leased_until = leased_until - ${by},
           stop_until = stop_until - ${by}`,
        { ms },
      );
    },
    later: async (ms) => {
      const [row] = await sql<{ at: Date }>(`select now() + :ms * interval '1 millisecond' as at`, { ms });
      return row?.at ?? new Date(NaN);
    },
    open: async (organizationId) => (await open(organizationId)).map(({ title }) => title),
    openForMs: async (organizationId) => (await open(organizationId)).map(({ ms }) => ms),
    stop: async () => {
      await database.close();
      await fresh.drop();
    },
  };
}

function memory(): Promise<LaneWorld> {
  const clock = new FakeClock();
  const store = new FakeLaneStore(clock);
  const doubts = new FakeDoubtStore(clock, (lease) => store.hold(lease));
  const open = (): readonly { readonly title: string; readonly ms: number }[] =>
    [...doubts.open.values()].map(({ title = '', until }) => ({ title, ms: until.getTime() - clock.monotonicMs() }));
  return Promise.resolve({
    store,
    doubts,
    wake: async (organizationId, dueAt) => Promise.resolve(store.wake(organizationId, dueAt)),
    letTimePass: (ms) => clock.advance(ms),
    later: async (ms) => Promise.resolve(new Date(clock.monotonicMs() + ms)),
    open: async (organizationId) =>
      Promise.resolve(organizationId === 'school-1' ? open().map(({ title }) => title) : []),
    openForMs: async () => Promise.resolve(open().map(({ ms }) => ms)),
    stop: () => Promise.resolve(),
  });
}

laneContract('PostgreSQL', postgres);
laneContract('the double', memory);
