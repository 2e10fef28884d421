import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { FromPlugin, PluginQuestion, PluginStart, ToPlugin } from './plugin-process-messages.js';

const PROGRAM = fileURLToPath(new URL('./plugin-process.ts', import.meta.url));
const ANSWER_LIMIT_MS = 15_000;

export class PluginGoneError extends Error {}
/** The plugin answered a button or a service with an error of its own. */
export class PluginRefusedError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

/** What a process of the plugin asks of the host while it runs. */
export interface PluginProcessHost {
  directory(method: string, args: readonly unknown[]): Promise<unknown>;
  since(stream: 'enrollment' | 'schedule', position: number): readonly unknown[];
  log(line: string): void;
}

/** A process of the plugin as the host holds it: can be asked, and killed at any moment. */
export class OutsideHostProcess {
  private readonly open = new Map<number, { settle: (value: unknown) => void; fail: (error: Error) => void }>();
  private asked = 0;
  private gone = false;
  private readonly exited: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly host: PluginProcessHost,
  ) {
    this.exited = new Promise((settle) => child.once('exit', () => settle()));
    void this.exited.then(() => this.fail());
    child.on('error', () => undefined);
  }

  static async start(start: PluginStart, host: PluginProcessHost): Promise<OutsideHostProcess> {
    const child = fork(PROGRAM, {
      execArgv: ['--no-experimental-require-module', '--import', 'tsx', '--import', 'reflect-metadata'].filter(
        flagFits,
      ),
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const pipe of [child.stdout, child.stderr])
      pipe?.on('data', (text) => host.log(`output ${String(text).trim()}`));
    const own = new OutsideHostProcess(child, host);
    await new Promise<void>((ready, fail) => {
      const limit = setTimeout(() => fail(new Error('the plugin did not start within 30 s')), 30_000);
      child.on('message', (message: FromPlugin) => {
        if (message.kind === 'ready') {
          clearTimeout(limit);
          ready();
        } else if (message.kind === 'failed') {
          clearTimeout(limit);
          fail(new Error(`the plugin did not start: ${message.message}`));
        } else void own.hear(message);
      });
      void own.exited.then(() => fail(new PluginGoneError('the plugin ended while it started')));
      own.tell(start);
    }).catch(async (error: unknown) => {
      await own.kill();
      throw error;
    });
    return own;
  }

  get alive(): boolean {
    return !this.gone;
  }

  tell(message: ToPlugin): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  /** @throws PluginGoneError when the process ends first; {@link PluginRefusedError} for an error of the plugin */
  ask(question: PluginQuestion): Promise<unknown> {
    if (this.gone) return Promise.reject(new PluginGoneError('the process is gone'));
    this.asked += 1;
    const id = this.asked;
    return new Promise((settle, fail) => {
      const limit = setTimeout(() => {
        this.open.delete(id);
        fail(new PluginGoneError(`no answer within ${ANSWER_LIMIT_MS} ms: ${JSON.stringify(question).slice(0, 200)}`));
      }, ANSWER_LIMIT_MS);
      const over =
        <A>(act: (value: A) => void) =>
        (value: A) => {
          clearTimeout(limit);
          act(value);
        };
      this.open.set(id, { settle: over(settle), fail: over(fail) });
      this.tell({ kind: 'ask', id, question });
    });
  }

  /** As `kill -9`. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  async stop(): Promise<void> {
    await this.ask({ kind: 'stop' }).catch(() => undefined);
    await this.kill();
  }

  private async hear(message: FromPlugin): Promise<void> {
    switch (message.kind) {
      case 'log':
        this.host.log(message.line);
        return;
      case 'directory':
      case 'since':
        try {
          const value =
            message.kind === 'since'
              ? this.host.since(message.stream, message.position)
              : await this.host.directory(message.method, message.args);
          this.tell({ kind: 'told', id: message.id, value });
        } catch (error) {
          this.tell({ kind: 'told', id: message.id, error: String(error) });
        }
        return;
      case 'answer': {
        const waiting = this.open.get(message.id);
        this.open.delete(message.id);
        if (message.error) waiting?.fail(new PluginRefusedError(message.error.code, message.error.message));
        else waiting?.settle(message.value);
        return;
      }
      case 'ready':
      case 'failed':
    }
  }

  private fail(): void {
    this.gone = true;
    for (const { fail } of this.open.values()) fail(new PluginGoneError('the process is gone'));
    this.open.clear();
  }
}

/** Older releases of Node do not know the flag. */
function flagFits(flag: string): boolean {
  return flag !== '--no-experimental-require-module' || process.allowedNodeEnvironmentFlags.has(flag);
}
