import type pg from 'pg';

import type { BenchStage } from './bench-stage.js';
import { rows } from './client-rows.js';
import type { Bench } from './figure.js';
import { knownLinks } from './known-links.js';
import { PluginBeside } from './plugin-beside.js';
import { StandInBeside } from './stand-in-beside.js';
import { waitUntil } from './wait-until.js';

const RATE = 3;
/** Few, so that what limits is the pace of lanes and not the processors that all processes here share. */
const LANES_PER_PROCESS = 8;
const SIZE = { schools: 64, classes: 40, studentsPerClass: 2, guardians: 2, administrators: true };

/** Many schools filled for the first time at VK's pace, by one process and by two. */
export const twoProcessBench: Bench = {
  figures: [{ name: 'two-process-ratio', unit: '×', target: { bound: 'at-least', value: 1.8 } }],
  limitMs: 300_000,
  async measure(stage) {
    const one = await fillingMs(stage, 1);
    await stage.clear();
    const two = await fillingMs(stage, 2);
    const note = `${SIZE.schools} schools, ${LANES_PER_PROCESS} lanes per process, ${RATE} requests/s per school: ${(one / 1000).toFixed(1)} s and ${(two / 1000).toFixed(1)} s; floor: twice as fast`;
    return { 'two-process-ratio': { value: one / two, floor: 2, note } };
  },
};

async function fillingMs(stage: BenchStage, processes: number): Promise<number> {
  const [standIn, connectionString] = await Promise.all([StandInBeside.start(stage, RATE), stage.database()]);
  const options = {
    ...{ connectionString, size: SIZE, vkUrl: standIn.url },
    settings: { vkRequestsPerSecond: RATE, laneConcurrency: LANES_PER_PROCESS },
  };
  const plugin = await PluginBeside.start(stage, options);
  await plugin.idle;
  const { members, administrators } = await knownLinks(standIn, SIZE);
  await plugin.link(members);
  for (let further = 1; further < processes; further += 1) await (await PluginBeside.start(stage, options)).idle;
  const client = await stage.client(connectionString);
  const startedAt = performance.now();
  // A school's deliveries stand still until its chat administrator is linked.
  await plugin.link(administrators);
  await waitUntil('every school filled', () => isFilled(client), { everyMs: 50, limitMs: 120_000 });
  return performance.now() - startedAt;
}

async function isFilled(client: pg.Client): Promise<boolean> {
  const left = await rows(client, 'select 1 from chat where due_at is not null or remote_id is null limit 1');
  return left.length === 0;
}
