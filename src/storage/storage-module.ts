import { ContainerModule } from 'inversify';

import { DatabaseClock, PolledDatabaseClock } from './database-clock.js';
import { Database, KnexDatabase } from './database.js';
import { Notifications, PostgresNotifications } from './notifications.js';

export const storageModule = new ContainerModule(({ bind }) => {
  bind(KnexDatabase).toSelf().inSingletonScope();
  bind(Database).toService(KnexDatabase);
  bind(PolledDatabaseClock).toSelf().inSingletonScope();
  bind(DatabaseClock).toService(PolledDatabaseClock);
  bind(PostgresNotifications).toSelf().inSingletonScope();
  bind(Notifications).toService(PostgresNotifications);
});
