import { inject } from 'inversify';

import { LINKED_FLAG } from '../account/account-desktop-state.js';
import type { HostTarget, ShortcutContribution } from '../host/contribution-points.js';
import { SettingsSource } from '../settings.js';
import { OPEN_ICON } from './icons.js';

/** «Перейти в Сферум»: for who is linked; where it leads is a setting. */
export class OpenSferumShortcut implements ShortcutContribution {
  readonly id = 'sferum.shortcut.open';
  readonly title = 'Перейти в Сферум';
  readonly icon = OPEN_ICON;
  readonly when = { flag: LINKED_FLAG };
  readonly order = 20;

  constructor(@inject(SettingsSource) private readonly source: SettingsSource) {}

  get target(): HostTarget {
    return { kind: 'link', href: this.source.settings.messengerUrl };
  }
}
