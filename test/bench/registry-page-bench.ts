import type pg from 'pg';

import { BenchHost } from './bench-host.js';
import type { BenchStage } from './bench-stage.js';
import { rows } from './client-rows.js';
import type { Bench } from './figure.js';
import { quantile } from './quantiles.js';
import { SyntheticDirectory } from './synthetic-directory.js';

const CHATS = 10_000;
const MEMBERS_PER_CHAT = 30;
const WARM_UP = 30;
const SAMPLES = 500;
const ORGANIZATION = 's0';

/** What people do with a list: leaf through, jump to the end, sort, filter, search. */
const QUERIES = [
  'offset=0&limit=100',
  'offset=5000&limit=100',
  'offset=9900&limit=100',
  'offset=0&limit=100&sort=title&direction=desc',
  'offset=300&limit=100&sort=members&direction=desc',
  'offset=0&limit=100&sort=state',
  'offset=0&limit=100&state=problem',
  'offset=0&limit=100&query=чат 77',
];

/** A page of 100 rows out of 10,000 through the handler that a host mounts. */
export const registryPageBench: Bench = {
  figures: [{ name: 'registry-page-p99-ms', unit: 'ms', target: { bound: 'below', value: 50 } }],
  limitMs: 180_000,
  async measure(stage) {
    const { host, client } = await openRegistry(stage);
    const perQuery = new Map<string, number[]>(QUERIES.map((query) => [query, []]));
    for (let run = 0; run < WARM_UP + SAMPLES; run += 1) {
      const query = QUERIES[run % QUERIES.length] ?? '';
      const ms = await pageMs(host, query);
      if (run >= WARM_UP) perQuery.get(query)?.push(ms);
    }
    const samples = [...perQuery.values()].flat();
    const [slowest] = [...perQuery]
      .map(([query, times]) => ({ query, ms: quantile(times, 0.5) }))
      .sort((a, b) => b.ms - a.ms);
    const p50 = quantile(samples, 0.5).toFixed(1);
    const note = `${SAMPLES} pages of 100, p50 ${p50} ms; slowest: ${slowest?.query} with p50 ${slowest?.ms.toFixed(1)} ms; floor: the rows by their key`;
    return { 'registry-page-p99-ms': { value: quantile(samples, 0.99), floor: await floorMs(client), note } };
  },
};

async function openRegistry(stage: BenchStage): Promise<{ host: BenchHost; client: pg.Client }> {
  const connectionString = await stage.database();
  const directory = new SyntheticDirectory({
    ...{ schools: 1, classes: 1, studentsPerClass: 1, guardians: 1, administrators: false },
  });
  const host = await new BenchHost({ connectionString, directory }).load();
  stage.defer(() => host.stop());
  await host.start();
  await host.rosterIdle();
  host.signIn(`${ORGANIZATION}.t0`, ORGANIZATION);
  const client = await stage.client(connectionString);
  await fill(client);
  return { host, client };
}

async function fill(client: pg.Client): Promise<void> {
  await rows(
    client,
    `insert into chat (organization_id, kind, title, source_name, member_count, present_count, waiting_count,
       failed_count, due_at, invite_link)
     select $1, case when n % 3 = 0 then 'other' else 'subject' end, 'Предметный чат ' || n,
       (n % 11 + 1) || chr(1040 + n % 6), $3, $3 - n % 4, n % 4, case when n % 50 = 0 then 1 else 0 end,
       case when n % 20 = 0 then now() end, 'https://vk.me/join/' || n
     from generate_series(1, $2::integer) n`,
    [ORGANIZATION, CHATS, MEMBERS_PER_CHAT],
  );
  await rows(
    client,
    `insert into chat_member (organization_id, chat_id, person_id, person_kind, rule_role, reasons, delivered_role)
     select organization_id, chat_id, 'p' || n, 'student', 'member', '{group-student}', 'member'
     from chat cross join generate_series(1, $2::integer) n where organization_id = $1 and kind <> 'teachers'`,
    [ORGANIZATION, MEMBERS_PER_CHAT],
  );
  await rows(client, 'vacuum analyze chat, chat_member');
}

async function pageMs(host: BenchHost, query: string): Promise<number> {
  const startedAt = performance.now();
  const response = await host.get(`/api/chats?${query}`);
  const body = await response.text();
  if (response.status !== 200) throw new Error(`a page answered ${response.status}: ${body}`);
  return performance.now() - startedAt;
}

async function floorMs(client: pg.Client): Promise<number> {
  const samples: number[] = [];
  for (let run = 0; run < 200; run += 1) {
    const startedAt = performance.now();
    await rows(client, 'select * from chat where organization_id = $1 order by chat_id limit 100', [ORGANIZATION]);
    samples.push(performance.now() - startedAt);
  }
  return quantile(samples, 0.99);
}
