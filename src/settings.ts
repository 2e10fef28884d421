import type { ServiceIdentifier } from 'inversify';
import { z } from 'zod';

import { SferumError } from './errors.js';

const address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

/** The settings a host keeps for the plugin. Names and meanings are public: the manifest carries this schema. */
const SettingsSchema = z.object({
  vkApplicationId: z
    .string()
    .regex(/^\d+$/)
    .describe(
      'Id of the application registered at VK ID; its trusted redirect address is <plugin address>/link/callback',
    ),
  vkIdUrl: address.default('https://id.vk.ru').describe('Address of VK ID'),
  vkApiUrl: address.default('https://api.vk.ru/method').describe('Address of the VK API methods'),
  vkApiVersion: z.string().default('5.199').describe('Version of the VK API'),
  vkScopes: z
    .array(z.string().min(1))
    .default(['vkid.personal_info', 'messages'])
    .describe('Rights asked for at VK ID; VK grants "messages" only to applications it has agreed this with'),
  vkRequestsPerSecond: z
    .number()
    .positive()
    .max(50)
    .default(3)
    .describe('Requests per second and token that VK allows'),
  vkTimeoutMs: z
    .number()
    .int()
    .min(500)
    .max(60_000)
    .default(10_000)
    .describe('Time limit of one request, milliseconds'),
  vkLateEffectMs: z
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(20_000)
    .describe('How long after the time limit VK may still carry a request out, milliseconds: an own choice'),
  messengerUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://web.vk.me/')
    .describe('Where the shortcut that opens Sferum leads'),
  tokenKeys: z
    .array(
      z.object({
        id: z.string().min(1).max(40),
        key: z.base64().refine((key) => Buffer.from(key, 'base64').length === 32, 'must be 32 bytes in base64'),
      }),
    )
    .min(1)
    .meta({ writeOnly: true })
    .describe(
      'Keys that encrypt tokens, 32 random bytes in base64 each; the first one encrypts, the others still decrypt',
    ),
  laneConcurrency: z.number().int().min(1).max(500).default(64).describe('Schools served at once by one process'),
  earlyEntryMinutes: z.number().int().min(0).max(120).default(15).describe('How long before a lesson its button opens'),
  graceMinutes: z.number().int().min(0).max(240).default(15).describe('How long after its end a lesson ends by itself'),
  lessonGraceSeconds: z
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(60)
    .describe('How long an online lesson waits for its lesson to come back into the timetable, under another id even'),
  reminderMinutes: z
    .number()
    .int()
    .min(0)
    .max(60)
    .default(5)
    .describe('How long before its start people are reminded of a conference on their desktop; 0: never'),
});

export type Settings = Readonly<z.output<typeof SettingsSchema>>;

/** Checked settings; bound as a value that is read once, at the first use. */
export interface SettingsSource {
  /** @throws SferumError `SFERUM_SETTINGS_INVALID` naming each wrong setting */
  readonly settings: Settings;
}
export const SettingsSource = Symbol('SettingsSource') as ServiceIdentifier<SettingsSource>;

/**
 * @param values as the host keeps them; unknown names are ignored
 * @throws SferumError `SFERUM_SETTINGS_INVALID`; its message names the settings, never their values
 */
export function checkSettings(values: Readonly<Record<string, unknown>>): Settings {
  const result = SettingsSchema.safeParse(values);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || '(all)'}: ${issue.message}`);
  throw new SferumError('SFERUM_SETTINGS_INVALID', `Настройки модуля «Сферум» неверны. ${problems.join('; ')}`, {
    fields: { settings: result.error.issues.map((issue) => issue.path.join('.')) },
  });
}

/** JSON Schema (2020-12) of the settings, as the manifest carries it. */
export function settingsJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(SettingsSchema, { io: 'input', target: 'draft-2020-12' });
}
