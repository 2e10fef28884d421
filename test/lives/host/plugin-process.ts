import { fileURLToPath } from 'node:url';

import { Container } from 'inversify';
import { Subject } from 'rxjs';

import { loadPlugin, type LoadedPlugin } from '../../../fixtures/host/plugin-loader.js';
import { AccountLinkImport } from '../../../src/host/account-link-import.js';
import { HostDirectory } from '../../../src/host/host-directory.js';
import {
  HostClock,
  HostDatabase,
  HostHttp,
  HostLogger,
  HostSettings,
  type FetchHandler,
  type LogFields,
} from '../../../src/host/host-services.js';
import { HostSession, type SessionContext } from '../../../src/host/host-session.js';
import { HostStreams, type EnrollmentEvent, type ScheduleEvent } from '../../../src/host/host-streams.js';
import type { StreamName } from './outside-host-streams.js';
import type { FromPlugin, HttpAnswer, PluginQuestion, PluginStart, ToPlugin } from './plugin-process-messages.js';

/** One process of the plugin: the host's services here are thin, what they know is asked of the parent. */
const MANIFEST = fileURLToPath(new URL('../../../plugin.manifest.json', import.meta.url));
const BASE_URL = 'http://school.test/plugins/sferum';

const container = new Container();
const enrollment = new Subject<EnrollmentEvent>();
const schedule = new Subject<ScheduleEvent>();
const sessions = new Map<string, SessionContext>();
const open = new Map<number, { settle: (value: unknown) => void; fail: (error: Error) => void }>();
let asked = 0;
let skewMs = 0;
let handler: FetchHandler | undefined;
let plugin: LoadedPlugin | undefined;

function tell(message: FromPlugin): void {
  if (process.connected) process.send?.(message);
}

function askParent(
  message:
    | { kind: 'directory'; method: string; args: readonly unknown[] }
    | { kind: 'since'; stream: StreamName; position: number },
): Promise<unknown> {
  asked += 1;
  const id = asked;
  return new Promise((settle, fail) => {
    open.set(id, { settle, fail });
    tell({ ...message, id });
  });
}

function bindServices(start: PluginStart): void {
  skewMs = start.clockSkewMs;
  const directory = new Proxy({} as HostDirectory, {
    get: (_target, method) =>
      typeof method === 'string' && method !== 'then'
        ? (...args: readonly unknown[]) =>
            askParent({ kind: 'directory', method, args: args.filter(isPlain).map(withoutSignal) })
        : undefined,
  });
  const since = async function* <E>(stream: StreamName, position: number): AsyncGenerator<E> {
    yield* (await askParent({ kind: 'since', stream, position })) as readonly E[];
  };
  const streams: HostStreams = {
    enrollment,
    schedule,
    ...(start.offersSince
      ? {
          enrollmentSince: (position: number) => since<EnrollmentEvent>('enrollment', position),
          scheduleSince: (position: number) => since<ScheduleEvent>('schedule', position),
        }
      : {}),
  };
  const log = (level: string) => (message: string, fields?: LogFields) =>
    tell({ kind: 'log', line: `${level} ${message} ${fields ? safeJson(fields) : ''}` });
  container.bind(HostDirectory).toConstantValue(directory);
  container.bind(HostStreams).toConstantValue(streams);
  container.bind(HostSettings).toConstantValue({ values: start.settings });
  container.bind(HostDatabase).toConstantValue({ connectionString: start.connectionString });
  container
    .bind(HostLogger)
    .toConstantValue({ debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') });
  container.bind(HostClock).toConstantValue({
    now: () => new Date(Date.now() + skewMs),
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  });
  container.bind(HostSession).toConstantValue({
    current: async (request: Request) => sessions.get(request.headers.get('x-life-session') ?? ''),
  });
  container.bind(HostHttp).toConstantValue({
    baseUrl: BASE_URL,
    desktopUrl: 'http://school.test/',
    mount: (mounted) => {
      handler = mounted;
      return () => (handler = undefined);
    },
  });
}

function isPlain(value: unknown): boolean {
  return !(value instanceof AbortSignal) && typeof value !== 'function';
}

/** A signal cannot cross to the parent; its answers come at once anyway. */
function withoutSignal(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('signal' in value)) return value;
  const { signal: _signal, ...rest } = value;
  return rest;
}

function safeJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Error ? `${part.name}: ${part.message}` : part,
  ).slice(0, 600);
}

async function answer(question: PluginQuestion): Promise<unknown> {
  switch (question.kind) {
    case 'request':
      return request(question);
    case 'button': {
      const button = plugin?.contributions.lessonJournalButtons.find(({ id }) => id === question.buttonId);
      if (!button) throw new Error(`no button ${question.buttonId}`);
      const context = { session: question.session, lessonId: question.lessonId };
      return question.act === 'state' ? button.state(context) : button.press(context);
    }
    case 'import':
      return container.get(AccountLinkImport).import(question.links);
    case 'setting-changed':
      for (const setting of plugin?.contributions.organizationSettings ?? []) {
        await setting.changed(question.organizationId);
      }
      return undefined;
    case 'stop':
      await plugin?.lifecycle.stop();
      return undefined;
  }
}

async function request(question: PluginQuestion & { kind: 'request' }): Promise<HttpAnswer> {
  const key = String(sessions.size + 1);
  sessions.set(key, question.session);
  const headers = { 'x-life-session': key, 'content-type': 'application/json' };
  const init = question.body === undefined ? {} : { body: JSON.stringify(question.body) };
  if (!handler) throw new Error('no handler is mounted');
  // Handlers get paths relative to their mount point.
  const response = await handler(
    new Request(`http://school.test${question.path}`, { method: question.method, headers, ...init }),
  );
  const text = await response.text();
  sessions.delete(key);
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // An answer that is not JSON is handed on as it is.
  }
  return { status: response.status, body };
}

async function start(message: PluginStart): Promise<void> {
  try {
    bindServices(message);
    plugin = await loadPlugin(MANIFEST, container);
    await plugin.lifecycle.start();
    tell({ kind: 'ready' });
  } catch (error) {
    tell({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

async function carryOut(id: number, question: PluginQuestion): Promise<void> {
  try {
    tell({ kind: 'answer', id, value: await answer(question) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
    tell({ kind: 'answer', id, error: { code, message: error instanceof Error ? error.message : String(error) } });
  }
}

process.on('message', (message: ToPlugin) => {
  switch (message.kind) {
    case 'start':
      void start(message);
      return;
    case 'event':
      if (message.stream === 'enrollment') enrollment.next(message.event as EnrollmentEvent);
      else schedule.next(message.event as ScheduleEvent);
      return;
    case 'clock':
      skewMs = message.skewMs;
      return;
    case 'ask':
      void carryOut(message.id, message.question);
      return;
    case 'told': {
      const waiting = open.get(message.id);
      open.delete(message.id);
      if (message.error === undefined) waiting?.settle(message.value);
      else waiting?.fail(new Error(message.error));
    }
  }
});
process.on('disconnect', () => process.exit(0));
process.on('unhandledRejection', (error) => tell({ kind: 'log', line: `error unhandled rejection ${String(error)}` }));
