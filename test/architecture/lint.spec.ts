import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ESLint } from 'eslint';

import { REFUSED } from './refused-texts.js';

const PROJECTS = ['.', 'src', 'src/web', 'fixtures/host/page', 'fixtures/vk/page', 'test/e2e'];
const CONFIG = 'test/architecture/eslint.config.js';

describe('lint', function () {
  this.timeout(180_000);

  it('finds nothing in the whole project', async () => {
    const output = await outputOf('node_modules/eslint/bin/eslint.js', '-c', CONFIG, '--max-warnings', '0', '.');
    expect(output.length, output).to.equal(0);
  });

  it('finds every file formatted', async () => {
    const output = await outputOf('node_modules/prettier/bin/prettier.cjs', '--list-different', '.');
    expect(output.length, `npm run format mends:\n${output}`).to.equal(0);
  });

  for (const project of PROJECTS.filter((path) => existsSync(join(path, 'tsconfig.json')))) {
    it(`finds that ${project === '.' ? 'node code' : project} compiles`, async () => {
      const output = await outputOf('node_modules/typescript/bin/tsc', '-p', project, '--noEmit');
      expect(output.length, output).to.equal(0);
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

/** What the tool says, whether it is content or not. */
async function outputOf(...command: readonly string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [...command], { maxBuffer: 16 * 1024 * 1024 });
  const { stdout, stderr } = await run.catch(
    (failure: { readonly stdout: string; readonly stderr: string }) => failure,
  );
  return (stdout + stderr).trim();
}
