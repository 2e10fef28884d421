import { ContainerModule } from 'inversify';

import { LinkObserver } from '../account/account-link-store.js';
import { WorkSource } from '../delivery/work-source.js';
import { ApiRoutes } from '../http/api-routes.js';
import { ChatApi } from './chat-api.js';
import { KnexChatDeliveryStore } from './chat-delivery-store-knex.js';
import { ChatDeliveryStore } from './chat-delivery-store.js';
import { KnexChatRegistryStore } from './chat-registry-store-knex.js';
import { ChatRegistryStore } from './chat-registry-store.js';
import { KnexChatRuleStore } from './chat-rule-store-knex.js';
import { ChatRuleStore } from './chat-rule-store.js';
import { ChatWorkSource } from './chat-work-source.js';
import { CoalescingEnrollmentFeed, EnrollmentFeed } from './enrollment-feed.js';
import { ChatLinkObserver } from './link-observer-store-knex.js';
import { DirectoryRosterReader, RosterReader } from './roster-reader.js';
import { RosterSynchronizer, RuleRosterSynchronizer } from './roster-synchronizer.js';

export const chatModule = new ContainerModule(({ bind }) => {
  bind(KnexChatRuleStore).toSelf().inSingletonScope();
  bind(ChatRuleStore).toService(KnexChatRuleStore);
  bind(KnexChatDeliveryStore).toSelf().inSingletonScope();
  bind(ChatDeliveryStore).toService(KnexChatDeliveryStore);
  bind(KnexChatRegistryStore).toSelf().inSingletonScope();
  bind(ChatRegistryStore).toService(KnexChatRegistryStore);
  bind(DirectoryRosterReader).toSelf().inSingletonScope();
  bind(RosterReader).toService(DirectoryRosterReader);
  bind(RuleRosterSynchronizer).toSelf().inSingletonScope();
  bind(RosterSynchronizer).toService(RuleRosterSynchronizer);
  bind(CoalescingEnrollmentFeed).toSelf().inSingletonScope();
  bind(EnrollmentFeed).toService(CoalescingEnrollmentFeed);
  bind(ChatLinkObserver).toSelf().inSingletonScope();
  bind(LinkObserver).toService(ChatLinkObserver);
  bind(ChatWorkSource).toSelf().inSingletonScope();
  bind(WorkSource).toService(ChatWorkSource);
  bind(ChatApi).toSelf().inSingletonScope();
  bind(ApiRoutes).toService(ChatApi);
});
