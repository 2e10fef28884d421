import type { EffectKind, ExternalChatId, ExternalUserId } from '../../messenger/messenger.js';
import type { ConferenceStanding, Sent } from './conference-state.js';

/** A call on the messenger's side. */
export interface OpenCall {
  /** Undefined: the messenger did not tell, so that it cannot be ended from here. */
  readonly id: string | undefined;
  readonly joinLink: string;
  /** The account that started it, and alone can end it; undefined: not kept. */
  readonly account: ExternalUserId | undefined;
}

/** A call with an effect that was sent for the conference and not answered. */
export interface CallDoubt {
  readonly id: string;
  readonly kind: EffectKind;
  readonly sentAt: Date;
  readonly until: Date;
}

/** What became of posting the link into a chat. */
export interface LinkPost {
  readonly postedAt: Date | undefined;
  readonly failureCode: string | undefined;
  readonly attempts: number;
  /** When it is tried again; undefined: not by itself. */
  readonly dueAt: Date | undefined;
  /** The account that tried. */
  readonly account: ExternalUserId | undefined;
}

/** A chat that gets the link. */
export interface LinkChat {
  readonly chatId: string;
  /** Undefined: not there on the messenger's side yet. */
  readonly remoteId: ExternalChatId | undefined;
  readonly account: ExternalUserId | undefined;
  readonly post: LinkPost | undefined;
}

/**
 * A conference with all that its life depends on. Every writer of a state reads it under the lane's lock, changes it with
 * pure functions, and writes it back.
 */
export interface ConferenceLife extends ConferenceStanding {
  readonly conferenceId: string;
  readonly title: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly endedAt: Date | undefined;
  readonly deleted: boolean;
  /** Since when its own lesson is missing in the timetable, and is waited for. */
  readonly lessonGoneAt: Date | undefined;
  readonly call: OpenCall | undefined;
  readonly failureCode: string | undefined;
  /** Failed starts, or failed ends. */
  readonly attempts: number;
  /** Nothing is sent for it before. */
  readonly restUntil: Date | undefined;
  /** Its start was refused for good: only a person starts it again. */
  readonly held: boolean;
  /** Nobody's account can do what is due for it. */
  readonly waits: boolean;
  readonly doubts: readonly CallDoubt[];
  readonly chats: readonly LinkChat[];
}

/** Lengths that the settings give. */
export interface LifeLengths {
  /** How long after its end a conference ends by itself. */
  readonly graceMs: number;
  /** How long a lesson that is missing in the timetable is waited for. */
  readonly lessonGraceMs: number;
}

/** What the messenger was sent last, as far as it is not known to be over. */
export function sentOf({ call, doubts }: Pick<ConferenceLife, 'call' | 'doubts'>): Sent {
  return lastSent(
    call !== undefined,
    doubts.map(({ kind }) => kind),
  );
}

/** @param inDoubt kinds of the calls that were not answered */
export function lastSent(hasCall: boolean, inDoubt: readonly EffectKind[]): Sent {
  if (inDoubt.includes('call.end')) return 'end';
  if (hasCall) return 'call';
  return inDoubt.includes('call.start') ? 'start' : 'nothing';
}

export function laterBy(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}
