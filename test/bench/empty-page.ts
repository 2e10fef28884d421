import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build, type Rolldown } from 'vite';

import windows from '../../src/web/vite.config.js';
import type { BenchStage } from './bench-stage.js';

const WEB = fileURLToPath(new URL('../../src/web/', import.meta.url));
const ENTRY = `${WEB}empty-page-entry.js`;

/** Text in the one row of the page's table. */
export const ROW = 'Одна строка';

export interface EmptyPage {
  readonly url: string;
  /** Its bundle after gzip -9. */
  readonly gzipBytes: number;
}

/** A page with the libraries of the plugin's windows, a table of one row, and nothing of the plugin. */
export async function openEmptyPage(stage: BenchStage): Promise<EmptyPage> {
  const bundle = await bundled(await librariesOf(WEB));
  const page = '<!doctype html><html lang="ru"><title>Пусто</title><script type="module" src="/page.js"></script>';
  const server = createServer((request, response) => {
    const script = request.url === '/page.js';
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(request.url === '/favicon.ico' ? '' : script ? bundle : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage.defer(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, gzipBytes: gzipSync(bundle, { level: 9 }).length };
}

/** Everything that the windows import from npm. */
async function librariesOf(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts') && name !== 'vite.config.ts');
  const sources = await Promise.all(files.map((name) => readFile(`${folder}/${name}`, 'utf8')));
  const statement = /^(?:import|export)\s(?:[\w\s{},*]+\sfrom\s)?'([^'.][^']*)';/gm;
  const imports = sources.flatMap((source) => [...source.matchAll(statement)]);
  return [...new Set(imports.flatMap(([, name]) => (name === undefined ? [] : [name])))].sort();
}

async function bundled(libraries: readonly string[]): Promise<string> {
  const entry = [
    ...libraries.map((name) => `import '${name}';`),
    `import { html, render } from 'lit';`,
    `const rows = [{ text: '${ROW}' }];`,
    'render(html`<vaadin-grid .items=${rows}><vaadin-grid-column path="text"></vaadin-grid-column></vaadin-grid>`, document.body);',
  ].join('\n');
  const result = await build({
    ...windows,
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'empty-page',
        enforce: 'pre',
        resolveId: (id) => (id === ENTRY ? ENTRY : undefined),
        load: (id) => (id === ENTRY ? entry : undefined),
      },
    ],
    build: {
      ...windows.build,
      lib: { entry: ENTRY, formats: ['es'], fileName: () => 'page.js' },
      write: false,
      emptyOutDir: false,
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]) as Rolldown.RolldownOutput[];
  const [chunk] = outputs.flatMap(({ output }) => output);
  if (chunk?.type !== 'chunk') throw new Error('the empty page was not bundled');
  return chunk.code;
}
