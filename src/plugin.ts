import { ContainerModule } from 'inversify';

import { accountModule } from './account/account-module.js';
import { chatModule } from './chats/chat-module.js';
import { chatWindowsModule } from './chats/chat-windows-module.js';
import { CheckedSettings } from './checked-settings.js';
import { conferenceModule } from './conferences/conference-module.js';
import { deliveryModule } from './delivery/delivery-module.js';
import { desktopModule } from './desktop/desktop-module.js';
import { feedModule } from './feed/feed-module.js';
import { PluginLifecycle } from './host/plugin-definition.js';
import { httpModule } from './http/http-module.js';
import { journalModule } from './journal/journal-module.js';
import { vkMessengerModule } from './messenger/vk/vk-messenger-module.js';
import { SferumLifecycle } from './plugin-lifecycle.js';
import { rightsModule } from './rights/rights-module.js';
import { SettingsSource } from './settings.js';
import { synchronizationModule } from './synchronization/synchronization-module.js';
import { storageModule } from './storage/storage-module.js';

const baseModule = new ContainerModule(({ bind }) => {
  bind(CheckedSettings).toSelf().inSingletonScope();
  bind(SettingsSource).toService(CheckedSettings);
  bind(SferumLifecycle).toSelf().inSingletonScope();
  bind(PluginLifecycle).toService(SferumLifecycle);
});

/** The whole plugin, floor by floor. To take a feature out, take out its folder and its line. */
export const PLUGIN_MODULES: readonly ContainerModule[] = [
  baseModule,
  rightsModule,
  storageModule,
  httpModule,
  feedModule,
  vkMessengerModule,
  deliveryModule,
  accountModule,
  chatModule,
  chatWindowsModule,
  synchronizationModule,
  conferenceModule,
  journalModule,
  desktopModule,
];
