import type { WatchedConference } from './conference-store.js';
import { isStartInDoubt, type ConferenceState } from './life/conference-state.js';

/** What a conference waits for, as it is stored. */
export interface Waiting {
  readonly state: ConferenceState;
  readonly failureCode: string | undefined;
  /** Its start was refused for good. */
  readonly held: boolean;
  /** Nobody's account can do what is due for it. */
  readonly waits: boolean;
  readonly dueAt: Date | undefined;
  /** Why the school's deliveries stand still, wholly or in part. */
  readonly stopCode: string | undefined;
  readonly stopUntil: Date | undefined;
}

export type Standstill = Pick<WatchedConference, 'standstill' | 'stopped' | 'nextAttemptAt' | 'dueSince'>;

const NONE: Standstill = { standstill: undefined, stopped: false, nextAttemptAt: undefined, dueSince: undefined };

/** One that runs or is over is not kept from anything that people wait for. */
const KEPT_FROM: readonly ConferenceState[] = ['planned', 'starting', 'ending'];

/**
 * What keeps a conference from starting or ending, and until when. Pure.
 *
 * @param now by the database's clock
 */
export function standstillOf(waiting: Waiting, now: Date): Standstill {
  const { state, waits, dueAt, stopCode } = waiting;
  if (!KEPT_FROM.includes(state)) return NONE;
  const due = dueAt !== undefined && dueAt <= now;
  return {
    standstill: waits || due ? stopCode : undefined,
    stopped: stopCode !== undefined,
    nextAttemptAt: nextAttemptAt(waiting, now),
    dueSince: due ? dueAt : undefined,
  };
}

/** What is due is done when the school's deliveries go on, and not before its own rest is over. */
function nextAttemptAt(waiting: Waiting, now: Date): Date | undefined {
  const { failureCode, held, waits, dueAt, stopCode, stopUntil } = waiting;
  // Then something else is due than a call: the end of its time.
  if (held || waits || dueAt === undefined) return undefined;
  // What became of the start is looked at then, and not tried again.
  if (isStartInDoubt(failureCode)) return stopUntil !== undefined && stopUntil > now ? stopUntil : undefined;
  // A stop without a time lasts until somebody lifts it.
  if (stopCode !== undefined && stopUntil === undefined) return undefined;
  const at = stopUntil !== undefined && stopUntil > dueAt ? stopUntil : dueAt;
  return at > now ? at : undefined;
}
