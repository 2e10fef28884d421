import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';
import type pg from 'pg';

import { BenchStage } from '../bench/bench-stage.js';
import { rows } from '../bench/client-rows.js';
import { knownLinks } from '../bench/known-links.js';
import { PluginBeside } from '../bench/plugin-beside.js';
import { StandInBeside } from '../bench/stand-in-beside.js';

const SIZE = { schools: 8, classes: 12, studentsPerClass: 2, guardians: 1, administrators: true };
/** Slow enough that a filling can be met in its middle. */
const REQUESTS_PER_SECOND = 2;
const CHATS = SIZE.schools * (1 + 2 * SIZE.classes);
const TAKEN_OVER_MS = 10_000;
const FILLED_LIMIT_MS = 60_000;
const ANSWER_AFTER_MS = 3_000;
const MIGRATE = fileURLToPath(new URL('../support/migrate-process.ts', import.meta.url));

describe('several processes on one database', function () {
  this.timeout(180_000);
  let stage: BenchStage;

  beforeEach(() => {
    stage = new BenchStage({ scale: 1 });
  });
  afterEach(() => stage.close());

  async function until(what: string, condition: () => Promise<boolean>, limitMs: number): Promise<number> {
    const startedAt = performance.now();
    while (!(await condition())) {
      if (performance.now() - startedAt > limitMs) throw new Error(`${what} did not come in ${limitMs} ms`);
      await wait(50);
    }
    return performance.now() - startedAt;
  }

  /** Two processes in the middle of filling several schools. */
  async function filling(): Promise<{ first: PluginBeside; client: pg.Client; standIn: StandInBeside }> {
    const [standIn, connectionString] = await Promise.all([
      StandInBeside.start(stage, REQUESTS_PER_SECOND),
      stage.database(),
    ]);
    const options = {
      ...{ connectionString, size: SIZE, vkUrl: standIn.url },
      settings: { vkRequestsPerSecond: REQUESTS_PER_SECOND, laneConcurrency: SIZE.schools / 2 },
    };
    const first = await PluginBeside.start(stage, options);
    await first.idle;
    const second = await PluginBeside.start(stage, options);
    await second.idle;
    const { members, administrators } = await knownLinks(standIn, SIZE);
    await second.link(members);
    await second.link(administrators);
    const client = await stage.client(connectionString);
    await until('a filling', async () => (await owners(client)) === 2, 30_000);
    return { first, client, standIn };
  }

  async function owners(client: pg.Client): Promise<number> {
    const found = await rows<{ owners: string }>(
      client,
      'select count(distinct owner) as owners from delivery_lane where owner is not null',
    );
    return Number(found[0]?.owners);
  }

  async function filled(client: pg.Client): Promise<boolean> {
    return (
      (await rows(client, 'select 1 from chat where due_at is not null or remote_id is null limit 1')).length === 0
    );
  }

  async function expectEachChatOnce(standIn: StandInBeside): Promise<void> {
    const { chats, requests } = await standIn.state();
    expect(chats.length, 'chats on the messenger’s side').to.equal(CHATS);
    expect(requests['messages.createChat']).to.equal(CHATS);
  }

  it('goes on with a killed process’s lanes within ten seconds, and makes no chat twice', async () => {
    const { first, client, standIn } = await filling();
    const held = await rows<{ organization_id: string; fence: string }>(
      client,
      'select organization_id, fence from delivery_lane where owner is not null',
    );
    expect(held.length).to.be.greaterThan(1);
    first.signal('SIGKILL');
    const takenOverMs = await until(
      'taking the lanes over',
      async () => {
        const stuck = await rows(
          client,
          `select 1 from delivery_lane join unnest($1::text[], $2::bigint[]) as held(organization_id, fence)
             using (organization_id, fence)
           where owner is not null and leased_until < now() + interval '5 seconds'`,
          [held.map((row) => row.organization_id), held.map((row) => row.fence)],
        );
        return stuck.length === 0;
      },
      TAKEN_OVER_MS,
    );
    expect(takenOverMs).to.be.below(TAKEN_OVER_MS);
    await until('the rest of the filling', () => filled(client), FILLED_LIMIT_MS);
    await expectEachChatOnce(standIn);
  });

  it('lets a process that stood still and wakes up late write nothing', async () => {
    const { first, client, standIn } = await filling();
    first.signal('SIGSTOP');
    await wait(TAKEN_OVER_MS);
    first.signal('SIGCONT');
    await until('the rest of the filling', () => filled(client), FILLED_LIMIT_MS);
    await expectEachChatOnce(standIn);
  });

  it('starts each school’s lesson of eight o’clock once when a process is killed at that moment', async () => {
    const { first, client, standIn } = await filling();
    await until('the filling', () => filled(client), FILLED_LIMIT_MS);
    // The messenger makes the calls at once, and answers late: the process is killed between.
    await standIn.slowDown(ANSWER_AFTER_MS);
    await rows(
      client,
      `with planned as (
         insert into conference (organization_id, kind, title, chat_id, starts_at, ends_at, due_at, created_by)
         select organization_id, 'lesson', 'Урок', chat_id, at, at + interval '40 minutes', at, ''
         from chat cross join (select now() + interval '2 seconds' as at) moment where kind = 'teachers'
         returning organization_id, starts_at)
       update delivery_lane lane set due_at = planned.starts_at from planned
       where lane.organization_id = planned.organization_id`,
    );
    const started = async (): Promise<number> => (await standIn.state()).requests['calls.start'] ?? 0;
    const everyCall = async (): Promise<boolean> => (await owners(client)) === 2 && (await started()) === SIZE.schools;
    await until('a call of every lane of both', everyCall, 15_000);
    first.signal('SIGKILL');
    await standIn.slowDown(0);
    const unsettled = `select 1 from conference where join_link is null and failure_code is null limit 1`;
    await until('an end of every start', async () => (await rows(client, unsettled)).length === 0, 30_000);
    const outcomes = await rows<{ link: boolean; code: string | null; times: string }>(
      client,
      `select join_link is not null as link, failure_code as code, count(*) as times from conference group by 1, 2`,
    );
    const times = (link: boolean, code: string | null): number =>
      Number(outcomes.find((one) => one.link === link && one.code === code)?.times ?? 0);
    const unknown = times(false, 'conference.start-checking') + times(false, 'conference.start-unknown');
    const linked = times(true, null);
    expect(linked + unknown, JSON.stringify(outcomes)).to.equal(SIZE.schools);
    expect(unknown, 'starts whose answer died with the process').to.be.within(1, SIZE.schools / 2);
    expect(await started(), 'calls at the messenger').to.equal(SIZE.schools);
  });

  it('migrates once when twenty processes start at once', async () => {
    const connectionString = await stage.database();
    const children = Array.from({ length: 20 }, () =>
      fork(MIGRATE, [connectionString], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }),
    );
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as unknown));
    expect(codes).to.deep.equal(children.map(() => 0));
    const client = await stage.client(connectionString);
    const booked = await rows<{ name: string; times: string }>(
      client,
      'select name, count(*) as times from migration group by name',
    );
    expect(booked.length).to.be.greaterThan(4);
    expect(booked.every(({ times }) => Number(times) === 1)).to.equal(true);
  });
});
