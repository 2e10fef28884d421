import { BenchHost } from './bench-host.js';
import { SyntheticDirectory, type SyntheticSize } from './synthetic-directory.js';
import type { KnownAccountLink } from '../../src/host/account-link-import.js';

/** What a process with nothing but the plugin and a host of memory is started with, as JSON. */
export interface PluginProcessOptions {
  readonly connectionString: string;
  readonly size: SyntheticSize;
  readonly vkUrl?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export type PluginProcessOrder =
  | { readonly kind: 'link'; readonly links: readonly KnownAccountLink[] }
  | { readonly kind: 'memory' }
  | { readonly kind: 'cpu' };

export type PluginProcessReport =
  /** `start()` came back; memory before it. */
  | { readonly kind: 'started'; readonly startMs: number; readonly bytesBefore: number }
  /** The first look at every school is written. */
  | { readonly kind: 'idle'; readonly ms: number }
  | { readonly kind: 'linked'; readonly linked: number }
  /** Resident memory of the process. */
  | { readonly kind: 'memory'; readonly bytes: number }
  /** What the process has used of a processor since it began. */
  | { readonly kind: 'cpu'; readonly ms: number };

function report(message: PluginProcessReport): void {
  process.send?.(message);
}

async function obey(host: BenchHost, order: PluginProcessOrder): Promise<void> {
  if (order.kind === 'memory') report({ kind: 'memory', bytes: process.memoryUsage.rss() });
  else if (order.kind === 'cpu') {
    const { user, system } = process.cpuUsage();
    report({ kind: 'cpu', ms: (user + system) / 1000 });
  } else report({ kind: 'linked', linked: (await host.links.import(order.links)).linked });
}

const { size, ...options } = JSON.parse(process.argv[2] ?? '{}') as PluginProcessOptions;
const host = await new BenchHost({ ...options, directory: new SyntheticDirectory(size) }).load();
process.on('disconnect', () => void host.stop().then(() => process.exit(0)));
process.on('message', (order) => void obey(host, order as PluginProcessOrder));
const bytesBefore = process.memoryUsage.rss();
const startedAt = performance.now();
await host.start();
report({ kind: 'started', startMs: performance.now() - startedAt, bytesBefore });
await host.rosterIdle();
report({ kind: 'idle', ms: performance.now() - startedAt });
