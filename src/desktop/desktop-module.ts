import { ContainerModule } from 'inversify';

import {
  MenuContribution,
  OrganizationSettingContribution,
  ShortcutContribution,
  WindowContribution,
} from '../host/contribution-points.js';
import { ChatAdministratorSetting } from './chat-administrator-setting.js';
import { MENU, SHORTCUTS, WINDOWS } from './desktop-contributions.js';
import { OpenSferumShortcut } from './open-sferum-shortcut.js';

export const desktopModule = new ContainerModule(({ bind }) => {
  for (const window of WINDOWS) bind(WindowContribution).toConstantValue(window);
  for (const shortcut of SHORTCUTS) bind(ShortcutContribution).toConstantValue(shortcut);
  for (const entry of MENU) bind(MenuContribution).toConstantValue(entry);
  bind(OpenSferumShortcut).toSelf().inSingletonScope();
  bind(ShortcutContribution).toService(OpenSferumShortcut);
  bind(ChatAdministratorSetting).toSelf().inSingletonScope();
  bind(OrganizationSettingContribution).toService(ChatAdministratorSetting);
});
