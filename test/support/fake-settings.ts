import { checkSettings, type Settings, type SettingsSource } from '../../src/settings.js';

/** Smallest settings that are valid; the key is 32 bytes of one letter. */
export const VALID_SETTINGS = {
  vkApplicationId: '54000001',
  tokenKeys: [{ id: 'first', key: Buffer.alloc(32, 'a').toString('base64') }],
} as const;

export class FakeSettings implements SettingsSource {
  readonly settings: Settings;

  constructor(values: Readonly<Record<string, unknown>> = {}) {
    this.settings = checkSettings({ ...VALID_SETTINGS, ...values });
  }
}
