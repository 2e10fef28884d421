import type { ServiceIdentifier } from 'inversify';

/** Settings of the plugin as the host keeps them; the plugin checks them once at start against its own schema. */
export interface HostSettings {
  /** Raw values by name, as the manifest's settings schema calls them. Secrets included: never log it. */
  readonly values: Readonly<Record<string, unknown>>;
}
export const HostSettings = Symbol.for('eschool.host.HostSettings') as ServiceIdentifier<HostSettings>;

export type LogFields = Readonly<Record<string, unknown>>;
/** Structured log: a stable message, the variable parts as fields. Fields never hold tokens or names of people. */
export interface HostLogger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
export const HostLogger = Symbol.for('eschool.host.HostLogger') as ServiceIdentifier<HostLogger>;

/** Time, so that tests can hold it. */
export interface HostClock {
  now(): Date;
  /** Calls back once after `delayMs`; the returned function cancels and may be called again without harm. */
  after(delayMs: number, callback: () => void): () => void;
}
export const HostClock = Symbol.for('eschool.host.HostClock') as ServiceIdentifier<HostClock>;

/** Where the plugin's tables live. The plugin opens its own pool and owns the schema `sferum` there. */
export interface HostDatabase {
  /** `postgres://…`, PostgreSQL 15 or newer, with the right to create a schema. */
  readonly connectionString: string;
}
export const HostDatabase = Symbol.for('eschool.host.HostDatabase') as ServiceIdentifier<HostDatabase>;

/** A web-standard handler: gets paths relative to the mount point, with a leading slash. */
export type FetchHandler = (request: Request) => Promise<Response>;

export interface HostHttp {
  /**
   * Absolute address under which the handler is reachable from a browser, without a trailing slash,
   * for example `https://school.example/plugins/sferum`.
   */
  readonly baseUrl: string;
  /** Absolute address of the host's desktop page: where a person returns to after signing in elsewhere. */
  readonly desktopUrl: string;
  /**
   * Mounts the plugin's handler under {@link baseUrl}. Bodies of answers may be streams that stay open
   * (server-sent events); the host aborts `request.signal` when the browser goes away.
   * @returns a function that unmounts; harmless twice
   */
  mount(handler: FetchHandler): () => void;
}
export const HostHttp = Symbol.for('eschool.host.HostHttp') as ServiceIdentifier<HostHttp>;
