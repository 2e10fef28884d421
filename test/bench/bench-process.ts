import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { BenchStage } from './bench-stage.js';

/** Starts a program of this folder beside the bench; it ends when the bench does, since its channel closes. */
export function startBenchProcess(stage: BenchStage, file: string, args: readonly string[]): ChildProcess {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--import', 'tsx', '--import', 'reflect-metadata'],
    serialization: 'advanced',
  });
  stage.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
    if (child.connected) child.disconnect();
    await exited;
    clearTimeout(patience);
  });
  return child;
}

/** The first message that `take` takes. @throws Error when the process ends before */
export function nextMessage<T>(child: ChildProcess, take: (message: unknown) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onMessage = (message: unknown): void => {
      const taken = take(message);
      if (taken === undefined) return;
      settle();
      resolve(taken);
    };
    const onExit = (code: number | null): void => {
      settle();
      reject(new Error(`a process of the bench ended by itself with code ${String(code)}`));
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
