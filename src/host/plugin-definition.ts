import type { ContainerModule, ServiceIdentifier } from 'inversify';

/** Version of this contract. A manifest names the range of it that the plugin works with. */
export const HOST_API_VERSION = '1.1.0';

/** The default export of the module that the manifest calls `server`. */
export interface PluginDefinition {
  /** Equal to the manifest's `id`. */
  readonly id: string;
  /** Loaded by the host, in this order, into a container that already has the host's services. */
  readonly modules: readonly ContainerModule[];
}

/**
 * Bound once by the plugin. The host calls `start` after every contribution was collected, and `stop` before it ends.
 */
export interface PluginLifecycle {
  /**
   * Checks the settings, migrates, subscribes, mounts. Harmless twice.
   * @throws an error with a `code` and a message that says what to do, when it cannot work; nothing is left running then
   */
  start(): Promise<void>;
  /** Undoes `start`: unsubscribes, lets running work come to a safe point, closes connections. Harmless twice. */
  stop(): Promise<void>;
}
export const PluginLifecycle = Symbol.for('eschool.host.PluginLifecycle') as ServiceIdentifier<PluginLifecycle>;

/** `plugin.manifest.json`: what a host needs to know before any code of the plugin runs. */
export interface PluginManifest {
  readonly id: string;
  readonly title: string;
  /** Semantic version of the plugin. */
  readonly version: string;
  /** Semantic-version range of {@link HOST_API_VERSION}, e.g. `^1.0.0`. */
  readonly hostApi: string;
  /** Paths relative to the manifest. */
  readonly entry: {
    /** ES module whose default export is a {@link PluginDefinition}. */
    readonly server: string;
    /** ES module that defines the custom elements. */
    readonly web: string;
  };
  readonly migrations: string;
  readonly contributes: {
    readonly rights: readonly string[];
    readonly metaroles: readonly string[];
    readonly shortcuts: readonly string[];
    readonly menu: readonly string[];
    readonly windows: readonly string[];
    readonly organizationSettings: readonly string[];
    readonly lessonJournalButtons: readonly string[];
  };
  /** JSON Schema (2020-12) of the plugin's settings; secrets carry `"writeOnly": true`. */
  readonly settings: Readonly<Record<string, unknown>>;
}
