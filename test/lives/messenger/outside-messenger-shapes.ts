import type { ListFault } from './outside-messenger-faults.js';
import type { OutsideMessengerWorld } from './outside-messenger-world.js';
import type { SeededChoices } from '../seeded-choices.js';

interface CountedList {
  readonly count: number;
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

const COUNTED = ['messages.getConversations', 'messages.getConversationMembers', 'messages.getConversationsById'];

export function isCountedList(method: string): boolean {
  return COUNTED.includes(method);
}

/** The same answer in one of the forms which the schema or older versions of it allow. */
export function shapedAnswer(
  method: string,
  answer: unknown,
  world: OutsideMessengerWorld,
  choices: SeededChoices,
): unknown {
  switch (method) {
    case 'messages.createChat':
      return shapedCreation(answer as { chat_id: number; peer_ids: number[] }, world, choices);
    case 'calls.start':
      return shapedCall(answer as Record<string, unknown>, choices);
    case 'messages.getConversationMembers':
      return { ...(answer as CountedList), ...(choices.chance(0.3) ? { profiles: [], groups: [] } : {}) };
    default:
      return answer;
  }
}

function shapedCreation(
  answer: { chat_id: number; peer_ids: number[] },
  { quirks }: OutsideMessengerWorld,
  choices: SeededChoices,
): unknown {
  const form =
    quirks.createAnswer === 'any'
      ? choices.oneOf(['whole', 'without-peers', 'bare-number'] as const)
      : quirks.createAnswer;
  switch (form) {
    case 'whole':
      return answer;
    case 'without-peers':
      return { chat_id: answer.chat_id };
    case 'bare-number':
      return answer.chat_id;
  }
}

function shapedCall(answer: Record<string, unknown>, choices: SeededChoices): Record<string, unknown> {
  const withCredentials = choices.chance(0.3)
    ? { short_credentials: { id: '1', password: '2', link_with_password: '', link_without_password: '' } }
    : {};
  return { ...answer, ...withCredentials };
}

/** A list that is not the truth; whoever reads it can tell, but for `only-the-owner`. */
export function distortedList(answer: unknown, fault: ListFault, offset: number, choices: SeededChoices): unknown {
  const { count, items } = answer as CountedList;
  switch (fault) {
    case 'count-without-items':
      return { count };
    case 'fewer-items':
      return { count, items: items.slice(0, Math.floor(items.length / 2)) };
    case 'only-the-owner':
      return { count: Math.min(count, 1), items: items.slice(0, 1) };
    case 'repeating-pages': {
      const shuffled = choices.shuffled(items);
      const cut = Math.ceil(shuffled.length / 2);
      return { count, items: [...shuffled.slice(0, cut), ...shuffled.slice(0, shuffled.length - cut)] };
    }
    case 'changing-count':
      return { count: offset === 0 ? count + 1 : count, items };
    case 'without-chat-settings':
      return { count, items: items.map(withoutSettings) };
  }
}

function withoutSettings(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { chat_settings: _own, ...bare } = item;
  const inner = item['conversation'];
  if (typeof inner !== 'object' || inner === null) return bare;
  const { chat_settings: _inner, ...conversation } = inner as Record<string, unknown>;
  return { ...bare, conversation };
}
