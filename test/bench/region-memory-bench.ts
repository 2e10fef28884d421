import { setTimeout as delay } from 'node:timers/promises';

import type { Bench } from './figure.js';
import { PluginBeside } from './plugin-beside.js';

/** A fifth of a school's pupils: a first look at a million takes many minutes here, and memory at rest holds no pupil. */
const REGION = { schools: 1000, classes: 40, studentsPerClass: 5, guardians: 2, administrators: false };
const SETTLE_MS = 10_000;

/** A process with the plugin alone, a thousand schools looked at, nothing going on. */
export const regionMemoryBench: Bench = {
  figures: [{ name: 'region-rss-mb', unit: 'MB', target: { bound: 'below', value: 300 } }],
  limitMs: 420_000,
  async measure(stage) {
    const studentsPerClass = Math.max(1, Math.round(REGION.studentsPerClass * stage.options.scale));
    const size = { ...REGION, studentsPerClass };
    const plugin = await PluginBeside.start(stage, { connectionString: await stage.database(), size });
    const { ms } = await plugin.idle;
    const peak = await plugin.residentBytes();
    await delay(SETTLE_MS);
    const value = (await plugin.residentBytes()) / 1e6;
    const pupils = size.schools * size.classes * studentsPerClass;
    const note = `${size.schools} schools, ${pupils} pupils; ${SETTLE_MS / 1000} s after the first look (${(ms / 1000).toFixed(0)} s, ${(peak / 1e6).toFixed(0)} MB at its end); floor: before start()`;
    return { 'region-rss-mb': { value, floor: plugin.started.bytesBefore / 1e6, note } };
  },
};
