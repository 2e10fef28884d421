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
  /** The same of VK ID's endpoints. */
  readonly identityArrivedMs: number[] = [];
  readonly identityAnsweredMs: number[] = [];
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
    return spentMs(this.arrivedMs, this.answeredMs, sinceMs, untilMs);
  }

  /** The same of VK ID's endpoints, when the reports of so many requests have come. */
  async identityOwnMs(sinceMs: number, untilMs: number, requests: number): Promise<number> {
    const answered = (): number => this.identityAnsweredMs.filter((at) => at >= sinceMs).length;
    await waitUntil('the answers of VK ID', () => answered() >= requests, { everyMs: 1, limitMs: 10_000 });
    return spentMs(this.identityArrivedMs, this.identityAnsweredMs, sinceMs, untilMs);
  }

  async state(): Promise<StateDump> {
    return (await (await fetch(`${this.url}/state`)).json()) as StateDump;
  }

  /** Every answer of the API comes so much later, what was asked for is done at once; 0: in time again. */
  async slowDown(delayMs: number): Promise<void> {
    const fault = { method: '*', fault: 'slow', delayMs };
    const answer = await fetch(`${this.url}/control/faults`, {
      method: delayMs === 0 ? 'DELETE' : 'POST',
      ...(delayMs === 0 ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault) }),
    });
    if (!answer.ok) throw new Error(`the stand-in answered ${answer.status}`);
  }

  private take(report: StandInReport): void {
    if (report.kind === 'arrived') this.arrivedMs.push(report.atMs);
    if (report.kind === 'answered') this.answeredMs.push(report.atMs);
    if (report.kind === 'identity-arrived') this.identityArrivedMs.push(report.atMs);
    if (report.kind === 'identity-answered') this.identityAnsweredMs.push(report.atMs);
  }
}

function spentMs(
  arrivedMs: readonly number[],
  answeredMs: readonly number[],
  sinceMs: number,
  untilMs: number,
): number {
  return arrivedMs.reduce((sum, arrived, index) => {
    // The server may report an answer a moment after its reader has it.
    const answered = Math.min(answeredMs[index] ?? arrived, untilMs);
    return arrived >= sinceMs && arrived <= untilMs ? sum + answered - arrived : sum;
  }, 0);
}
