import { ContainerModule } from 'inversify';

import { ApiRoutes } from '../http/api-routes.js';
import { RunApi } from './run-api.js';
import { SynchronizationApi } from './synchronization-api.js';
import { ReadSynchronizationOverview, SynchronizationOverview } from './synchronization-overview.js';
import { KnexSynchronizationStore } from './synchronization-store-knex.js';
import { SynchronizationStore } from './synchronization-store.js';

export const synchronizationModule = new ContainerModule(({ bind }) => {
  bind(KnexSynchronizationStore).toSelf().inSingletonScope();
  bind(SynchronizationStore).toService(KnexSynchronizationStore);
  bind(ReadSynchronizationOverview).toSelf().inSingletonScope();
  bind(SynchronizationOverview).toService(ReadSynchronizationOverview);
  bind(SynchronizationApi).toSelf().inSingletonScope();
  bind(ApiRoutes).toService(SynchronizationApi);
  bind(RunApi).toSelf().inSingletonScope();
  bind(ApiRoutes).toService(RunApi);
});
