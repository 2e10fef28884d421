import { ContainerModule } from 'inversify';

import { MetaroleContribution } from '../../../src/host/contribution-points.js';
import { PluginLifecycle, type PluginDefinition } from '../../../src/host/plugin-definition.js';

const twins = new ContainerModule(({ bind }) => {
  bind(MetaroleContribution).toConstantValue({ id: 'twin.metarole', title: 'Первый' });
  bind(MetaroleContribution).toConstantValue({ id: 'twin.metarole', title: 'Второй' });
  bind(PluginLifecycle).toConstantValue({ start: async () => undefined, stop: async () => undefined });
});

/** Contributes one id twice. */
export default { id: 'twin', modules: [twins] } satisfies PluginDefinition;
