import { expect } from 'chai';
import type { Hono } from 'hono';
import { z } from 'zod';

import { RightMissingError, SferumError, type SferumErrorCode } from '../../../src/errors.js';
import type { FetchHandler, HostHttp } from '../../../src/host/host-services.js';
import type { HostSession, SessionContext } from '../../../src/host/host-session.js';
import type { ApiEnvironment, ApiRoutes } from '../../../src/http/api-routes.js';
import { HonoWindowsApi } from '../../../src/http/windows-api.js';
import { FakeLogger } from '../../support/fake-logger.js';
import { fakeSession } from '../../support/fake-session.js';

const ORIGIN = 'https://school.example';

class FakeHttp implements HostHttp {
  readonly baseUrl = `${ORIGIN}/plugins/sferum`;
  readonly desktopUrl = `${ORIGIN}/`;
  handler: FetchHandler | undefined;
  mounts = 0;

  mount(handler: FetchHandler): () => void {
    this.mounts += 1;
    this.handler = handler;
    return () => {
      this.handler = undefined;
    };
  }
}

class FakeSessions implements HostSession {
  session: SessionContext | undefined = fakeSession('anna');

  async current(): Promise<SessionContext | undefined> {
    return Promise.resolve(this.session);
  }
}

/** Routes that answer, or fail with what the test wants. */
class FakeRoutes implements ApiRoutes {
  calls = 0;
  failure: Error | undefined;

  register(app: Hono<ApiEnvironment>): void {
    app.all('/api/thing', (context) => {
      this.calls += 1;
      if (this.failure !== undefined) throw this.failure;
      return context.json({ personId: context.get('session').personId });
    });
  }
}

describe('WindowsApi', () => {
  let http: FakeHttp;
  let sessions: FakeSessions;
  let routes: FakeRoutes;
  let logger: FakeLogger;
  let api: HonoWindowsApi;

  beforeEach(() => {
    http = new FakeHttp();
    sessions = new FakeSessions();
    routes = new FakeRoutes();
    logger = new FakeLogger();
    api = new HonoWindowsApi(http, sessions, logger, [routes]);
    api.mount();
  });

  async function ask(path: string, options: RequestInit = {}): Promise<Response> {
    const handler = http.handler ?? expect.fail('nothing is mounted');
    return handler(new Request(`http://plugin${path}`, options));
  }

  async function failureOf(response: Response): Promise<{ code: string; message: string; fields: unknown }> {
    const { error } = (await response.json()) as { error: { code: string; message: string; fields: unknown } };
    return error;
  }

  it('answers whoever is signed in, for themselves, uncached', async () => {
    const response = await ask('/api/thing');
    expect(response.status).to.equal(200);
    expect(await response.json()).to.deep.equal({ personId: 'anna' });
    expect(response.headers.get('cache-control')).to.equal('no-store');
  });

  it('asks afresh who it is at every request', async () => {
    await ask('/api/thing');
    sessions.session = fakeSession('boris');
    expect(await (await ask('/api/thing')).json()).to.deep.equal({ personId: 'boris' });
  });

  it('does nothing for who is not signed in', async () => {
    sessions.session = undefined;
    const response = await ask('/api/thing');
    expect(response.status).to.equal(401);
    expect((await failureOf(response)).code).to.equal('SFERUM_SIGNED_OUT');
    expect(routes.calls).to.equal(0);
  });

  it('answers an address it does not know', async () => {
    const response = await ask('/api/nothing');
    expect(response.status).to.equal(404);
    expect((await failureOf(response)).code).to.equal('SFERUM_NOT_FOUND');
  });

  for (const [name, headers] of [
    ['another origin', { origin: 'https://evil.example' }],
    ['a hidden origin', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
    ['an origin that begins alike', { origin: `${ORIGIN}.evil.example` }],
  ] as const) {
    it(`refuses a change from a page of ${name}`, async () => {
      const response = await ask('/api/thing', { method: 'POST', headers });
      expect(response.status).to.equal(400);
      expect((await failureOf(response)).code).to.equal('SFERUM_REQUEST_INVALID');
      expect(routes.calls).to.equal(0);
    });
  }

  for (const headers of [{ origin: ORIGIN }, { 'sec-fetch-site': 'same-origin' }]) {
    it(`takes a change from its own page: ${JSON.stringify(headers)}`, async () => {
      expect((await ask('/api/thing', { method: 'POST', headers })).status).to.equal(200);
    });
  }

  const STATUS: readonly (readonly [SferumErrorCode, number])[] = [
    ['SFERUM_SIGNED_OUT', 401],
    ['SFERUM_NOT_FOUND', 404],
    ['SFERUM_REQUEST_INVALID', 400],
    ['SFERUM_CONFLICT', 409],
    ['SFERUM_CHAT_DEFAULT_NOT_DELETABLE', 409],
    ['SFERUM_CONFERENCE_STATE', 409],
    ['SFERUM_LINK_STATE_INVALID', 409],
    ['SFERUM_LINK_TAKEN', 409],
    ['SFERUM_LINK_ALREADY', 409],
    ['SFERUM_UNLINK_STOPS_CHATS', 409],
    ['SFERUM_IDENTITY_PROVIDER', 502],
    ['SFERUM_INTERNAL', 500],
  ];
  for (const [code, status] of STATUS) {
    it(`answers ${code} with ${status} and its own words`, async () => {
      routes.failure = new SferumError(code, 'Что делать дальше.');
      const response = await ask('/api/thing');
      expect(response.status).to.equal(status);
      expect(await failureOf(response)).to.deep.equal({ code, message: 'Что делать дальше.', fields: {} });
    });
  }

  it('names the right that is missing', async () => {
    routes.failure = new RightMissingError('sferum.chat.edit');
    const response = await ask('/api/thing');
    expect(response.status).to.equal(403);
    expect((await failureOf(response)).fields).to.deep.equal({ right: 'sferum.chat.edit' });
  });

  it('names the fields of a request that does not fit, and not their values', async () => {
    const { error } = z.object({ title: z.string() }).safeParse({ title: 424_242 });
    routes.failure = error;
    const response = await ask('/api/thing');
    expect(response.status).to.equal(400);
    const text = await response.text();
    expect(text).to.include('title');
    expect(text).not.to.include('424242');
  });

  it('answers an unknown failure without a word of it, and logs it', async () => {
    routes.failure = new Error('password=hunter2');
    const response = await ask('/api/thing');
    expect(response.status).to.equal(500);
    expect(await response.text()).not.to.include('hunter2');
    expect(logger.of('error')).to.deep.equal(['a request failed']);
  });

  it('is mounted once, and unmounted twice without harm', () => {
    api.mount();
    expect(http.mounts).to.equal(1);
    api.unmount();
    api.unmount();
    expect(http.handler).to.equal(undefined);
    api.mount();
    expect(http.mounts).to.equal(2);
  });
});
