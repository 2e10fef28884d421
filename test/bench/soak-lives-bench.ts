import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Bench } from './figure.js';

const LIVES = 200;
const LIMIT_MINUTES = 150;
const SOAK = fileURLToPath(new URL('../lives/soak.ts', import.meta.url));

/** Random lives of schools against a messenger and a host made from the public facts: how many end exact. */
export const soakLivesBench: Bench = {
  figures: [{ name: 'soak-lives', unit: 'lives', target: { bound: 'at-least', value: LIVES } }],
  limitMs: (LIMIT_MINUTES + 5) * 60_000,
  async measure(stage) {
    const lives = Math.ceil(LIVES * stage.options.scale);
    const folder = await mkdtemp(join(tmpdir(), 'soak-'));
    try {
      const json = join(folder, 'lives.json');
      await soak(['--seed', '1', '--lives', String(lives), '--minutes', String(LIMIT_MINUTES), '--json', json]);
      const { exact, lives: lived, results } = JSON.parse(await readFile(json, 'utf8')) as Soaked;
      const wrong = results.filter(({ differences }) => differences.length > 0).map(({ seed }) => seed);
      const note = `of ${lived}, seeds from 1${wrong.length === 0 ? '' : `; wrong: ${wrong.join(', ')}`}`;
      return { 'soak-lives': { value: exact, floor: lived, note } };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Soaked {
  readonly exact: number;
  readonly lives: number;
  readonly results: readonly { readonly seed: string; readonly differences: readonly string[] }[];
}

/** Lives that end wrong are a result: only a soak that leaves none behind has failed. */
function soak(options: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', '--import', 'reflect-metadata', SOAK, ...options];
    execFile(process.execPath, args, { maxBuffer: 256 * 1024 * 1024 }, () => resolve());
  });
}
