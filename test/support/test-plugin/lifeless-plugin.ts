import type { PluginDefinition } from '../../../src/host/plugin-definition.js';

/** Has no lifecycle and contributes nothing. */
export default { id: 'lifeless', modules: [] } satisfies PluginDefinition;
