import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { SferumError } from '../errors.js';
import { SettingsSource } from '../settings.js';

/** Encrypts secrets at rest. */
export interface TokenVault {
  /** Id of the key that {@link seal} uses now. */
  readonly currentKeyId: string;
  /**
   * @param context what the secret belongs to; opening under another context fails, so that a value cannot be moved
   *   to another row
   */
  seal(plain: string, context: string): Buffer;
  /** @throws SferumError `SFERUM_SETTINGS_INVALID` when the key is not among the settings any more */
  open(sealed: Buffer, keyId: string, context: string): string;
}
export const TokenVault = Symbol('TokenVault') as ServiceIdentifier<TokenVault>;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM; a sealed value is nonce, tag, cipher text. */
export class AesTokenVault implements TokenVault {
  constructor(@inject(SettingsSource) private readonly source: SettingsSource) {}

  get currentKeyId(): string {
    const first = this.source.settings.tokenKeys[0];
    if (first === undefined) throw new SferumError('SFERUM_SETTINGS_INVALID', 'Нет ни одного ключа tokenKeys.');
    return first.id;
  }

  seal(plain: string, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key(this.currentKeyId), nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  open(sealed: Buffer, keyId: string, context: string): string {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key(keyId), nonce).setAAD(Buffer.from(context));
    decipher.setAuthTag(tag);
    return decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }

  private key(id: string): Buffer {
    const found = this.source.settings.tokenKeys.find((key) => key.id === id);
    if (found === undefined) {
      throw new SferumError(
        'SFERUM_SETTINGS_INVALID',
        `Ключ «${id}» зашифровал сохранённые токены, но его нет в настройке tokenKeys. Верните его в список.`,
      );
    }
    return Buffer.from(found.key, 'base64');
  }
}
