import { expect } from 'chai';

import { CheckedSettings } from '../../src/checked-settings.js';
import { SferumError } from '../../src/errors.js';
import { checkSettings, settingsJsonSchema } from '../../src/settings.js';
import { VALID_SETTINGS } from '../support/fake-settings.js';

const SECRET = Buffer.alloc(31, 's').toString('base64');

/** Settings with one wrong value each: the setting named in the message, its value. */
const WRONG: readonly (readonly [string, string, Readonly<Record<string, unknown>>])[] = [
  ['vkApplicationId', 'no number', { vkApplicationId: 'sferum' }],
  ['vkApplicationId', 'missing', { vkApplicationId: undefined }],
  ['vkIdUrl', 'no address', { vkIdUrl: 'id vk' }],
  ['vkIdUrl', 'no address of the web', { vkIdUrl: 'ftp://id.vk.ru' }],
  ['vkApiUrl', 'no address', { vkApiUrl: 5 }],
  ['vkApiVersion', 'no text', { vkApiVersion: 5.199 }],
  ['vkScopes', 'no list', { vkScopes: 'messages' }],
  ['vkScopes.1', 'an empty scope', { vkScopes: ['messages', ''] }],
  ['vkRequestsPerSecond', 'zero', { vkRequestsPerSecond: 0 }],
  ['vkRequestsPerSecond', 'too large', { vkRequestsPerSecond: 51 }],
  ['vkTimeoutMs', 'too short', { vkTimeoutMs: 499 }],
  ['vkTimeoutMs', 'no whole number', { vkTimeoutMs: 1_000.5 }],
  ['messengerUrl', 'a script', { messengerUrl: 'javascript:alert(1)' }],
  ['tokenKeys', 'missing', { tokenKeys: undefined }],
  ['tokenKeys', 'empty', { tokenKeys: [] }],
  ['tokenKeys.0.key', 'a short key', { tokenKeys: [{ id: 'first', key: SECRET }] }],
  ['tokenKeys.0.key', 'no base64', { tokenKeys: [{ id: 'first', key: 'секретный ключ' }] }],
  ['tokenKeys.0.id', 'no id', { tokenKeys: [{ ...VALID_SETTINGS.tokenKeys[0], id: '' }] }],
  ['laneConcurrency', 'zero', { laneConcurrency: 0 }],
  ['earlyEntryMinutes', 'negative', { earlyEntryMinutes: -1 }],
  ['graceMinutes', 'too large', { graceMinutes: 241 }],
  ['lessonGraceSeconds', 'no whole number', { lessonGraceSeconds: 0.5 }],
];

function refusal(values: Readonly<Record<string, unknown>>): SferumError {
  try {
    checkSettings(values);
  } catch (error) {
    if (error instanceof SferumError) return error;
    throw error;
  }
  return expect.fail('the settings were taken');
}

describe('checkSettings', () => {
  it('fills in what is not said', () => {
    const settings = checkSettings(VALID_SETTINGS);
    expect(settings.vkApiVersion).to.equal('5.199');
    expect(settings.vkRequestsPerSecond).to.equal(3);
    expect(settings.earlyEntryMinutes).to.equal(15);
    expect(settings.graceMinutes).to.equal(15);
    expect(settings.lessonGraceSeconds).to.equal(60);
    expect(settings.vkScopes).to.include('messages');
  });

  it('cuts slashes off the end of addresses to which paths are added', () => {
    const settings = checkSettings({
      ...VALID_SETTINGS,
      vkIdUrl: 'http://localhost:1//',
      vkApiUrl: 'http://a/method/',
    });
    expect(settings.vkIdUrl).to.equal('http://localhost:1');
    expect(settings.vkApiUrl).to.equal('http://a/method');
  });

  it('leaves settings of other modules aside', () => {
    expect(checkSettings({ ...VALID_SETTINGS, color: 'green' })).not.to.have.property('color');
  });

  for (const [name, what, values] of WRONG) {
    it(`names ${name} when it is wrong: ${what}`, () => {
      const error = refusal({ ...VALID_SETTINGS, ...values });
      expect(error.code).to.equal('SFERUM_SETTINGS_INVALID');
      expect(error.message).to.include(`${name}:`);
      expect([...new Set(error.fields['settings'] as string[])]).to.deep.equal([name]);
    });
  }

  it('names every wrong setting at once', () => {
    const error = refusal({ ...VALID_SETTINGS, vkIdUrl: 'x', graceMinutes: -1, tokenKeys: [] });
    expect(error.fields['settings']).to.have.members(['vkIdUrl', 'tokenKeys', 'graceMinutes']);
  });

  it('never says a secret', () => {
    for (const key of [SECRET, 'очень секретный ключ', 42_424_242]) {
      const error = refusal({ ...VALID_SETTINGS, tokenKeys: [{ id: 'first', key }] });
      expect(error.message).not.to.include(String(key));
      expect(JSON.stringify(error.fields)).not.to.include(String(key));
    }
  });
});

describe('CheckedSettings', () => {
  it('checks at the first use, once', () => {
    let reads = 0;
    const host = {
      get values(): Readonly<Record<string, unknown>> {
        reads += 1;
        return VALID_SETTINGS;
      },
    };
    const source = new CheckedSettings(host);
    expect(reads).to.equal(0);
    expect(source.settings).to.equal(source.settings);
    expect(reads).to.equal(1);
  });

  it('refuses each time while the settings are wrong', () => {
    const source = new CheckedSettings({ values: {} });
    expect(() => source.settings).to.throw(SferumError, 'vkApplicationId');
    expect(() => source.settings).to.throw(SferumError, 'tokenKeys');
  });
});

describe('settingsJsonSchema', () => {
  it('marks the keys as secret and asks for what has no default', () => {
    const schema = settingsJsonSchema() as {
      properties: Record<string, { writeOnly?: boolean; description?: string }>;
      required: string[];
    };
    expect(schema.properties['tokenKeys']?.writeOnly).to.equal(true);
    expect(schema.required).to.have.members(['vkApplicationId', 'tokenKeys']);
  });

  it('explains every setting', () => {
    const { properties } = settingsJsonSchema() as { properties: Record<string, { description?: string }> };
    for (const [name, { description }] of Object.entries(properties)) expect(description, name).to.be.a('string');
  });
});
