import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

import type { Bench } from './figure.js';

const BUNDLE = new URL('../../dist/web/sferum.js', import.meta.url);

/** What a browser loads before it can show a window of the plugin. */
export const webBundleBench: Bench = {
  figures: [{ name: 'web-bundle-gz-kb', unit: 'kB', target: { bound: 'below', value: 200 } }],
  limitMs: 10_000,
  async measure() {
    const bundle = await readFile(BUNDLE);
    const value = gzipSync(bundle, { level: 9 }).length / 1000;
    const note = `${(bundle.length / 1000).toFixed(0)} kB before gzip -9; as the last "npm run build" left it`;
    return { 'web-bundle-gz-kb': { value, note } };
  },
};
