import { ContainerModule } from 'inversify';

import { KnexLaneStore } from './lane-store-knex.js';
import { LaneStore } from './lane-store.js';
import { LaneRunner, LeasedLaneRunner } from './lane-runner.js';

export const deliveryModule = new ContainerModule(({ bind }) => {
  bind(KnexLaneStore).toSelf().inSingletonScope();
  bind(LaneStore).toService(KnexLaneStore);
  bind(LeasedLaneRunner).toSelf().inSingletonScope();
  bind(LaneRunner).toService(LeasedLaneRunner);
});
