import { inject, injectable } from 'inversify';

import { HostClock } from '../../host/host-services.js';
import { refused, succeeded } from '../messenger-result.js';
import type {
  Messenger,
  MessengerAbilities,
  MessengerCall,
  MessengerCredential,
  MessengerRefusal,
  MessengerResult,
} from '../messenger.js';

import { requestVk } from './vk-api.js';
import { requestOf, resultOf } from './vk-call-codec.js';
import { readChats, type ConversationReading } from './vk-conversation-pages.js';
import type { VkOutcome } from './vk-execute.js';
import { transportFailureOf } from './vk-failure.js';
import type { VkRequest } from './vk-method.js';
import { VkSettings } from './vk-settings.js';

/** Most API calls in one `execute`. */
const CALLS_PER_EXECUTE = 25;
/** Own choice: VK's schema names no limit for a chat's title. */
const TITLE_LENGTH = 128;

/**
 * VK's API as a messenger, held to API 5.199.
 *
 * `chat.list` is the one call that may take more than one request: an account with more than 200 conversations is read
 * to the end, spaced as the rate demands.
 */
@injectable()
export class VkMessenger implements Messenger {
  constructor(
    @inject(VkSettings) private readonly settings: VkSettings,
    @inject(HostClock) private readonly clock: HostClock,
  ) {}

  get abilities(): MessengerAbilities {
    return {
      createChat: true,
      createWithMembers: true,
      addMember: true,
      removeMember: true,
      setRole: true,
      inviteLink: true,
      listMembers: true,
      describeChat: true,
      joinByLink: true,
      calls: true,
      callsPerRequest: CALLS_PER_EXECUTE,
      requestsPerSecond: this.settings.requestsPerSecond,
      titleLength: TITLE_LENGTH,
      effectWithinMs: this.settings.timeoutMs + this.settings.lateEffectMs,
    };
  }

  async send(
    credential: MessengerCredential,
    calls: readonly MessengerCall[],
    signal?: AbortSignal,
  ): Promise<readonly MessengerResult[]> {
    if (calls.length > CALLS_PER_EXECUTE) throw new RangeError(`At most ${CALLS_PER_EXECUTE} calls fit one request.`);
    const { requests, positions } = packed(calls);
    const { settings, clock } = this;
    const { accessToken, userId } = credential;
    const outcomes = await requestVk(settings, accessToken, requests, signal);
    const listAt = positions[calls.findIndex(({ kind }) => kind === 'chat.list')];
    const list =
      listAt === undefined ? undefined : await listed({ settings, clock, accessToken, signal }, outcomes[listAt]);
    return calls.map((call, index): MessengerResult => {
      if (call.kind === 'chat.list') return list ?? unanswered(call);
      const outcome = outcomes[positions[index] ?? -1] ?? unanswered(call);
      return outcome.ok ? resultOf(call, outcome.response, userId) : outcome;
    });
  }
}

/** The requests that carry out `calls`, and where each call's is among them: all `chat.list` share one. */
function packed(calls: readonly MessengerCall[]): { requests: readonly VkRequest[]; positions: readonly number[] } {
  const requests: VkRequest[] = [];
  let listAt: number | undefined;
  const positions = calls.map((call) => {
    if (call.kind === 'chat.list' && listAt !== undefined) return listAt;
    const position = requests.push(requestOf(call)) - 1;
    if (call.kind === 'chat.list') listAt = position;
    return position;
  });
  return { requests, positions };
}

/** All chats of the account, beginning with the first page that the request brought. */
async function listed(
  reading: ConversationReading,
  first: VkOutcome | undefined,
): Promise<MessengerResult | undefined> {
  if (!first?.ok) return first;
  const list = await readChats(reading, first.response);
  return list.ok ? succeeded('chat.list', { chats: list.chats }) : list;
}

function unanswered(call: MessengerCall): MessengerRefusal {
  return refused(transportFailureOf('schema', requestOf(call).method));
}
