import { inject } from 'inversify';

import { HostSettings } from './host/host-services.js';
import { checkSettings, type Settings, type SettingsSource } from './settings.js';

/** Checks the host's settings at their first use and keeps the result. */
export class CheckedSettings implements SettingsSource {
  private checked: Settings | undefined;

  constructor(@inject(HostSettings) private readonly host: HostSettings) {}

  get settings(): Settings {
    this.checked ??= checkSettings(this.host.values);
    return this.checked;
  }
}
