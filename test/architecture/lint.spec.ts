import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ESLint } from 'eslint';

import { REFUSED } from './refused-texts.js';

const PROJECTS = ['.', 'src', 'src/web', 'fixtures/host/page', 'fixtures/vk/page', 'test/e2e'];
const CONFIG = 'test/architecture/eslint.config.js';

/** Each says nothing when it is content. The first takes as long as the others together. */
const TOOLS: readonly (readonly [string, readonly string[]])[] = [
  ['nothing in the whole project', ['node_modules/eslint/bin/eslint.js', '-c', CONFIG, '--max-warnings', '0', '.']],
  ['every file formatted', ['node_modules/prettier/bin/prettier.cjs', '--list-different', '.']],
  ...PROJECTS.filter((path) => existsSync(join(path, 'tsconfig.json'))).map(
    (path) =>
      [
        `that ${path === '.' ? 'node code' : path} compiles`,
        ['node_modules/typescript/bin/tsc', '-p', path, '--noEmit'],
      ] as const,
  ),
];

describe('lint', function () {
  this.timeout(240_000);
  // Begun when this file is loaded: the tools work while other tests wait for databases.
  const outputs = outputsOf(TOOLS.map(([, command]) => command));

  for (const [index, [title]] of TOOLS.entries()) {
    it(`finds ${title}`, async () => {
      const output = await outputs[index];
      expect(output?.length, output).to.equal(0);
    });
  }

  describe('refuses', () => {
    // The text differs from the file on the disk, so the compiler must look at the text.
    const parserOptions = { disallowAutomaticSingleRunInference: true };
    const eslint = new ESLint({ overrideConfigFile: CONFIG, overrideConfig: { languageOptions: { parserOptions } } });

    for (const [rule, text] of Object.entries(REFUSED)) {
      it(rule, async () => {
        const [result] = await eslint.lintText(text, { filePath: 'src/errors.ts' });
        expect(result?.messages.map(({ ruleId, message }) => ruleId ?? message)).to.include(rule.split(': ')[0]);
      });
    }
  });
});

/** The first command runs beside the others, which run one after another. */
function outputsOf([longest, ...others]: readonly (readonly string[])[]): readonly Promise<string>[] {
  const outputs = [outputOf(...(longest ?? []))];
  let before: Promise<unknown> = Promise.resolve();
  for (const command of others) {
    const output = before.then(() => outputOf(...command));
    outputs.push(output);
    before = output;
  }
  return outputs;
}

/** What the tool says, whether it is content or not. */
async function outputOf(...command: readonly string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [...command], { maxBuffer: 16 * 1024 * 1024 });
  const { stdout, stderr } = await run.catch(
    (failure: { readonly stdout: string; readonly stderr: string }) => failure,
  );
  return (stdout + stderr).trim();
}
