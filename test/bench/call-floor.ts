import type { BenchSchool } from './bench-school.js';
import { rows } from './client-rows.js';
import { monotonicMs } from './monotonic-time.js';

const SAMPLES = 50;

/** One durable transaction and one request to the messenger: the least that any change which calls it takes, ms. */
export async function callFloorSamples({ client, standIn }: BenchSchool): Promise<number[]> {
  await rows(client, 'create table bench_floor (n integer)');
  const samples: number[] = [];
  for (let run = 0; run < SAMPLES; run += 1) {
    const startedAt = monotonicMs();
    await rows(client, 'insert into bench_floor values ($1)', [run]);
    await (await fetch(`${standIn.url}/method/users.get`, { method: 'POST' })).text();
    samples.push((await standIn.firstArrivalMs(startedAt)) - startedAt);
  }
  return samples;
}
