/** Where a conference or an online lesson is in its life. */
export type ConferenceState = 'planned' | 'starting' | 'active' | 'ending' | 'finished' | 'cancelled';

/**
 * Why a conference ends or ended: a person, its time, or the timetable. `again`: its lesson came back while the end was on
 * its way, so that it is planned once more when the call is over.
 */
export type EndReason = 'hand' | 'time' | 'timetable' | 'again';

/** The state, and for one that ends or ended, why. */
export interface ConferenceStanding {
  readonly state: ConferenceState;
  readonly endedBy: EndReason | undefined;
}

/** What the messenger was sent last, as far as it may still have an effect. */
export type Sent = 'nothing' | 'start' | 'call' | 'end';

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
  /** The messenger ended the call, or there is none to end. */
  | { readonly kind: 'ended' }
  /** Its lesson was cancelled, or taken out of the timetable. */
  | { readonly kind: 'cancel' }
  /** The lesson is back in the timetable. */
  | { readonly kind: 'restore' };

/**
 * Where a conference is after an event; the same where the event means nothing, so that everything may be repeated. Pure.
 *
 * An ended call never leads back to its link: what begins again does so with a new call. A call that was made after the
 * end was asked for is ended, too. An end by the timetable is undone while it has not been sent.
 *
 * @param sent what the messenger was sent last
 */
export function nextState(standing: ConferenceStanding, event: ConferenceEvent, sent: Sent): ConferenceStanding {
  const { state, endedBy } = standing;
  switch (event.kind) {
    case 'start':
      return state === 'planned' || state === 'finished' ? to('starting') : standing;
    case 'started':
      if (state === 'starting' || state === 'planned') return to('active');
      if (state === 'finished') return to('ending', endedBy);
      return state === 'cancelled' ? to('ending', 'timetable') : standing;
    case 'not-started':
      return state === 'ending' ? afterEnd(endedBy) : standing;
    case 'ended':
      if (state === 'ending') return afterEnd(endedBy);
      // Its lesson came back after the end was handed out: the call is gone, a new one is wanted.
      return state === 'active' ? to('planned') : standing;
    case 'end':
      return ended(standing, 'hand', sent);
    case 'expire':
      return ended(standing, 'time', sent);
    case 'cancel':
      return ended(standing, 'timetable', sent);
    case 'restore':
      return restored(standing, sent);
  }
}

function ended(standing: ConferenceStanding, by: EndReason, sent: Sent): ConferenceStanding {
  switch (standing.state) {
    case 'planned':
      return to(by === 'timetable' ? 'cancelled' : 'finished', by);
    case 'starting':
      if (sent !== 'nothing') return to('ending', by);
      return to(by === 'timetable' ? 'cancelled' : 'finished', by);
    case 'active':
      return to('ending', by);
    case 'ending':
      // A person's end is the strongest, one that is to be followed by a new beginning the weakest.
      return by === 'hand' || standing.endedBy === 'again' ? to('ending', by) : standing;
    case 'finished':
    case 'cancelled':
      return standing;
  }
}

function restored(standing: ConferenceStanding, sent: Sent): ConferenceStanding {
  const { state, endedBy } = standing;
  if (state === 'cancelled') return to('planned');
  if (endedBy !== 'timetable') return standing;
  if (state === 'finished') return to('planned');
  if (state !== 'ending') return standing;
  switch (sent) {
    case 'nothing':
      return to('planned');
    case 'start':
      return to('starting');
    case 'call':
      return to('active');
    case 'end':
      return to('ending', 'again');
  }
}

function afterEnd(endedBy: EndReason | undefined): ConferenceStanding {
  return endedBy === 'again' ? to('planned') : to('finished', endedBy);
}

function to(state: ConferenceState, endedBy?: EndReason): ConferenceStanding {
  return { state, endedBy };
}

/** A link may be shown and followed. */
export function isJoinable(state: ConferenceState): boolean {
  return state === 'active';
}

/** Nothing can be changed about it; at most it is begun again. */
export function isOver(state: ConferenceState): boolean {
  return state === 'finished' || state === 'cancelled' || state === 'ending';
}

/** There is nothing to be done for it. */
export function isDone(state: ConferenceState): boolean {
  return state === 'finished' || state === 'cancelled';
}

/** The answer to a start was lost: the messenger may still make the call. */
export const START_CHECKING = 'conference.start-checking';
/** The answer to a start was lost, and the call can come no more. */
export const START_UNKNOWN = 'conference.start-unknown';

/** What became of the start is not known. */
export function isStartInDoubt(failureCode: string | undefined): boolean {
  return failureCode === START_CHECKING || failureCode === START_UNKNOWN;
}

export interface Startable extends ConferenceStanding {
  readonly failureCode: string | undefined;
  /** Its end lies ahead. */
  readonly inTime: boolean;
}

/**
 * Whether a person may start it: one that is planned, one whose start failed, and one that was ended by hand, with a new
 * call. Not while a start without an answer may still come true.
 */
export function mayStart({ state, endedBy, failureCode, inTime }: Startable): boolean {
  if (!inTime) return false;
  if (state === 'starting') return failureCode !== undefined && failureCode !== START_CHECKING;
  return state === 'planned' || (state === 'finished' && endedBy === 'hand');
}
