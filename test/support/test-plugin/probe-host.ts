import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startSchoolHost, type SchoolHost } from '../../../fixtures/host/school-host.js';
import { FileLogger } from '../../../fixtures/host/services/file-logger.js';
import { Shutdown } from '../../../fixtures/host/shutdown.js';
import { emptyDatabase } from '../test-database.js';
import { smallRoster } from './small-roster.js';

export const PROBE_MANIFEST = fileURLToPath(new URL('./plugin.manifest.json', import.meta.url));

/** One signed-in browser: keeps its cookie. */
export interface Browser {
  readonly cookie: string;
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export interface ProbeHost extends SchoolHost {
  readonly connectionString: string;
  signIn(personId: string, organizationId?: string): Promise<Browser>;
  /** Messages of the log so far; only after {@link stop} are they complete. */
  logged(): Promise<readonly { readonly msg: string; readonly [field: string]: unknown }[]>;
  /** Stops the host and leaves its database. */
  halt(): Promise<void>;
  stop(): Promise<void>;
}

export interface ProbeHostOptions {
  readonly manifestPath?: string;
  /** Start on what another host left. */
  readonly after?: ProbeHost;
  readonly rosterName?: string;
  readonly today?: Date;
}

/** The reference host with the probe plugin and two small schools, without a messenger. */
export async function startProbeHost(options: ProbeHostOptions = {}): Promise<ProbeHost> {
  const database = options.after === undefined ? await emptyDatabase() : undefined;
  const connectionString = options.after?.connectionString ?? database?.connectionString ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'probe-host-'));
  const logger = new FileLogger(folder, false);
  const shutdown = new Shutdown(logger);
  const today = options.today ?? new Date();
  const halt = async (): Promise<void> => {
    await shutdown.run();
    await logger.close();
  };
  const stop = async (): Promise<void> => {
    await halt();
    await rm(folder, { recursive: true, force: true });
    await database?.drop();
  };
  try {
    const host = await startSchoolHost({
      connectionString,
      port: 0,
      roster: { name: options.rosterName ?? 'small', load: async () => smallRoster(today) },
      reset: false,
      today,
      manifestPath: options.manifestPath ?? PROBE_MANIFEST,
      pluginSettings: { greeting: 'Здравствуйте' },
      logger,
      shutdown,
    });
    const logged = async () => linesOf(await readFile(join(folder, 'host.log'), 'utf8'));
    const signIn = (personId: string, organizationId = 'school-1') => openBrowser(host.url, personId, organizationId);
    return { ...host, connectionString, signIn, logged, halt, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function linesOf(log: string): { msg: string }[] {
  return log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string });
}

async function openBrowser(url: string, personId: string, organizationId: string): Promise<Browser> {
  const login = await send(url, '', 'POST', '/host/login', { personId, organizationId });
  const cookie = login.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`login of ${personId} answered ${login.status}: ${await login.text()}`);
  return { cookie, send: (method, path, body, headers) => send(url, cookie, method, path, body, headers) };
}

function send(
  url: string,
  cookie: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(url + path, {
    method,
    redirect: 'manual',
    headers: { cookie, 'content-type': 'application/json', ...headers },
    ...sent,
  });
}
