// @ts-check
import { spawn } from 'node:child_process';

/**
 * Several runs of mocha side by side: browsers wait a lot, and so do databases. Arguments are the spec files of each run,
 * `--` stands between runs. What the first says is shown at once, what the others say when those before have ended; the
 * last line is the sum `N passed, N failed`. A run that ends without such a line counts as one failure.
 */

/** @typedef {{ readonly passed: number, readonly failed: number }} Count */

const MOCHA = 'node_modules/mocha/bin/mocha.js';
const CLOSING_LINE = /^(\d+) passed, (\d+) failed$/;

/** @type {string[][]} */
const runs = [[]];
for (const argument of process.argv.slice(2)) {
  if (argument === '--') runs.push([]);
  else runs.at(-1)?.push(argument);
}

/** Takes the closing line out of what is shown. */
class Output {
  /** @type {Count | undefined} */
  count;
  shown = false;
  rest = '';
  held = '';

  /** @param {string} text */
  write(text) {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.line(line);
  }

  /** @param {string} line */
  line(line) {
    const closing = CLOSING_LINE.exec(line);
    if (closing) this.count = { passed: Number(closing[1]), failed: Number(closing[2]) };
    else this.held += `${line}\n`;
    if (this.shown) this.show();
  }

  show() {
    this.shown = true;
    process.stdout.write(this.held);
    this.held = '';
  }

  end() {
    if (this.rest !== '') this.line(this.rest);
    this.rest = '';
  }
}

const started = runs.map((files) => {
  const output = new Output();
  const child = spawn(process.execPath, [MOCHA, ...files], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => output.write(text));
  const ended = new Promise((resolve) =>
    child.once('close', (code) => {
      output.end();
      resolve(code ?? 1);
    }),
  );
  return { child, output, ended };
});

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    for (const { child } of started) child.kill(signal);
  });
}

let passed = 0;
let failed = 0;
for (const { output, ended } of started) {
  output.show();
  const code = await ended;
  output.show();
  const count = output.count ?? { passed: 0, failed: 0 };
  passed += count.passed;
  failed += count.failed + (code !== 0 && count.failed === 0 ? 1 : 0);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
