import type { ChildProcess } from 'node:child_process';

import type { KnownAccountLink } from '../../src/host/account-link-import.js';
import { nextMessage, startBenchProcess } from './bench-process.js';
import type { BenchStage } from './bench-stage.js';
import type { PluginProcessOptions, PluginProcessOrder, PluginProcessReport } from './plugin-process.js';

type ReportOf<K extends PluginProcessReport['kind']> = Extract<PluginProcessReport, { kind: K }>;

/** The plugin in a process of its own. */
export class PluginBeside {
  private constructor(
    private readonly child: ChildProcess,
    readonly started: ReportOf<'started'>,
    /** When the first look at every school is written. */
    readonly idle: Promise<ReportOf<'idle'>>,
  ) {}

  static async start(stage: BenchStage, options: PluginProcessOptions): Promise<PluginBeside> {
    const child = startBenchProcess(stage, './plugin-process.ts', [JSON.stringify(options)]);
    const idle = next(child, 'idle');
    idle.catch(() => undefined);
    return new PluginBeside(child, await next(child, 'started'), idle);
  }

  async link(links: readonly KnownAccountLink[]): Promise<void> {
    const { linked } = await this.ask({ kind: 'link', links }, 'linked');
    if (linked !== links.length) throw new Error(`only ${linked} of ${links.length} people could be linked`);
  }

  /** Sends a signal: `SIGKILL` ends it, `SIGSTOP` makes it stand still until `SIGCONT`. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async residentBytes(): Promise<number> {
    return (await this.ask({ kind: 'memory' }, 'memory')).bytes;
  }

  /** What the process has used of a processor since it began, in milliseconds. */
  async cpuMs(): Promise<number> {
    return (await this.ask({ kind: 'cpu' }, 'cpu')).ms;
  }

  private ask<K extends PluginProcessReport['kind']>(order: PluginProcessOrder, kind: K): Promise<ReportOf<K>> {
    const answer = next(this.child, kind);
    this.child.send(order);
    return answer;
  }
}

function next<K extends PluginProcessReport['kind']>(child: ChildProcess, kind: K): Promise<ReportOf<K>> {
  return nextMessage(child, (message) => {
    const report = message as PluginProcessReport;
    return report.kind === kind ? (report as ReportOf<K>) : undefined;
  });
}
