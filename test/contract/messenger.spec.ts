import { StandClient } from '../../fixtures/vk/stand-client.js';
import { startVkStandIn } from '../../fixtures/vk/vk-stand-in.js';
import type { MessengerCredential } from '../../src/messenger/messenger.js';
import { VkMessenger } from '../../src/messenger/vk/vk-messenger.js';
import { MemoryMessenger } from '../support/memory-messenger.js';
import { InstantClock } from '../unit/messenger/vk/instant-clock.js';
import { messengerContract, type MessengerWorld } from './messenger-contract.js';

const KEYS = ['owner', 'teacher', 'pupil', 'stranger'] as const;
type Known = Record<(typeof KEYS)[number], MessengerCredential>;

/** VK's adapter over the stand-in. */
async function vk(): Promise<MessengerWorld> {
  const stand = await startVkStandIn({ port: 0, rateLimitPerSecond: 0 });
  const client = new StandClient(stand.url);
  const person = (key: string) => ({ key, givenName: 'Анна', familyName: key, roles: [], organizationName: 'Школа' });
  const seeded = await client.people([...KEYS.map(person), { ...person('unwilling'), adding: 'refused' }]);
  const known: Partial<Known> = {};
  for (const [index, key] of KEYS.entries()) {
    const userId = seeded[index]?.userId ?? 0;
    const { accessToken } = await client.token(userId, '1', ['messages']);
    known[key] = { accessToken, userId: String(userId) };
  }
  const settings = {
    ...{ idUrl: stand.url, apiUrl: `${stand.url}/method`, apiVersion: '5.199', applicationId: '1', scopes: [] },
    ...{ requestsPerSecond: 3, timeoutMs: 5_000, lateEffectMs: 30_000 },
  };
  return {
    ...(known as Known),
    messenger: new VkMessenger(settings, new InstantClock()),
    unwillingId: String(seeded.at(-1)?.userId),
    posts: async (title) => {
      const chats = (await client.state()).chats.filter((chat) => chat.title === title);
      return chats.flatMap(({ messages }) => messages);
    },
    joiningAgain: async (again) => void (await client.joining(again)),
    stop: () => stand.stop(),
  };
}

function memory(): Promise<MessengerWorld> {
  const messenger = new MemoryMessenger();
  messenger.refusedUserIds.add('5');
  const [owner, teacher, pupil, stranger] = ['1', '2', '3', '4'].map((userId) => ({ accessToken: 'token', userId }));
  return Promise.resolve({
    ...({ owner, teacher, pupil, stranger } as Known),
    messenger,
    unwillingId: '5',
    posts: async (title) => Promise.resolve((messenger.snapshot()[title] ?? []).flatMap(({ messages }) => messages)),
    joiningAgain: async (again) => {
      messenger.refusesJoined = again === 'refusal';
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  });
}

messengerContract('VkMessenger over the stand-in', vk);
messengerContract('MemoryMessenger', memory);
