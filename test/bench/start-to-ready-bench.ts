import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { BenchStage } from './bench-stage.js';
import type { Bench } from './figure.js';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const PATIENCE_MS = 8_000;

/** `npm start`, build included, until it says `ready`; the school is loaded into a new data folder. */
export const startToReadyBench: Bench = {
  figures: [{ name: 'start-to-ready-s', unit: 's', target: { bound: 'below', value: 30 } }],
  limitMs: 180_000,
  async measure(stage) {
    const dataFolder = await stage.emptyFolder();
    const first = await secondsToReady(stage, dataFolder);
    const again = await secondsToReady(stage, dataFolder);
    const note = `build included, new data folder; ${again.toFixed(1)} s with the data folder of the run before`;
    return { 'start-to-ready-s': { value: first, note } };
  },
};

async function secondsToReady(stage: BenchStage, dataFolder: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn('npm', ['start', '--silent', '--', '--data', dataFolder, '--port', '0'], {
    cwd: PROJECT,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, name);
  };
  const stop = async (): Promise<void> => {
    signal('SIGINT');
    const patience = setTimeout(() => signal('SIGKILL'), PATIENCE_MS);
    await exited;
    clearTimeout(patience);
  };
  stage.defer(stop);
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (/^ready http/m.test(printed)) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`npm start ended with code ${String(code)}: ${printed}`)));
  });
  const seconds = (performance.now() - startedAt) / 1000;
  await stop();
  return seconds;
}
