import type { ServiceIdentifier } from 'inversify';

/** Where VK is and how it may be used. Checked by the plugin's settings before it gets here. */
export interface VkSettings {
  /** Base of VK ID without a trailing slash, for example `https://id.vk.ru`. Plain http only on loopback. */
  readonly idUrl: string;
  /** Base of the API's methods without a trailing slash, for example `https://api.vk.ru/method`. */
  readonly apiUrl: string;
  /** The API's version, `5.199`: the newest one listed. */
  readonly apiVersion: string;
  /** Number of the application at VK ID. */
  readonly applicationId: string;
  /** Rights asked for at sign-in; VK may grant fewer. */
  readonly scopes: readonly string[];
  /** Requests per second and token; VK allows a user's token 3. */
  readonly requestsPerSecond: number;
  /** Longest wait for one answer, its body included. */
  readonly timeoutMs: number;
  /** How long after that VK may still carry a request out. */
  readonly lateEffectMs: number;
}
export const VkSettings = Symbol('VkSettings') as ServiceIdentifier<VkSettings>;
