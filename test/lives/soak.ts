import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startEmbeddedPostgres } from '../../fixtures/host/embedded-postgres.js';
import { randomLife, type LifeResult } from './random-life.js';

/** Lives one random life after the other until the time or the number is over; a life is replayed by its seed. */
const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    lives: { type: 'string', default: '1000' },
    json: { type: 'string' },
    /** Names of steps that are not drawn, by commas; `quirks`: plain answers of the messenger. */
    without: { type: 'string', default: '' },
    /** How long after the faults the state may take to become exact. */
    patience: { type: 'string', default: '45' },
    /** Prints the whole life that ended wrong: its messenger's journal and the plugin's log too. */
    verbose: { type: 'boolean', default: false },
  },
});

const dataFolder = await mkdtemp(join(tmpdir(), 'lives-postgres-'));
const postgres = await startEmbeddedPostgres({ dataFolder, durable: false });
process.env['DATABASE_URL'] = postgres.connectionString;
const results: LifeResult[] = [];
try {
  const end = Date.now() + Number(options.minutes) * 60_000;
  for (let at = 0; at < Number(options.lives) && Date.now() < end; at++) {
    const seed = String(Number(options.seed) + at);
    const result = await randomLife(seed, (line) => console.log(line), {
      patienceMs: Number(options.patience) * 1000,
      without: options.without.split(','),
    });
    results.push(result);
    report(result);
  }
} finally {
  await postgres.stop();
  await rm(dataFolder, { recursive: true, force: true });
}
const exact = results.filter(({ differences }) => differences.length === 0);
console.log(`${exact.length} of ${results.length} lives end exact`);
if (options.json) {
  const short = results.map(({ seed, differences, milliseconds, said }) => ({ seed, differences, milliseconds, said }));
  await writeFile(
    options.json,
    JSON.stringify({ exact: exact.length, lives: results.length, results: short }, null, 2),
  );
}
process.exit(exact.length === results.length ? 0 : 1);

function report(result: LifeResult): void {
  const seconds = (result.milliseconds / 1000).toFixed(1);
  if (result.differences.length === 0) {
    console.log(`seed ${result.seed} ${seconds} s exact`);
    return;
  }
  if (options.verbose) {
    for (const line of result.journal) console.log(`    messenger ${line}`);
    for (const line of result.log) console.log(`    plugin ${line}`);
  }
  for (const line of result.said.filter((text) => /^(row of|school\d)/.test(text))) console.log(`  ${line}`);
  for (const difference of result.differences) console.log(`  - ${difference}`);
  console.log(`seed ${result.seed} ${seconds} s WRONG (${result.differences[0]})`);
}
