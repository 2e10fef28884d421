import { backoffMs } from '../delivery/backoff.js';
import type { MessengerAnswers } from '../messenger/messenger.js';
import type { ChatProperty, PropertyFailure } from './chat-snapshot.js';
import type { ReadingSoFar, Settlement } from './chat-change.js';

/** A list that cannot be had does not keep the chat from its changes; it is read another time. */
const LONGEST_REST_MS = 10 * 60_000;

/**
 * One page of a list. Whole means as many different people as were counted, and a count that stayed the same; an empty
 * list says nothing, since who reads it is a member. Everything else was cut on its way: it is read again from the start,
 * later. Who is on a page is there in any case. Pure.
 */
export function settleReading(
  offset: number,
  { members, total, nextOffset }: MessengerAnswers['chat.members'],
  context: {
    readonly reading: ReadingSoFar;
    readonly random: number;
    readonly chat: { readonly failures: ReadonlyMap<ChatProperty, PropertyFailure> };
  },
): Settlement {
  const before: ReadingSoFar = offset === 0 ? { accounts: [], total: undefined } : context.reading;
  const accounts = [...new Set([...before.accounts, ...members.map(({ userId }) => userId)])];
  const seen = members.map(({ userId, role }) => ({ account: userId, role }));
  const changed = before.total !== undefined && before.total !== total;
  if (!changed && nextOffset !== undefined) {
    return { chat: { reading: { offset: nextOffset, accounts, total } }, seen };
  }
  if (!changed && accounts.length === total && total > 0) {
    return { chat: { reading: { offset: null, accounts, total, whole: true }, failures: { reading: null } }, seen };
  }
  const attempts = context.chat.failures.get('reading')?.attempts ?? 0;
  const restMs = Math.min(LONGEST_REST_MS, backoffMs(attempts + 1, context.random));
  const failure = { code: 'chat.members-cut', class: 'retry', restMs } as const;
  return { chat: { reading: { offset: 0 }, failures: { reading: failure } }, seen };
}
