import { inject } from 'inversify';

import { EnrollmentFeed } from '../chats/enrollment-feed.js';
import { everythingScope } from '../chats/roster-scope.js';
import type { OrganizationSettingContribution } from '../host/contribution-points.js';
import { CHAT_ADMINISTRATOR_METAROLE, CHAT_ADMINISTRATOR_SETTING } from '../rights/rights.js';

/** Field «Администратор чатов «Сферум»»: the person joins every chat of the organisation, the one before leaves. */
export class ChatAdministratorSetting implements OrganizationSettingContribution {
  readonly id = CHAT_ADMINISTRATOR_SETTING;
  readonly label = 'Администратор чатов «Сферум»';
  readonly help =
    'Состоит во всех чатах организации; от его учебного профиля VK ID создаются чаты. Получает все права модуля «Сферум».';
  readonly picker = 'administrators';
  readonly grantsMetarole = CHAT_ADMINISTRATOR_METAROLE;

  constructor(@inject(EnrollmentFeed) private readonly feed: EnrollmentFeed) {}

  changed(organizationId: string): Promise<void> {
    this.feed.look(organizationId, everythingScope());
    return Promise.resolve();
  }
}
