import type { ServiceIdentifier } from 'inversify';

/** Metaroles every host has. Plugins add theirs by `MetaroleContribution`. */
export const HOST_METAROLES = {
  superAdministrator: 'super-administrator',
  organizationAdministrator: 'organization-administrator',
} as const;

/** Who sends a request, and what they may do, at the moment of asking. */
export interface SessionContext {
  /** Opaque id of the browser session; a one-time `state` is bound to it. */
  readonly sessionId: string;
  readonly personId: string;
  /** The organisation the person works in right now. Scope of every action, except for super-administrators. */
  readonly organizationId: string;
  readonly metaroles: readonly string[];
  /** Effective rights: those of the person's roles, metarole defaults included. */
  readonly rights: ReadonlySet<string>;
}

export interface HostSession {
  /**
   * @param request the request as it reached the plugin's handler
   * @returns who sends it, freshly computed (a changed role obeys on the next request), or undefined when nobody is signed in
   */
  current(request: Request): Promise<SessionContext | undefined>;
}
export const HostSession = Symbol.for('eschool.host.HostSession') as ServiceIdentifier<HostSession>;
