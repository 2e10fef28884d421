import { request as httpRequest } from 'node:http';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { startReferenceHost, type ReferenceHost } from '../../fixtures/host/reference-host.js';
import { emptyDatabase, type TestDatabase } from '../support/test-database.js';
import { smallRoster } from '../support/test-plugin/small-roster.js';

const TOO_LARGE = JSON.stringify({ query: 'я'.repeat(300_000) });
const TEXTS = [
  '\0',
  'a\0b',
  '',
  ' ',
  "'; drop table chat; --",
  '%',
  '_',
  '\\',
  '🙂'.repeat(50),
  '\uD800',
  '../../etc/passwd',
];
const DAYS = ['0001-01-01', '9999-12-31', '2026-02-31', '-1-01-01', '99999-01-01'];
const NUMBERS = ['-1', '0', '1.5', '1e309', '9007199254740993', 'NaN', '0x10', ''];
const VALUES: readonly unknown[] = [
  ...['a\0b', '', "'; drop table chat; --", '🙂'.repeat(50), '\uD800', '0001-01-01', '9999-12-31'],
  ...[null, true, -1, 1e308, [], {}, ['\0'], [{ personId: '\0' }], { '\0': '\0' }],
];
const SEGMENTS = [
  '%00',
  'a%00b',
  '%',
  '%ff',
  '..%2f..',
  encodeURIComponent('я'.repeat(2_000)),
  '00000000-0000-0000-0000-000000000000',
];

interface Route {
  readonly method: string;
  readonly path: string;
}

/** What no window sends, to every parameter of every route: it is refused, and nothing of it fails inside. */
describe('requests that no window sends', function () {
  this.timeout(120_000);
  let folder: string;
  let database: TestDatabase;
  let host: ReferenceHost;
  let cookie: string;
  let routes: readonly Route[];
  let keys: readonly string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sferum-hostile-'));
    database = await emptyDatabase();
    host = await startReferenceHost({
      ...{ port: 0, vkPort: 0, dataFolder: folder, databaseUrl: database.connectionString, warnings: false },
      roster: { name: 'small', load: async () => smallRoster(new Date()) },
    });
    cookie = await logIn();
    routes = await routesOfTheCode();
    keys = await keysOfTheSchemas();
  });
  after(async () => {
    await host?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function logIn(): Promise<string> {
    const people = z.object({ suggested: z.array(z.object({ personId: z.string(), organizationId: z.string() })) });
    const roster = smallRoster(new Date());
    const employee = roster.employees.find(({ positionTypes }) => positionTypes.includes('administration'));
    const found = people.safeParse(await (await fetch(`${host.url}/host/people`)).json());
    const place = found.data?.suggested[0] ?? {
      personId: employee?.personId,
      organizationId: employee?.organizationId,
    };
    const answer = await fetch(`${host.url}/host/login`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(place) },
    });
    expect(answer.status, await answer.clone().text()).to.equal(200);
    return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }

  /** A path whose parameters are all `segment`. */
  const filled = ({ path }: Route, segment: string): string => path.replaceAll(/:[a-zA-Z]+(\{[^}]*\})?/g, segment);

  async function send(route: Route, path: string, body?: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${host.url}/plugins/sferum${path}`, {
      method: route.method,
      headers: { cookie, 'content-type': 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
      ...(body === undefined ? {} : { body }),
    });
    if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
      await answer.body?.cancel();
      return { status: answer.status, text: '' };
    }
    return { status: answer.status, text: await answer.text() };
  }

  /** The answer as it comes, also while the body is still on its way. */
  function raw(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const headers = { cookie, 'content-type': 'application/json' };
      const sent = httpRequest(`${host.url}/plugins/sferum${path}`, { method, headers, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      sent.on('error', reject).end(body);
    });
  }

  async function expectRefused(route: Route, path: string, body?: string): Promise<void> {
    const { status, text } = await send(route, path, body);
    const what = `${route.method} ${path.slice(0, 200)} ${(body ?? '').slice(0, 200)}: ${status} ${text.slice(0, 200)}`;
    expect(status, what).to.be.below(500);
  }

  it('are tried on every route of the code', () => {
    expect(routes.length).to.be.above(50);
    expect(keys).to.include.members(['personId', 'date', 'query', 'revision', 'members', 'requestId']);
  });

  it('in a path', async () => {
    for (const route of routes.filter(({ path }) => path.includes(':'))) {
      for (const segment of SEGMENTS)
        await expectRefused(route, filled(route, segment), route.method === 'GET' ? undefined : '{}');
    }
  });

  it('in a query', async () => {
    for (const route of routes.filter(({ method }) => method === 'GET')) {
      for (const value of [...TEXTS, ...DAYS, ...NUMBERS]) {
        const query = new URLSearchParams(Object.fromEntries(keys.map((key) => [key, value])));
        await expectRefused(route, `${filled(route, 'x')}?${query.toString()}`);
      }
    }
  });

  it('in a body', async () => {
    for (const route of routes.filter(({ method }) => method !== 'GET')) {
      const bodies = VALUES.map((value) => JSON.stringify(Object.fromEntries(keys.map((key) => [key, value]))));
      for (const body of [...bodies, '', 'null', '[]', '"x"', '{', '{"personId":"\\u0000"}', '\0']) {
        await expectRefused(route, filled(route, 'x'), body);
      }
    }
  });

  it('as bodies that are too large: refused with what to do, or cut off while they are sent', async () => {
    for (const route of routes.filter(({ method }) => method !== 'GET')) {
      const outcome = await raw(route.method, filled(route, 'x'), TOO_LARGE).catch((error: unknown) => String(error));
      const said = typeof outcome === 'string' ? outcome : `${outcome.status} ${outcome.text}`;
      expect(said, `${route.method} ${route.path}`).to.match(/^400|ECONNRESET|EPIPE|hang up/);
    }
  });

  for (const method of ['TRACE', 'OPTIONS', 'PATCH', 'PROPFIND']) {
    it(`by ${method}`, async () => {
      const { status } = await raw(method, '/api/chats');
      expect(status).to.be.within(400, 499);
    });
  }

  it('leave no failure in the log', async () => {
    const log = await readFile(join(folder, 'host.log'), 'utf8').catch(() => '');
    expect(log.split('\n').filter((line) => line.includes('a request failed'))).to.deep.equal([]);
  });
});

/** Every route that a feature registers, by what its file says. */
async function routesOfTheCode(): Promise<readonly Route[]> {
  const routes: Route[] = [];
  for (const file of await sources('src')) {
    const text = await readFile(file, 'utf8');
    for (const [, method = '', path = ''] of text.matchAll(/\bapp\s*\.(get|post|put|delete)\(\s*'(\/[^']*)'/g)) {
      routes.push({ method: method.toUpperCase(), path });
    }
  }
  return routes;
}

/** Every name that a request may have, by the schemas. */
async function keysOfTheSchemas(): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const file of (await sources('src/protocol')).filter((path) => path.endsWith('protocol.ts'))) {
    const schemas = (await import(`../../${file}`)) as Record<string, unknown>;
    for (const schema of Object.values(schemas)) {
      if (schema instanceof z.ZodObject) for (const key of Object.keys(schema.shape)) names.add(key);
    }
  }
  return [...names];
}

async function sources(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
}
