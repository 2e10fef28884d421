import { expect } from 'chai';
import { Container } from 'inversify';

import { HostClock } from '../../../../src/host/host-services.js';
import { IdentityProvider } from '../../../../src/messenger/identity-provider.js';
import { Messenger } from '../../../../src/messenger/messenger.js';
import { VkIdentityProvider } from '../../../../src/messenger/vk/vk-identity-provider.js';
import { vkMessengerModule } from '../../../../src/messenger/vk/vk-messenger-module.js';
import { VkMessenger } from '../../../../src/messenger/vk/vk-messenger.js';
import { checkSettings, SettingsSource } from '../../../../src/settings.js';

import { InstantClock } from './instant-clock.js';

describe('vkMessengerModule', () => {
  it('gives one messenger and one identity provider, whatever name they are asked by', () => {
    const container = new Container();
    container.bind(HostClock).toConstantValue(new InstantClock());
    container.bind(SettingsSource).toConstantValue({
      settings: checkSettings({
        vkApplicationId: '51234567',
        vkRequestsPerSecond: 2,
        tokenKeys: [{ id: 'a', key: Buffer.alloc(32).toString('base64') }],
      }),
    });
    container.load(vkMessengerModule);
    const messenger = container.get(Messenger);
    expect(messenger).to.be.instanceOf(VkMessenger).and.equal(container.get(VkMessenger));
    expect(messenger.abilities.requestsPerSecond).to.equal(2);
    expect(container.get(IdentityProvider))
      .to.be.instanceOf(VkIdentityProvider)
      .and.equal(container.get(VkIdentityProvider));
  });
});
