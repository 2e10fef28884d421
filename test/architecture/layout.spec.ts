import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'chai';

const TOP_LEVEL = [
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'plugin.manifest.json', 'README.md', 'CHANGELOG.md'],
  ...['src', 'migrations', 'test', 'fixtures', 'docs', '.ci', '.gitignore', '.git'],
];
const CODE = /\.(ts|js|mjs|cjs)$/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.(spec|contract|config|d))?\.(ts|js|mjs|cjs)$/;
const SAYS_NOTHING = /^(utils?|helpers?|common|shared|types?|lib|libs|misc|stuff|tools?)(\.|$)/;
const DOORS = ['src/index.ts', 'src/web/index.ts'];
const BUILT = ['node_modules', 'dist'];

describe('layout', () => {
  let files: readonly string[];
  before(async () => {
    files = (await Promise.all(['src', 'test', 'fixtures', 'migrations'].map(filesIn))).flat();
    expect(files).to.include('src/errors.ts');
  });

  it('has nothing at the top but what the house names', async () => {
    const ignored = (await readFile('.gitignore', 'utf8')).split('\n').map((line) => line.replace(/\/$/, ''));
    const surplus = (await readdir('.')).filter((name) => !TOP_LEVEL.includes(name) && !ignored.includes(name));
    expect(surplus).to.deep.equal([]);
  });

  it('names code files in kebab case', () => {
    const code = files.filter((path) => CODE.test(path) && !path.startsWith('migrations/'));
    expect(code.filter((path) => !KEBAB_CASE.test(basename(path)))).to.deep.equal([]);
  });

  it('names no file or folder by a word that says nothing', () => {
    expect(files.filter((path) => path.split('/').some((part) => SAYS_NOTHING.test(part)))).to.deep.equal([]);
  });

  it('has no index file but the two doors', () => {
    const indexes = files.filter((path) => /(^|\/)index\.(ts|js)$/.test(path));
    expect(indexes.filter((path) => !DOORS.includes(path))).to.deep.equal([]);
  });

  it('names migrations <timestamp>_<verb>_<object>.js and has them checked by the compiler', async () => {
    const migrations = files.filter((path) => path.startsWith('migrations/'));
    expect(migrations.filter((path) => !/^\d{14}_[a-z]+(_[a-z0-9]+)+\.js$/.test(basename(path)))).to.deep.equal([]);
    for (const path of migrations) expect(await readFile(path, 'utf8'), path).to.match(/^\/\/ @ts-check\n/);
  });

  it('names golden cases NN-sentence-in-kebab-case.json', () => {
    const cases = files.filter((path) => path.startsWith('fixtures/plans/') && path.endsWith('.json'));
    expect(cases.filter((path) => !/^\d{2,}(-[a-z0-9]+)+\.json$/.test(basename(path)))).to.deep.equal([]);
  });

  it('keeps tests out of src and code out of the way of mocha', () => {
    const kinds = /^test\/(unit|contract|architecture|e2e)\/.*\.spec\.ts$/;
    expect(files.filter((path) => /\.(spec|test)\.[a-z]+$/.test(path) && !kinds.test(path))).to.deep.equal([]);
  });

  it('mirrors src or fixtures in test/unit', () => {
    const rooms = files.filter((path) => path.startsWith('test/unit/')).map((path) => path.slice('test/unit/'.length));
    const strangers = rooms
      .map((path) => path.split('/').slice(0, -1).join('/'))
      .filter((room) => !existsSync(join('src', room)) && !existsSync(room));
    expect([...new Set(strangers)]).to.deep.equal([]);
  });

  it('gives windows the same HostWindow as the host port has', async () => {
    const [port, web] = await Promise.all(['src/host/host-window.ts', 'src/web/host-window.ts'].map(interfacesOf));
    expect(port).to.include('interface HostWindow');
    expect(web).to.equal(port);
  });
});

async function filesIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries
    .filter(({ name }) => !BUILT.includes(name))
    .map(async (entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesIn(path) : [path];
    });
  return (await Promise.all(nested)).flat();
}

/** Without comments: they may speak to different readers. */
async function interfacesOf(path: string): Promise<string> {
  const text = await readFile(path, 'utf8');
  return text
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
}
