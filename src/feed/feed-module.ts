import { ContainerModule } from 'inversify';

import { KnexFeedPositionStore } from './feed-position-store-knex.js';
import { FeedPositionStore } from './feed-position-store.js';

export const feedModule = new ContainerModule(({ bind }) => {
  bind(KnexFeedPositionStore).toSelf().inSingletonScope();
  bind(FeedPositionStore).toService(KnexFeedPositionStore);
});
