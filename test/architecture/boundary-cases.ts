import { dirname, join } from 'node:path';

import { FLOORS, floorRuleName } from './boundaries.config.js';

/** Path → text of a small tree. */
export type Files = Readonly<Record<string, string>>;

/** Per rule a tree that breaks it; the first file is the guilty one. Imported files that are not listed are made. */
export const BROKEN: Readonly<Record<string, Files>> = {
  'no-cycle': { 'src/chats/a.ts': "import './b.js';", 'src/chats/b.ts': "import './a.js';" },
  'everything-resolves': { 'src/chats/a.ts': "import 'no-such-package-anywhere';" },
  'host-imports-nothing-of-ours': { 'src/host/a.ts': "import type { A } from '../errors.js';" },
  'protocol-imports-nothing-of-ours': { 'src/protocol/a.ts': "import '../errors.js';" },
  'web-imports-only-protocol': { 'src/web/a.ts': "import type { A } from '../host/host-window.js';" },
  'web-uses-no-node': { 'src/web/a.ts': "import 'node:path';" },
  'node-imports-no-web': { 'fixtures/host/a.ts': "import '../../src/web/element.js';" },
  'database-only-in-stores': { 'src/chats/a.ts': "import type { Knex } from 'knex';" },
  'rules-and-plans-are-pure': { 'src/chats/chat-plan.ts': "import type { Observable } from 'rxjs';" },
  'rules-and-plans-use-no-node': { 'src/chats/membership-rules.ts': "import { randomUUID } from 'node:crypto';" },
  'rules-and-plans-know-no-effects': { 'src/chats/chat-plan.ts': "import './chat-store.js';" },
  'feeds-do-no-io': { 'src/chats/chat-feed.ts': "import './chat-store-knex.js';" },
  'messenger-behind-its-port': { 'src/chats/a.ts': "import '../messenger/vk/vk-messenger.js';" },
  'src-knows-no-test-or-fixture': { 'src/chats/a.ts': "import '../../fixtures/vk/main.js';" },
  'src-ships-what-it-imports': { 'src/chats/a.ts': "import 'only-for-developers';" },
  'src-leaves-reflect-metadata-to-the-host': { 'src/plugin.ts': "import 'reflect-metadata';" },
  'one-door': { 'src/chats/a.ts': "import '../index.js';" },
  'fixtures-host-uses-the-door': { 'fixtures/host/a.ts': "import '../../src/errors.js';" },
  'fixtures-know-nothing-of-the-plugin': { 'fixtures/vk/a.ts': "import type { A } from '../../src/host/a.js';" },
  'stand-in-knows-no-host': { 'fixtures/vk/a.ts': "import '../host/main.js';" },
  'fixtures-know-no-test': { 'fixtures/vk/a.ts': "import '../../test/support/browser.js';" },
  'migrations-import-nothing-of-ours': { 'migrations/20260101000000_add.js': "import '../src/errors.js';" },
};

/** What the house lets through. */
export const ALLOWED: Files = {
  'src/index.ts': "import './plugin.js';",
  'src/plugin.ts': "import './plugin-lifecycle.js'; import './journal/a.js'; import './web-free.json';",
  'src/plugin-lifecycle.ts': "import './settings.js';",
  'src/settings.ts': "import './errors.js'; import 'shipped';",
  'src/web-free.json': '{}',
  'src/journal/a.ts': "import type { A } from '../conferences/a.js'; import type { B } from '../protocol/a.js';",
  'src/chats/chat-store-knex.ts': "import 'knex'; import './chat-store.js'; import '../storage/database.js';",
  'src/chats/chat-plan.ts': "import type { A } from './chat-kinds.js';",
  'src/chats/chat-feed.ts': "import 'rxjs'; import './chat-store.js';",
  'src/messenger/messenger-module.ts': "import './vk/vk-messenger.js';",
  'src/web/a.ts': "import type { A } from '../protocol/a.js';",
  'fixtures/host/main.ts': "import '../../src/index.js'; import '../../src/host/a.js'; import '../vk/a.js';",
};

/** Packages that the small trees import: shipped ones and one for developers only. */
export const PACKAGES: Files = {
  'package.json': JSON.stringify({
    type: 'module',
    dependencies: { knex: '*', shipped: '*' },
    devDependencies: { rxjs: '*', 'only-for-developers': '*', 'reflect-metadata': '*' },
    peerDependencies: { rxjs: '*' },
  }),
  ...Object.fromEntries(
    ['knex', 'shipped', 'rxjs', 'only-for-developers', 'reflect-metadata'].flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' })],
      [`node_modules/${name}/index.js`, ''],
    ]),
  ),
};

/** For every room one file that imports each room it must not know, with the files it must be refused. */
export const FLOOR_CASES: readonly {
  readonly rule: string;
  readonly files: Files;
  readonly refused: readonly string[];
}[] = FLOORS.flatMap((rooms, floor) =>
  rooms.map((room) => {
    const beside = rooms.filter((other) => other !== room && (other.endsWith('/') || room.endsWith('/')));
    const refused = [...beside, ...FLOORS.slice(floor + 1).flat(), 'web/'].map(fileIn);
    const imports = refused.map((path) => `import '${room.endsWith('/') ? '../' : './'}${path.replace(/ts$/, 'js')}';`);
    return {
      rule: floorRuleName(room),
      files: { [`src/${room.endsWith('/') ? `${room}guilty.ts` : room}`]: imports.join('\n') },
      refused: refused.map((path) => `src/${path}`),
    };
  }),
);

function fileIn(room: string): string {
  return room.endsWith('/') ? `${room}a.ts` : room;
}

/** Empty files for relative imports, so that a tree above names only what matters. */
export function importedFiles(files: Files): Files {
  const imported: Record<string, string> = {};
  for (const [path, text] of Object.entries(files)) {
    for (const [, specifier] of text.matchAll(/'(\.[^']+)\.js'/g)) {
      imported[join(dirname(path), `${specifier}.ts`)] = 'export type A = string; export type B = string;';
    }
  }
  return imported;
}
