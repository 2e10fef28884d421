import { type StateDump } from '../../fixtures/vk/vk-stand-in.js';
import { StandInControl } from '../../fixtures/host/demo/stand-in-control.js';
import { nextMessage, startBenchProcess } from './bench-process.js';
import type { BenchStage } from './bench-stage.js';
import type { StandInReport } from './stand-in-process.js';
import { waitUntil } from './wait-until.js';

/** The VK stand-in in a process of its own, and when requests for its API came and went. */
export class StandInBeside {
  /** Times of arrival, {@link monotonicMs}. */
  readonly arrivedMs: number[] = [];
  readonly answeredMs: number[] = [];
  readonly control: StandInControl;

  private constructor(readonly url: string) {
    this.control = new StandInControl(url);
  }

  /** @param requestsPerSecond per token; 0: no limit */
  static async start(stage: BenchStage, requestsPerSecond: number): Promise<StandInBeside> {
    const child = startBenchProcess(stage, './stand-in-process.ts', [String(requestsPerSecond)]);
    const url = await nextMessage(child, (message) => {
      const report = message as StandInReport;
      return report.kind === 'listening' ? report.url : undefined;
    });
    const standIn = new StandInBeside(url);
    child.on('message', (message) => standIn.take(message as StandInReport));
    return standIn;
  }

  /** When the first request after `sinceMs` arrived. */
  async firstArrivalMs(sinceMs: number): Promise<number> {
    const found = (): number | undefined => this.arrivedMs.find((at) => at >= sinceMs);
    await waitUntil('a call at the messenger', () => found() !== undefined, { everyMs: 5, limitMs: 10_000 });
    return found() ?? Number.NaN;
  }

  /** How long the stand-in itself worked on requests that arrived in this time; they come one after another. */
  ownMs(sinceMs: number, untilMs: number): number {
    const within = (at: number): boolean => at >= sinceMs && at <= untilMs;
    return this.arrivedMs.reduce((sum, arrived, index) => {
      const answered = this.answeredMs[index] ?? arrived;
      return within(arrived) && within(answered) ? sum + answered - arrived : sum;
    }, 0);
  }

  async state(): Promise<StateDump> {
    return (await (await fetch(`${this.url}/state`)).json()) as StateDump;
  }

  private take(report: StandInReport): void {
    if (report.kind === 'arrived') this.arrivedMs.push(report.atMs);
    if (report.kind === 'answered') this.answeredMs.push(report.atMs);
  }
}
