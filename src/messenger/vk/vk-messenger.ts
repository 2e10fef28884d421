import { inject, injectable } from 'inversify';

import { HostClock } from '../../host/host-services.js';
import { succeeded } from '../messenger-result.js';
import type {
  Messenger,
  MessengerAbilities,
  MessengerCall,
  MessengerCredential,
  MessengerResult,
} from '../messenger.js';

import { requestVk } from './vk-api.js';
import { answerOf, chatsOf, conversationsOf, requestOf } from './vk-call-codec.js';
import { readFurtherConversations, type ConversationList } from './vk-conversation-pages.js';
import type { VkOutcome } from './vk-execute.js';
import { transportFailureOf } from './vk-failure.js';
import { VkSettings } from './vk-settings.js';

/** Most API calls in one `execute`. */
const CALLS_PER_EXECUTE = 25;
/** Own choice: VK's schema names no limit for a chat's title. */
const TITLE_LENGTH = 128;

type ListCall = Extract<MessengerCall, { kind: 'chat.list' }>;

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
    const outcomes = await requestVk(this.settings, credential.accessToken, calls.map(requestOf), signal);
    const further = await this.furtherConversations(credential, calls, outcomes, signal);
    return calls.map((call, position): MessengerResult => {
      const outcome = outcomes[position];
      if (!outcome?.ok) return outcome ?? unreadable(call);
      if (call.kind === 'chat.list') return listed(call, outcome.response, further);
      return answerOf(call, outcome.response) ?? unreadable(call);
    });
  }

  /** What the first page of some `chat.list` did not show; read once for all of them. */
  private async furtherConversations(
    { accessToken }: MessengerCredential,
    calls: readonly MessengerCall[],
    outcomes: readonly VkOutcome[],
    signal: AbortSignal | undefined,
  ): Promise<ConversationList> {
    const totals = outcomes.map((outcome, position) =>
      outcome.ok && calls[position]?.kind === 'chat.list' ? (conversationsOf(outcome.response)?.total ?? 0) : 0,
    );
    const { settings, clock } = this;
    return readFurtherConversations({ settings, clock, accessToken, signal }, Math.max(...totals));
  }
}

function unreadable(call: MessengerCall): MessengerResult {
  return { ok: false, failure: transportFailureOf('schema', requestOf(call).method) };
}

function listed(call: ListCall, response: unknown, further: ConversationList): MessengerResult {
  const page = conversationsOf(response);
  if (!page) return unreadable(call);
  if (!further.ok) return further;
  return succeeded('chat.list', { chats: chatsOf([...page.conversations, ...further.conversations]) });
}
