import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { BENCHES } from './benches.js';
import { BenchStage } from './bench-stage.js';
import type { Bench, Measurement } from './figure.js';
import { printConditions, printFailure, printFigure, printHeading } from './figure-table.js';

const HELP = `npm run bench -- [--only <name>] [--json <file>] [--scale <number>]

  --only    measures one figure (may be given several times)
  --json    writes {"<name>": {"value": …, "floor": …, "target": …}}
  --scale   share of the data of storm-ratio and region-rss-mb, above 0, at most 1; default 1
`;

interface Wanted {
  readonly benches: readonly Bench[];
  readonly names: ReadonlySet<string>;
  readonly json: string | undefined;
  readonly scale: number;
}

type Results = Record<string, { value: number; floor: number | null; target: number }>;

function wanted(args: readonly string[]): Wanted | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      json: { type: 'string' },
      scale: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const scale = Number(values.scale);
  if (!(scale > 0 && scale <= 1)) throw new Error(`--scale ${values.scale}: a number above 0, at most 1`);
  const known = BENCHES.flatMap(({ figures }) => figures.map(({ name }) => name));
  const names = new Set(values.only ?? known);
  for (const name of names) {
    if (!known.includes(name)) throw new Error(`--only ${name}: the figures are ${known.join(', ')}`);
  }
  const benches = BENCHES.filter(({ figures }) => figures.some(({ name }) => names.has(name)));
  return { benches, names, json: values.json, scale };
}

/** @returns false when a measurement failed */
async function run(bench: Bench, names: ReadonlySet<string>, stage: BenchStage, results: Results): Promise<boolean> {
  const figures = bench.figures.filter(({ name }) => names.has(name));
  try {
    const measured = await limited(bench, stage);
    for (const figure of figures) {
      const measurement = measured[figure.name];
      if (measurement === undefined) throw new Error(`${figure.name} was not measured`);
      results[figure.name] = { ...rounded(measurement), target: figure.target.value };
      printFigure(figure, measurement);
    }
    return true;
  } catch (error) {
    for (const figure of figures) printFailure(figure, error);
    return false;
  } finally {
    await stage.clear();
  }
}

async function limited({ limitMs, measure }: Bench, stage: BenchStage): ReturnType<Bench['measure']> {
  const ended = new AbortController();
  const limit = delay(limitMs, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`given up after ${limitMs / 1000} s`);
  });
  limit.catch(() => undefined);
  try {
    return await Promise.race([measure(stage), limit]);
  } finally {
    ended.abort();
  }
}

function rounded({ value, floor }: Measurement): { value: number; floor: number | null } {
  const round = (number: number): number => Number(number.toPrecision(4));
  return { value: round(value), floor: floor === undefined ? null : round(floor) };
}

async function main(): Promise<void> {
  const asked = wanted(process.argv.slice(2));
  if (asked === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const stage = new BenchStage({ scale: asked.scale });
  const results: Results = {};
  let failed = false;
  printConditions();
  printHeading();
  try {
    for (const bench of asked.benches) failed = !(await run(bench, asked.names, stage, results)) || failed;
  } finally {
    await stage.close();
  }
  if (asked.json !== undefined) await writeFile(asked.json, `${JSON.stringify(results, undefined, 2)}\n`);
  process.exit(failed ? 1 : 0);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
