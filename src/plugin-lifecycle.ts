import { inject } from 'inversify';

import { AccountLinkStore } from './account/account-link-store.js';
import { RevocationWorker } from './account/revocation-worker.js';
import { SealedSecretStore } from './account/sealed-secret-store.js';
import { EnrollmentFeed } from './chats/enrollment-feed.js';
import { MemberComparison } from './chats/member-comparison.js';
import { ScheduleFeed } from './conferences/schedule-feed.js';
import { LaneRunner } from './delivery/lane-runner.js';
import { HostDatabase, HostLogger } from './host/host-services.js';
import type { PluginLifecycle } from './host/plugin-definition.js';
import { WindowsApi } from './http/windows-api.js';
import { SettingsSource } from './settings.js';
import { PolledDatabaseClock } from './storage/database-clock.js';
import { Database } from './storage/database.js';
import { migrate } from './storage/migrate.js';
import { Notifications } from './storage/notifications.js';

/** Start: settings, migrations, subscriptions, mount. Stop: the other way round. Both harmless twice. */
export class SferumLifecycle implements PluginLifecycle {
  private running: Promise<void> | undefined;

  constructor(
    @inject(SettingsSource) private readonly source: SettingsSource,
    @inject(HostDatabase) private readonly hostDatabase: HostDatabase,
    @inject(HostLogger) private readonly logger: HostLogger,
    @inject(Database) private readonly database: Database,
    @inject(PolledDatabaseClock) private readonly databaseClock: PolledDatabaseClock,
    @inject(Notifications) private readonly notifications: Notifications,
    @inject(SealedSecretStore) private readonly secrets: SealedSecretStore,
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
    @inject(EnrollmentFeed) private readonly feed: EnrollmentFeed,
    @inject(MemberComparison) private readonly comparison: MemberComparison,
    @inject(ScheduleFeed) private readonly schedule: ScheduleFeed,
    @inject(LaneRunner) private readonly lanes: LaneRunner,
    @inject(RevocationWorker) private readonly revocations: RevocationWorker,
    @inject(WindowsApi) private readonly api: WindowsApi,
  ) {}

  async start(): Promise<void> {
    this.running ??= this.begin();
    try {
      await this.running;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.running = undefined;
    this.api.unmount();
    await this.feed.stop();
    await this.schedule.stop();
    await this.comparison.stop();
    await this.lanes.stop();
    await this.revocations.stop();
    await this.notifications.close();
    this.databaseClock.stop();
    await this.database.close();
  }

  private async begin(): Promise<void> {
    const { vkApiUrl, vkIdUrl, vkRequestsPerSecond } = this.source.settings;
    await migrate(this.hostDatabase.connectionString);
    this.database.open();
    await this.databaseClock.start();
    await this.notifications.open();
    await this.secrets.check();
    await this.links.announceForgotten();
    this.lanes.start();
    this.revocations.start();
    await this.feed.start();
    await this.schedule.start();
    this.comparison.start();
    this.api.mount();
    this.logger.info('the plugin is running', { vkApiUrl, vkIdUrl, vkRequestsPerSecond });
  }
}
