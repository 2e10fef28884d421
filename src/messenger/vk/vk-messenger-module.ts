import { ContainerModule } from 'inversify';

import { IdentityProvider } from '../identity-provider.js';
import { MessengerFailureText } from '../messenger-failure-text.js';
import { Messenger } from '../messenger.js';

import { VkIdentityProvider } from './vk-identity-provider.js';
import { CheckedVkSettings } from './checked-vk-settings.js';
import { vkFailureText } from './vk-failure-text.js';
import { VkMessenger } from './vk-messenger.js';
import { VkSettings } from './vk-settings.js';

/** VK as messenger and identity provider. */
export const vkMessengerModule = new ContainerModule(({ bind }) => {
  bind(CheckedVkSettings).toSelf().inSingletonScope();
  bind(VkSettings).toService(CheckedVkSettings);
  bind(MessengerFailureText).toConstantValue({ textOf: vkFailureText });
  bind(VkMessenger).toSelf().inSingletonScope();
  bind(Messenger).toService(VkMessenger);
  bind(VkIdentityProvider).toSelf().inSingletonScope();
  bind(IdentityProvider).toService(VkIdentityProvider);
});
