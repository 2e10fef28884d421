import { Hono, type Context } from 'hono';
import { inject, multiInject, optional } from 'inversify';
import type { ServiceIdentifier } from 'inversify';
import { z } from 'zod';

import { SferumError, type SferumErrorCode } from '../errors.js';
import { HostHttp, HostLogger } from '../host/host-services.js';
import { HostSession } from '../host/host-session.js';
import { ApiRoutes, PublicRoutes, type ApiEnvironment } from './api-routes.js';
import { requestBorder } from './request-border.js';
import {
  FOREIGN_ORIGIN_TEXT,
  INTERNAL_TEXT,
  NOT_FOUND_TEXT,
  REQUEST_INVALID_TEXT,
  SIGNED_OUT_TEXT,
} from './windows-api-text.js';

/** The windows' API: one handler mounted at the host, made of the features' routes. */
export interface WindowsApi {
  mount(): void;
  unmount(): void;
}
export const WindowsApi = Symbol('WindowsApi') as ServiceIdentifier<WindowsApi>;

type Status = 400 | 401 | 403 | 404 | 409 | 429 | 500 | 502;

const STATUS: Partial<Record<SferumErrorCode, Status>> = {
  SFERUM_SIGNED_OUT: 401,
  SFERUM_RIGHT_MISSING: 403,
  SFERUM_NOT_FOUND: 404,
  SFERUM_REQUEST_INVALID: 400,
  SFERUM_CONFLICT: 409,
  SFERUM_TOO_SOON: 429,
  SFERUM_CHAT_DEFAULT_NOT_DELETABLE: 409,
  SFERUM_CONFERENCE_STATE: 409,
  SFERUM_LINK_STATE_INVALID: 409,
  SFERUM_LINK_TAKEN: 409,
  SFERUM_LINK_ALREADY: 409,
  SFERUM_UNLINK_STOPS_CHATS: 409,
  SFERUM_IDENTITY_PROVIDER: 502,
};

export class HonoWindowsApi implements WindowsApi {
  private unmountHandler: (() => void) | undefined;

  constructor(
    @inject(HostHttp) private readonly http: HostHttp,
    @inject(HostSession) private readonly sessions: HostSession,
    @inject(HostLogger) private readonly logger: HostLogger,
    @multiInject(ApiRoutes) private readonly routes: ApiRoutes[],
    @multiInject(PublicRoutes) @optional() private readonly publicRoutes: PublicRoutes[] = [],
  ) {}

  mount(): void {
    if (this.unmountHandler !== undefined) return;
    const app = this.app();
    this.unmountHandler = this.http.mount(async (request) => app.fetch(request));
  }

  unmount(): void {
    this.unmountHandler?.();
    this.unmountHandler = undefined;
  }

  private app(): Hono<ApiEnvironment> {
    const app = new Hono<ApiEnvironment>();
    for (const check of requestBorder) app.use('*', check);
    const open = new Hono();
    for (const routes of this.publicRoutes) routes.registerPublic(open);
    // The address is the secret: neither it nor what is said of it goes into the log.
    open.onError((error, context) => {
      this.logger.error('a request without a session failed', { error: error.name });
      return context.body(null, 500);
    });
    app.route('/', open);
    app.use('*', async (context, next) => {
      this.refuseForeign(context.req.raw);
      const session = await this.sessions.current(context.req.raw);
      if (session === undefined) {
        // Somebody who comes back from another site sees the login, not a bare answer.
        if (isNavigation(context.req.raw)) return context.redirect(this.http.desktopUrl);
        throw new SferumError('SFERUM_SIGNED_OUT', SIGNED_OUT_TEXT);
      }
      context.set('session', session);
      await next();
      // A proxy that compresses would keep messages of a stream back.
      const streams = context.res.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
      context.header('Cache-Control', streams ? 'no-store, no-transform' : 'no-store');
    });
    for (const routes of this.routes) routes.register(app);
    app.notFound(() => {
      throw new SferumError('SFERUM_NOT_FOUND', NOT_FOUND_TEXT);
    });
    app.onError((error, context) => this.answer(error, context));
    return app;
  }

  /** A page of another site must not act in the name of whoever is signed in here. */
  private refuseForeign(request: Request): void {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    const origin = request.headers.get('origin');
    const site = request.headers.get('sec-fetch-site');
    const own =
      origin === null ? site === null || site === 'same-origin' : origin === new URL(this.http.baseUrl).origin;
    if (!own) throw new SferumError('SFERUM_REQUEST_INVALID', FOREIGN_ORIGIN_TEXT);
  }

  private answer(error: Error, context: Context<ApiEnvironment>): Response {
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      return failure(context, 400, 'SFERUM_REQUEST_INVALID', REQUEST_INVALID_TEXT, {
        problems: error instanceof z.ZodError ? error.issues.map((issue) => issue.path.join('.')) : [],
      });
    }
    if (error instanceof SferumError) {
      return failure(context, STATUS[error.code] ?? 500, error.code, error.message, error.fields);
    }
    this.logger.error('a request failed', { path: context.req.path, error: String(error), stack: error.stack });
    return failure(context, 500, 'SFERUM_INTERNAL', INTERNAL_TEXT);
  }
}

/** The browser asks for a page, not a window for data. */
function isNavigation(request: Request): boolean {
  return request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate';
}

function failure(
  context: Context<ApiEnvironment>,
  status: Status,
  code: SferumErrorCode,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): Response {
  return context.json({ error: { code, message, fields } }, status);
}
