import { writeFile } from 'node:fs/promises';

import { line } from 'd3-shape';

import { BenchStage } from './bench-stage.js';
import { PluginBeside } from './plugin-beside.js';

/** A school as the region's figure has it. */
const SCHOOL = { classes: 40, studentsPerClass: 5, guardians: 2, administrators: false };
const SIZES = [1, 10, 100, 1_000] as const;
const CHART = 'docs/growth.svg';
const NUMBERS = 'docs/growth.json';

interface Cost {
  readonly schools: number;
  /** First look at every school, all rows written. */
  readonly passSeconds: number;
  /** Resident memory at its end. */
  readonly memoryMb: number;
}

/** How the cost grows with the number of schools: one process, a fresh database each. Writes numbers and chart. */
async function measure(): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (const schools of SIZES) {
    const stage = new BenchStage({ scale: 1 });
    try {
      const size = { ...SCHOOL, schools };
      const plugin = await PluginBeside.start(stage, { connectionString: await stage.database(), size });
      const { ms } = await plugin.idle;
      costs.push({ schools, passSeconds: ms / 1000, memoryMb: (await plugin.residentBytes()) / 1e6 });
    } finally {
      await stage.close();
    }
    process.stdout.write(`${JSON.stringify(costs.at(-1))}\n`);
  }
  return costs;
}

const WIDTH = 640;
const HEIGHT = 280;
const PAD = 52;

/** Both axes are logarithmic: a straight line at 45° is cost in proportion to the schools. */
function chart(costs: readonly Cost[]): string {
  const x = (schools: number): number => PAD + (Math.log10(schools) / 3) * (WIDTH - 2 * PAD);
  const y = (value: number): number => HEIGHT - PAD - ((Math.log10(value) + 1) / 4) * (HEIGHT - 2 * PAD);
  const path = (value: (cost: Cost) => number): string =>
    line<Cost>()
      .x(({ schools }) => x(schools))
      .y((cost) => y(value(cost)))([...costs]) ?? '';
  const labels = costs
    .flatMap((cost) => [
      `<text x="${x(cost.schools)}" y="${HEIGHT - PAD + 18}" text-anchor="middle">${cost.schools}</text>`,
      `<text x="${x(cost.schools)}" y="${y(cost.passSeconds) - 8}" text-anchor="middle" fill="#1f5fbf">${cost.passSeconds.toFixed(1)} s</text>`,
      `<text x="${x(cost.schools)}" y="${y(cost.memoryMb) - 8}" text-anchor="middle" fill="#97440b">${cost.memoryMb.toFixed(0)} MB</text>`,
    ])
    .join('\n  ');
  const grid = [0.1, 1, 10, 100, 1000]
    .map((value) => `<line x1="${PAD}" x2="${WIDTH - PAD}" y1="${y(value)}" y2="${y(value)}" stroke="#dde2ea"/>`)
    .join('\n  ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#1c2433">
  <rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
  ${grid}
  <path d="${path((cost) => cost.passSeconds)}" fill="none" stroke="#1f5fbf" stroke-width="2"/>
  <path d="${path((cost) => cost.memoryMb)}" fill="none" stroke="#97440b" stroke-width="2"/>
  ${labels}
  <text x="${WIDTH / 2}" y="${HEIGHT - 12}" text-anchor="middle" fill="#566176">schools</text>
  <text x="${PAD}" y="22"><tspan fill="#1f5fbf">first look at every school</tspan><tspan fill="#97440b" dx="16">memory of the process</tspan></text>
</svg>
`;
}

const costs = await measure();
await writeFile(NUMBERS, `${JSON.stringify(costs, undefined, 2)}\n`);
await writeFile(CHART, chart(costs));
