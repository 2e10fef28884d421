import { ContainerModule } from 'inversify';

import { Database, KnexDatabase } from './database.js';
import { Notifications, PostgresNotifications } from './notifications.js';

export const storageModule = new ContainerModule(({ bind }) => {
  bind(KnexDatabase).toSelf().inSingletonScope();
  bind(Database).toService(KnexDatabase);
  bind(PostgresNotifications).toSelf().inSingletonScope();
  bind(Notifications).toService(PostgresNotifications);
});
