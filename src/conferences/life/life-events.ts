import { isDone, mayStart, nextState, type ConferenceEvent } from './conference-state.js';
import { sentOf, type CallDoubt, type ConferenceLife } from './conference-life.js';

/** What was tried and failed is forgotten. */
export const UNTRIED = { attempts: 0, restUntil: undefined, held: false, waits: false } as const;

/**
 * A conference after an event, with what entering its new state means. Pure.
 *
 * @param now by the database's clock
 */
export function happen(life: ConferenceLife, event: ConferenceEvent, now: Date): ConferenceLife {
  const { state, endedBy } = nextState(life, event, sentOf(life));
  if (state === life.state && endedBy === life.endedBy) return life;
  const moved = { ...life, ...UNTRIED, state, endedBy };
  switch (state) {
    case 'planned':
      return afresh(moved, now);
    case 'starting':
      // Brought back before its end was sent: the start that is under way goes on.
      return life.state === 'ending' ? { ...moved, endedAt: undefined } : afresh(moved, now);
    case 'active':
      return { ...moved, endedAt: undefined, failureCode: undefined };
    case 'ending':
      return { ...moved, endedAt: now, failureCode: life.call === undefined ? life.failureCode : undefined };
    case 'finished':
    case 'cancelled': {
      const missed = event.kind === 'expire' ? (life.failureCode ?? 'conference.missed') : undefined;
      return { ...moved, endedAt: life.endedAt ?? now, failureCode: missed };
    }
  }
}

/** A person starts it, for the first time or again. The same where they may not. */
export function startByHand(life: ConferenceLife, now: Date): ConferenceLife {
  const inTime = life.endsAt > now && !life.deleted;
  if (!mayStart({ ...life, inTime }) || mayStillStart(life, now)) return life;
  return life.state === 'starting' ? afresh({ ...life, ...UNTRIED }, now) : happen(life, { kind: 'start' }, now);
}

/** A start that was not answered may still come true. */
function mayStillStart({ doubts }: ConferenceLife, now: Date): boolean {
  return doubts.some(({ kind, until }) => kind === 'call.start' && until > now);
}

/** Nothing is left of an earlier call, but a start that may still come true. */
function afresh(life: ConferenceLife, now: Date): ConferenceLife {
  return {
    ...life,
    ...{ call: undefined, failureCode: undefined, endedAt: undefined },
    doubts: life.doubts.filter(({ kind, until }) => kind === 'call.start' && until > now),
    chats: life.chats.map((chat) => ({ ...chat, post: undefined })),
  };
}

/** Doubts that can matter still. */
export function openDoubts(life: ConferenceLife, now: Date): readonly CallDoubt[] {
  return life.doubts.filter(({ kind, until }) => {
    switch (kind) {
      case 'call.start':
        return until > now ? life.state !== 'active' : life.state === 'starting' || life.state === 'ending';
      case 'call.end':
        return life.state === 'ending';
      case 'message.post':
        return life.state === 'active' && life.chats.some(({ post }) => post === undefined || post.dueAt !== undefined);
      default:
        return !isDone(life.state);
    }
  });
}
