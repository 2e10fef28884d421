import type { MessengerAbilities } from '../messenger/messenger.js';

/** A chat of this kind needs, beside its creation: the invite link, and an administrator or two. */
const CALLS_PER_CHAT = 3;

/** How long making so many chats takes at the messenger's pace, in seconds: people come with the creation. */
export function firstFillingSeconds(
  chats: number,
  { callsPerRequest, requestsPerSecond }: Pick<MessengerAbilities, 'callsPerRequest' | 'requestsPerSecond'>,
): number {
  return Math.ceil(Math.ceil((chats * CALLS_PER_CHAT) / callsPerRequest) / requestsPerSecond);
}
