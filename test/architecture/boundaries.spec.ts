import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';

import { ALLOWED, BROKEN, FLOOR_CASES, type Files, importedFiles, PACKAGES } from './boundary-cases.js';
import { boundaries, FLOORS } from './boundaries.config.js';
import { type BoundaryReport, cruiseBoundaries } from './cruise-boundaries.js';

const FOLDERS = ['src', 'migrations', 'fixtures', 'test'];

describe('boundaries', function () {
  this.timeout(120_000);

  describe('of this project', () => {
    let report: BoundaryReport;
    before(async () => {
      report = await cruiseBoundaries(process.cwd(), FOLDERS.filter(existsSync));
    });

    it('are read from every folder', () => {
      expect(report.modules.length).to.be.greaterThan(20);
      expect(report.modules).to.include('src/errors.ts').and.to.include('test/architecture/boundaries.spec.ts');
    });

    it('are kept', () => {
      expect(report.violations.map(({ text }) => text)).to.deep.equal([]);
    });

    it('give every room of src its floor', async () => {
      const entries = await readdir('src', { withFileTypes: true });
      const rooms = entries
        .filter((entry) => entry.isDirectory() || entry.name.endsWith('.ts'))
        .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
      expect(rooms).to.have.members(rooms.filter((name) => name === 'web/' || FLOORS.flat().includes(name)));
    });
  });

  describe('rules', () => {
    it('have a name of their own and say the way out', () => {
      const names = boundaries.forbidden.map(({ name }) => name);
      expect(new Set(names).size).to.equal(names.length);
      for (const { comment } of boundaries.forbidden) expect(comment).to.match(/\w{3,}.*\.$/);
    });

    it('are all tried below', () => {
      const tried = [...Object.keys(BROKEN), ...FLOOR_CASES.map(({ rule }) => rule)];
      expect(tried).to.include.members(boundaries.forbidden.map(({ name }) => name));
    });

    for (const [rule, files] of Object.entries(BROKEN)) {
      it(`${rule} refuses ${Object.keys(files)[0]}`, async () => {
        expect((await cruiseTree(files)).broken).to.include(rule);
      });
    }

    for (const { rule, files, refused } of FLOOR_CASES) {
      it(`${rule} refuses every room above and beside`, async () => {
        const { violations } = await cruiseTree(files);
        expect(violations.filter((violation) => violation.rule === rule).map(({ to }) => to)).to.have.members([
          ...refused,
        ]);
      });
    }

    it('let through what the house allows', async () => {
      expect((await cruiseTree(ALLOWED)).broken).to.deep.equal([]);
    });
  });
});

interface TreeReport {
  readonly broken: readonly string[];
  readonly violations: BoundaryReport['violations'];
}

async function cruiseTree(files: Files): Promise<TreeReport> {
  const root = await mkdtemp(join(tmpdir(), 'boundaries-'));
  try {
    await write(root, { ...importedFiles(files), ...files, ...PACKAGES });
    const report = await cruiseBoundaries(
      root,
      FOLDERS.filter((folder) => existsSync(join(root, folder))),
    );
    expect(report.modules).to.include(Object.keys(files)[0]);
    return { broken: [...new Set(report.violations.map(({ rule }) => rule))], violations: report.violations };
  } finally {
    await rm(root, { recursive: true });
  }
}

async function write(root: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}
