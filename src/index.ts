import type { PluginDefinition } from './host/plugin-definition.js';
import { PLUGIN_MODULES } from './plugin.js';

/** The door: what a host imports by the manifest's `entry.server`. */
const plugin: PluginDefinition = { id: 'sferum', modules: PLUGIN_MODULES };
export default plugin;

export { AccountLinkImport } from './host/account-link-import.js';
export { PersonalData } from './host/personal-data.js';
