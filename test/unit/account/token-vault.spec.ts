import { expect } from 'chai';
import fc from 'fast-check';

import { openTokens, sealTokens } from '../../../src/account/sealed-tokens.js';
import { AesTokenVault } from '../../../src/account/token-vault.js';
import { SferumError } from '../../../src/errors.js';
import { FakeSettings } from '../../support/fake-settings.js';

const FIRST = { id: 'first', key: Buffer.alloc(32, 'a').toString('base64') };
const SECOND = { id: 'second', key: Buffer.alloc(32, 'b').toString('base64') };

function vaultWith(...tokenKeys: readonly { id: string; key: string }[]): AesTokenVault {
  return new AesTokenVault(new FakeSettings({ tokenKeys }));
}

describe('TokenVault', () => {
  it('opens what it sealed, whatever it is', () => {
    const vault = vaultWith(FIRST);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, context) => {
        expect(vault.open(vault.seal(plain, context), 'first', context)).to.equal(plain);
      }),
    );
  });

  it('never seals alike, and shows nothing of the secret', () => {
    const vault = vaultWith(FIRST);
    const [one, other] = [vault.seal('secret-token', 'link:anna'), vault.seal('secret-token', 'link:anna')];
    expect(one.equals(other)).to.equal(false);
    expect(one.toString('latin1')).not.to.include('secret');
  });

  it('does not open under another context', () => {
    const vault = vaultWith(FIRST);
    expect(() => vault.open(vault.seal('secret', 'link:anna'), 'first', 'link:boris')).to.throw();
  });

  it('does not open what was changed, in any byte', () => {
    const vault = vaultWith(FIRST);
    const sealed = vault.seal('secret', 'link:anna');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => vault.open(changed, 'first', 'link:anna'), `byte ${index}`).to.throw();
    }
  });

  it('does not open what was cut off', () => {
    const vault = vaultWith(FIRST);
    const sealed = vault.seal('secret', 'link:anna');
    for (const length of [0, 11, 12, 20, 27, sealed.length - 1]) {
      expect(() => vault.open(sealed.subarray(0, length), 'first', 'link:anna'), `${length} bytes`).to.throw();
    }
  });

  it('seals with the first key and still opens with the others', () => {
    const sealed = vaultWith(FIRST).seal('secret', 'link:anna');
    const rotated = vaultWith(SECOND, FIRST);
    expect(rotated.currentKeyId).to.equal('second');
    expect(rotated.open(sealed, 'first', 'link:anna')).to.equal('secret');
    expect(() => vaultWith(FIRST).open(rotated.seal('secret', 'link:anna'), 'first', 'link:anna')).to.throw();
  });

  it('says which key is missing, and not what it was to open', () => {
    const sealed = vaultWith(FIRST).seal('secret', 'link:anna');
    expect(() => vaultWith(SECOND).open(sealed, 'first', 'link:anna'))
      .to.throw(SferumError, 'first')
      .that.has.property('code', 'SFERUM_SETTINGS_INVALID');
  });
});

describe('sealTokens', () => {
  it('keeps the secret part of a token set only', () => {
    const vault = vaultWith(FIRST);
    const tokens = { accessToken: 'a', refreshToken: 'r', deviceId: 'd', scopes: ['messages'] };
    const opened = openTokens(vault, sealTokens(vault, tokens, 'link:anna'), 'first', 'link:anna');
    expect(opened).to.deep.equal({ accessToken: 'a', refreshToken: 'r', deviceId: 'd' });
  });
});
