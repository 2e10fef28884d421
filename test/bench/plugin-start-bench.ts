import type { BenchStage } from './bench-stage.js';
import type { Bench } from './figure.js';
import { PluginBeside } from './plugin-beside.js';
import { median } from './quantiles.js';

const RUNS = 5;
const SCHOOL = { schools: 1, classes: 40, studentsPerClass: 25, guardians: 2, administrators: false };

/** `start()` in a fresh process, the schema current. */
export const pluginStartBench: Bench = {
  figures: [{ name: 'plugin-start-ms', unit: 'ms', target: { bound: 'below', value: 500 } }],
  limitMs: 60_000,
  async measure(stage) {
    const connectionString = await stage.database();
    const samples: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      const { started, idle } = await PluginBeside.start(stage, { connectionString, size: SCHOOL });
      await idle;
      samples.push(started.startMs);
    }
    const [migrating, ...current] = samples;
    const floor = await connectingMs(stage, connectionString);
    const note = `median of ${RUNS} fresh processes, worst ${Math.max(...current).toFixed(0)} ms; with migrations ${migrating?.toFixed(0)} ms; floor: one connection`;
    return { 'plugin-start-ms': { value: median(current), floor, note } };
  },
};

async function connectingMs(stage: BenchStage, connectionString: string): Promise<number> {
  const startedAt = performance.now();
  await stage.client(connectionString);
  return performance.now() - startedAt;
}
