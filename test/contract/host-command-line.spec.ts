import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';

import { HELP, readCommandLine } from '../../fixtures/host/command-line.js';

const MAIN = fileURLToPath(new URL('../../fixtures/host/main.ts', import.meta.url));

describe('readCommandLine', () => {
  it('has defaults for everything', () => {
    const options = readCommandLine([], {});
    expect(options).to.deep.include({ port: 8080, dataFolder: resolve('.data'), empty: false, reset: false });
    for (const name of ['vkPort', 'vkUrl', 'databaseUrl', 'roster', 'linked'])
      expect(options).to.have.property(name, undefined);
  });

  it('reads the environment, and the command line before it', () => {
    const environment = { PORT: '9000', DATABASE_URL: 'postgres://a/b' };
    expect(readCommandLine([], environment)).to.include({ port: 9000, databaseUrl: 'postgres://a/b' });
    const args = [
      '--port',
      '9001',
      '--database',
      'postgres://c/d',
      '--linked',
      '0.25',
      '--vk',
      'http://vk',
      '--roster',
      'x',
    ];
    expect(readCommandLine(args, environment)).to.include({
      port: 9001,
      databaseUrl: 'postgres://c/d',
      linked: 0.25,
      vkUrl: 'http://vk',
      roster: resolve('x'),
    });
  });

  it('refuses what cannot be meant', () => {
    const wrong = [
      '--port 80a',
      '--port 70000',
      '--linked 2',
      '--linked x',
      '--vk ftp://x',
      '--database x',
      '--nonsense',
      'extra',
    ];
    for (const args of wrong) {
      expect(() => readCommandLine(args.split(' '), {}), args)
        .to.throw()
        .with.property('code', 'HOST_OPTION_INVALID');
    }
  });

  it('describes every option in the help', () => {
    expect(readCommandLine(['--help'], {})).to.equal('help');
    for (const option of ['roster', 'port', 'vk-port', 'vk', 'linked', 'empty', 'database', 'data', 'reset', 'help']) {
      expect(HELP).to.match(new RegExp(`^  --${option} `, 'm'));
    }
  });

  it('ends the program with one line and exit code 1', async () => {
    const { code, stdout, stderr } = await run('--port', 'eighty');
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n')).to.have.length(1);
    expect(await run('--help')).to.deep.equal({ code: 0, stdout: HELP, stderr: '' });
  });
});

function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((settle) => {
    const command = ['--import', 'tsx', '--import', 'reflect-metadata', MAIN, ...args];
    execFile(process.execPath, command, (error, stdout, stderr) =>
      settle({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}
