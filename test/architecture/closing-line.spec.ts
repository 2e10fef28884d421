import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

interface Outcome {
  readonly lastLine: string | undefined;
  readonly code: number;
}

describe('closing line of a test run', function () {
  this.timeout(30_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'closing-line-'));
  });
  after(() => rm(folder, { recursive: true }));

  const cases: readonly (readonly [string, string, Outcome])[] = [
    ['counts what passed', "it('a', () => {}); it('b', () => {});", { lastLine: '2 passed, 0 failed', code: 0 }],
    [
      'counts what failed',
      "it('a', () => {}); it('b', () => { throw 1; });",
      { lastLine: '1 passed, 1 failed', code: 1 },
    ],
    ['is there when a file cannot be loaded', "import './missing.js';", { lastLine: '0 passed, 1 failed', code: 1 }],
    [
      'is there when a test ends the process',
      "it('a', () => process.exit(0));",
      { lastLine: '0 passed, 1 failed', code: 1 },
    ],
    [
      'counts what is thrown after the last test',
      "it('a', () => {}); after(() => setTimeout(() => { throw new Error('late'); }, 50));",
      { lastLine: '1 passed, 1 failed', code: 1 },
    ],
    [
      'counts what is left open',
      "it('a', () => {}); after(() => setInterval(() => {}, 1000));",
      { lastLine: '1 passed, 1 failed', code: 1 },
    ],
  ];
  for (const [title, text, outcome] of cases) {
    it(title, async () => {
      const file = await written('case', text);
      expect(await run('node_modules/mocha/bin/mocha.js', file)).to.deep.equal(outcome);
    });
  }

  const sums: readonly (readonly [string, readonly string[], Outcome])[] = [
    [
      'is the sum of runs side by side',
      ["it('a', () => {}); it('b', () => {});", "it('a', () => {});"],
      { lastLine: '3 passed, 0 failed', code: 0 },
    ],
    [
      'counts what failed in any of them',
      ["it('a', () => {});", "it('a', () => {}); it('b', () => { throw 1; });"],
      { lastLine: '2 passed, 1 failed', code: 1 },
    ],
    [
      'counts a run of them that is broken off',
      ["it('a', () => {});", "process.kill(process.pid, 'SIGKILL');"],
      { lastLine: '1 passed, 1 failed', code: 1 },
    ],
  ];
  for (const [title, texts, outcome] of sums) {
    it(title, async () => {
      const files = await Promise.all(texts.map((text, index) => written(`side-${index}`, text)));
      const [first = '', ...others] = files;
      const runs = [first, ...others.flatMap((file) => ['--', file])];
      expect(await run('test/support/side-by-side.mjs', ...runs)).to.deep.equal(outcome);
    });
  }

  async function written(name: string, text: string): Promise<string> {
    const file = join(folder, `${name}.spec.mjs`);
    await writeFile(file, text);
    return file;
  }
});

async function run(...command: readonly string[]): Promise<Outcome> {
  const mocha = promisify(execFile)(process.execPath, [...command]);
  const { stdout, code } = await mocha.then(
    (done) => ({ stdout: done.stdout, code: 0 }),
    (failure: { readonly stdout: string; readonly code: number }) => failure,
  );
  return { lastLine: stdout.trimEnd().split('\n').at(-1), code };
}
