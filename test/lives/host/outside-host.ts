import { HOST_METAROLES, type SessionContext } from '../../../src/host/host-session.js';
import type { OutsideHostDirectory } from './outside-host-directory.js';
import { OutsideHostProcess, PluginGoneError, type PluginProcessHost } from './outside-host-process.js';
import type { OutsideHostSchool } from './outside-host-school.js';
import { OutsideHostStreams } from './outside-host-streams.js';
import type { HttpAnswer, PluginQuestion } from './plugin-process-messages.js';
import type { SeededChoices } from '../seeded-choices.js';

export interface OutsideHostOptions {
  readonly connectionString: string;
  /** Asked at each start. */
  readonly settings: () => Readonly<Record<string, unknown>>;
  readonly offersSince: boolean;
  readonly allRights: readonly string[];
}

const TEACHER_RIGHTS = ['sferum.registry.open', 'sferum.lesson.create', 'sferum.lesson.connect', 'sferum.lesson.end'];

/** A host for several schools: keeps them in memory, and runs the plugin in one or two processes. */
export class OutsideHost implements PluginProcessHost {
  readonly streams: OutsideHostStreams;
  readonly logLines: string[] = [];
  private processes: OutsideHostProcess[] = [];
  private skewMs = 0;
  private closed = false;

  constructor(
    readonly school: OutsideHostSchool,
    private readonly own: OutsideHostDirectory,
    private readonly choices: SeededChoices,
    private readonly options: OutsideHostOptions,
  ) {
    this.streams = new OutsideHostStreams(choices.branch('streams'), (stream, event) => {
      for (const one of this.processes) one.tell({ kind: 'event', stream, event });
    });
  }

  get running(): number {
    return this.living().length;
  }

  /** The life is over: whatever still goes on in it starts no process any more. */
  async close(): Promise<void> {
    this.closed = true;
    await this.killAll();
  }

  async startProcess(): Promise<void> {
    if (this.closed) throw new PluginGoneError('the host is closed');
    const { connectionString, settings, offersSince } = this.options;
    const start = {
      kind: 'start',
      connectionString,
      settings: settings(),
      offersSince,
      clockSkewMs: this.skewMs,
    } as const;
    this.processes.push(await OutsideHostProcess.start(start, this));
  }

  async killProcess(): Promise<void> {
    const [first] = this.living();
    await first?.kill();
    this.processes = this.living();
  }

  async killAll(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.kill()));
    this.processes = [];
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.living().map((one) => one.stop()));
    this.processes = [];
  }

  setClock(skewMs: number): void {
    this.skewMs = skewMs;
    for (const one of this.processes) one.tell({ kind: 'clock', skewMs });
  }

  /** Any living process answers; after a crash the next one is started. */
  async ask(question: PluginQuestion): Promise<unknown> {
    if (this.living().length === 0) await this.startProcess();
    return this.choices.oneOf(this.living()).ask(question);
  }

  async request(session: SessionContext, method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    return (await this.ask({ kind: 'request', method, path, body, session })) as HttpAnswer;
  }

  session(organizationId: string, personId: string): SessionContext {
    const employee = this.school.employee(organizationId, personId);
    const administers = employee?.positionTypes.includes('administration') ?? false;
    const chosen = this.school.organization(organizationId).administratorId === personId;
    return {
      sessionId: `session-${personId}`,
      personId,
      organizationId,
      metaroles: [
        ...(administers ? [HOST_METAROLES.organizationAdministrator] : []),
        ...(chosen ? ['sferum.chat-administrator'] : []),
      ],
      rights: new Set(
        administers || chosen ? this.options.allRights : employee ? TEACHER_RIGHTS : TEACHER_RIGHTS.slice(0, 1),
      ),
    };
  }

  async directory(method: string, args: readonly unknown[]): Promise<unknown> {
    const read = this.own[method as keyof OutsideHostDirectory] as
      ((...all: readonly unknown[]) => unknown) | undefined;
    if (typeof read !== 'function') throw new Error(`the directory has no ${method}`);
    return read.apply(this.own, [...args]);
  }

  since(stream: 'enrollment' | 'schedule', position: number): readonly unknown[] {
    return this.streams.since(stream, position);
  }

  log(line: string): void {
    this.logLines.push(`${new Date().toISOString().slice(14, 23)} ${line}`);
    if (this.logLines.length > 3000) this.logLines.splice(0, 1000);
  }

  private living(): OutsideHostProcess[] {
    return this.processes.filter(({ alive }) => alive);
  }
}
