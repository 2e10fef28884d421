import { inject } from 'inversify';

import { SettingsSource } from '../../settings.js';
import type { VkSettings } from './vk-settings.js';

/** VK's part of the plugin's settings. */
export class CheckedVkSettings implements VkSettings {
  constructor(@inject(SettingsSource) private readonly source: SettingsSource) {}

  get idUrl(): string {
    return this.source.settings.vkIdUrl;
  }

  get apiUrl(): string {
    return this.source.settings.vkApiUrl;
  }

  get apiVersion(): string {
    return this.source.settings.vkApiVersion;
  }

  get applicationId(): string {
    return this.source.settings.vkApplicationId;
  }

  get scopes(): readonly string[] {
    return this.source.settings.vkScopes;
  }

  get requestsPerSecond(): number {
    return this.source.settings.vkRequestsPerSecond;
  }

  get timeoutMs(): number {
    return this.source.settings.vkTimeoutMs;
  }

  get lateEffectMs(): number {
    return this.source.settings.vkLateEffectMs;
  }
}
