/** Where a conference or an online lesson is in its life. */
export type ConferenceState = 'planned' | 'starting' | 'active' | 'ending' | 'finished' | 'cancelled';

/** What happens to a conference. */
export type ConferenceEvent =
  /** Somebody starts it, or its start time has come. */
  | { readonly kind: 'start' }
  /** The messenger made the call. */
  | { readonly kind: 'started' }
  /** The messenger said that no call was made; it is tried again while the start is wanted. */
  | { readonly kind: 'not-started' }
  /** Somebody ends it, or deletes it. */
  | { readonly kind: 'end' }
  /** Its time is over, the grace time included. */
  | { readonly kind: 'expire' }
  /** The messenger ended the call, or there is none any more. */
  | { readonly kind: 'ended' }
  /** Its lesson was cancelled, or taken out of the timetable. */
  | { readonly kind: 'cancel' }
  /** The lesson is back in the timetable. */
  | { readonly kind: 'restore' };

/**
 * The state after an event; the same state where the event means nothing any more, so that everything may be repeated.
 * Ending is final: there is no way back to a link from `ending` or `finished`. A call that was made after the end was
 * asked for is ended, too: the only way out of `finished` leads back into it. Pure.
 */
export function nextState(state: ConferenceState, event: ConferenceEvent): ConferenceState {
  switch (event.kind) {
    case 'start':
      return state === 'planned' ? 'starting' : state;
    case 'started':
      if (state === 'starting') return 'active';
      return state === 'finished' ? 'ending' : state;
    case 'not-started':
      return state === 'ending' ? 'finished' : state;
    case 'end':
      if (state === 'planned') return 'finished';
      return state === 'starting' || state === 'active' ? 'ending' : state;
    case 'expire':
      if (state === 'planned' || state === 'starting') return 'finished';
      return state === 'active' ? 'ending' : state;
    case 'ended':
      return state === 'ending' || state === 'active' ? 'finished' : state;
    case 'cancel':
      if (state === 'planned') return 'cancelled';
      return state === 'starting' || state === 'active' ? 'ending' : state;
    case 'restore':
      return state === 'cancelled' ? 'planned' : state;
  }
}

/** A link may be shown and followed. */
export function isJoinable(state: ConferenceState): boolean {
  return state === 'active';
}

/** Nothing happens to it any more. */
export function isOver(state: ConferenceState): boolean {
  return state === 'finished' || state === 'cancelled' || state === 'ending';
}
