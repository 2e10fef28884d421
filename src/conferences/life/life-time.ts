import { START_CHECKING, START_UNKNOWN } from './conference-state.js';
import { laterBy, type ConferenceLife, type LifeLengths, type LinkChat } from './conference-life.js';
import { happen, openDoubts } from './life-events.js';
import { beginsAt, isOpen, rests } from './life-plan.js';

/** The messenger knows a repeated message for an hour; a little less, since clocks differ. */
const REPEATABLE_MS = 55 * 60_000;

/**
 * What time alone does: begins, ends, and says what can be said of starts without an answer. Called while no request is
 * under way, so that what is in doubt was not answered. Pure.
 *
 * @param account somebody runs the chats now
 */
export function passTime(life: ConferenceLife, now: Date, lengths: LifeLengths, account: boolean): ConferenceLife {
  const moved = spoken(passed(life, now, lengths), now);
  const waits = !account && needsRunningAccount(moved);
  return { ...moved, waits, doubts: openDoubts(moved, now) };
}

/** One thing may follow from another: an end without a call, and the beginning that waited for it. */
function passed(life: ConferenceLife, now: Date, lengths: LifeLengths): ConferenceLife {
  const next = withoutCall(began(life, now, lengths), now);
  return next === life ? life : passed(next, now, lengths);
}

function began(life: ConferenceLife, now: Date, lengths: LifeLengths): ConferenceLife {
  switch (life.state) {
    case 'planned':
      if (life.endsAt <= now) return happen(life, { kind: 'expire' }, now);
      return beginsAt(life, lengths) <= now ? happen(life, { kind: 'start' }, now) : life;
    case 'starting':
      return life.endsAt <= now ? happen(life, { kind: 'expire' }, now) : life;
    case 'active':
      return laterBy(life.endsAt, lengths.graceMs) <= now ? happen(life, { kind: 'expire' }, now) : life;
    case 'ending':
      // Nothing begins again after its time.
      return life.endsAt <= now ? happen(life, { kind: 'expire' }, now) : life;
    case 'finished':
    case 'cancelled':
      return life;
  }
}

/** An end for which there is nothing to send: no call, or one that cannot be named. */
function withoutCall(life: ConferenceLife, now: Date): ConferenceLife {
  if (life.state !== 'ending' || life.call?.id !== undefined) return life;
  const mayGoOn = life.call !== undefined || life.doubts.some(({ kind }) => kind === 'call.start');
  const ended = happen(life, { kind: 'ended' }, now);
  return mayGoOn && ended.state === 'finished' ? { ...ended, failureCode: 'conference.end-unknown' } : ended;
}

/** Says what is not known of a start, or of a message that is too old to be repeated. */
function spoken(life: ConferenceLife, now: Date): ConferenceLife {
  if (rests(life, now)) return life;
  if (life.state === 'starting') {
    const starts = life.doubts.filter(({ kind }) => kind === 'call.start');
    if (starts.length === 0) return life;
    return { ...life, failureCode: starts.some(({ until }) => until > now) ? START_CHECKING : START_UNKNOWN };
  }
  const tooOld = life.doubts.some(
    ({ kind, sentAt }) => kind === 'message.post' && laterBy(sentAt, REPEATABLE_MS) <= now,
  );
  if (life.state !== 'active' || !tooOld) return life;
  return { ...life, chats: life.chats.map((chat) => (isOpen(chat) ? givenUp(chat) : chat)) };
}

function givenUp(chat: LinkChat): LinkChat {
  const { account } = chat;
  const post = { postedAt: undefined, dueAt: undefined, failureCode: 'conference.post-unknown', attempts: 0, account };
  return { ...chat, post };
}

function needsRunningAccount(life: ConferenceLife): boolean {
  return life.state === 'starting' || (life.state === 'ending' && life.call?.account === undefined);
}
