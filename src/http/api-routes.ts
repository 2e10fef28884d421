import type { Hono } from 'hono';
import type { ServiceIdentifier } from 'inversify';

import type { SessionContext } from '../host/host-session.js';

/** What a route finds in its context: who asks. */
export interface ApiEnvironment {
  Variables: { session: SessionContext };
}

/** A feature's routes, bound with the point {@link ApiRoutes}. Every route below `/api` and `/link` needs a session. */
export interface ApiRoutes {
  register(app: Hono<ApiEnvironment>): void;
}
export const ApiRoutes = Symbol('ApiRoutes') as ServiceIdentifier<ApiRoutes>;

/**
 * Routes for whoever knows their address, without a session: for programs that cannot sign in. Bound with the point
 * {@link PublicRoutes}. What they give must be guarded by the address itself.
 */
export interface PublicRoutes {
  registerPublic(app: Hono): void;
}
export const PublicRoutes = Symbol('PublicRoutes') as ServiceIdentifier<PublicRoutes>;
