import { refused } from '../messenger/messenger-result.js';
import type { ExternalUserId, MessengerCallKind, MessengerFailure, MessengerRefusal } from '../messenger/messenger.js';
import type { SourcedItem } from './lane-results.js';
import type { WorkItem } from './work-source.js';

/** How long a kind rests when the messenger names no time. */
const REST_MS = 3_600_000;

interface Rest {
  readonly failure: MessengerFailure;
  readonly untilMs: number;
}

interface Divided<T extends SourcedItem> {
  readonly going: readonly T[];
  readonly resting: readonly (T & { readonly doubtId: undefined; readonly result: MessengerRefusal })[];
}

/**
 * Kinds of calls that the messenger takes no more of from an account for a while. Calls of other kinds, and those of
 * other accounts, go on. Times are of a clock that never jumps. After a start of the process the next call of the kind
 * tells it anew.
 */
export class RestingKinds {
  private readonly rests = new Map<string, Rest>();

  add(account: ExternalUserId, kind: MessengerCallKind, failure: MessengerFailure, nowMs: number): void {
    this.rests.set(`${account} ${kind}`, { failure, untilMs: nowMs + (failure.retryAfterMs ?? REST_MS) });
  }

  /** Those that may be sent, and those that may not, with what such a call would be answered with. */
  divide<T extends SourcedItem>(pack: readonly T[], nowMs: number): Divided<T> {
    const going: T[] = [];
    const resting: Divided<T>['resting'][number][] = [];
    for (const entry of pack) {
      const failure = this.failureOf(entry.item, nowMs);
      if (failure === undefined) going.push(entry);
      else resting.push({ ...entry, doubtId: undefined, result: refused(failure) });
    }
    return { going, resting };
  }

  /** A person asked for another try: the next call of each kind tells it anew. */
  clear(): void {
    this.rests.clear();
  }

  private failureOf({ account, call }: WorkItem, nowMs: number): MessengerFailure | undefined {
    const key = `${account} ${call.kind}`;
    const rest = this.rests.get(key);
    if (rest === undefined) return undefined;
    if (rest.untilMs > nowMs) return { ...rest.failure, retryAfterMs: rest.untilMs - nowMs };
    this.rests.delete(key);
    return undefined;
  }

  get isEmpty(): boolean {
    return this.rests.size === 0;
  }
}
