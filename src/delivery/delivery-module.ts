import { ContainerModule } from 'inversify';

import { KnexDoubtStore } from './doubt-store-knex.js';
import { DoubtStore } from './doubt-store.js';
import { KnexLaneStore } from './lane-store-knex.js';
import { LaneStore } from './lane-store.js';
import { LaneRunner, LeasedLaneRunner } from './lane-runner.js';

export const deliveryModule = new ContainerModule(({ bind }) => {
  bind(KnexLaneStore).toSelf().inSingletonScope();
  bind(LaneStore).toService(KnexLaneStore);
  bind(KnexDoubtStore).toSelf().inSingletonScope();
  bind(DoubtStore).toService(KnexDoubtStore);
  bind(LeasedLaneRunner).toSelf().inSingletonScope();
  bind(LaneRunner).toService(LeasedLaneRunner);
});
