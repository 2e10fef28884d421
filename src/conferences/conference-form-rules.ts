import { SferumError } from '../errors.js';
import { lessonRule } from '../protocol/conference-texts.js';
import type { ChatKind } from '../protocol/protocol.js';
import { CONFERENCE_TEXT, titleTooLongText } from './conference-text.js';
import { instantAt } from './school-time.js';

/** Fields of the form that are checked without asking anybody. */
export interface ConferenceFormFields {
  readonly kind: 'lesson' | 'call';
  readonly lessonId: string | undefined;
  readonly date: string;
  readonly startTime: string;
  readonly endTime: string;
}

/** A field of the form is wrong; the message is shown at it. */
export function fieldError(field: string, message: string, more: Readonly<Record<string, unknown>> = {}): SferumError {
  return new SferumError('SFERUM_REQUEST_INVALID', message, { fields: { field, ...more } });
}

/** @throws SferumError `SFERUM_REQUEST_INVALID`: «Урок» is missing, or filled where it has to be empty */
export function checkLessonField(
  kind: 'lesson' | 'call',
  lessonId: string | undefined,
  chatKind: ChatKind | undefined,
): void {
  const rule = lessonRule(kind, chatKind);
  if (rule === 'required' && lessonId === undefined) {
    throw fieldError('lessonId', CONFERENCE_TEXT.lessonRequired);
  }
  if (rule === 'forbidden' && lessonId !== undefined) {
    throw fieldError('lessonId', CONFERENCE_TEXT.lessonForbidden);
  }
}

/**
 * @param timeZone the school's
 * @throws SferumError `SFERUM_REQUEST_INVALID`
 */
export function checkTimes(
  { date, startTime, endTime }: ConferenceFormFields,
  timeZone: string,
  now: Date,
): { readonly startsAt: Date; readonly endsAt: Date } {
  const startsAt = instantAt(date, startTime, timeZone);
  const endsAt = instantAt(date, endTime, timeZone);
  if (startsAt === undefined || endsAt === undefined) throw fieldError('date', CONFERENCE_TEXT.noSuchDay);
  if (endsAt <= startsAt) throw fieldError('endTime', CONFERENCE_TEXT.endBeforeStart);
  if (endsAt <= now) throw fieldError('endTime', CONFERENCE_TEXT.endPassed);
  return { startsAt, endsAt };
}

/** Control, format and bidirectional characters, but not the joiner of emoji; any white space. */
const INVISIBLE = /(?!\u200d)[\p{Cc}\p{Cf}]/gu;

/**
 * @returns the title, cleaned; empty stays empty
 * @throws SferumError `SFERUM_REQUEST_INVALID` when it is longer than `limit` characters
 */
export function cleanTitle(title: string, limit: number): string {
  const cleaned = title.replace(/\s+/gu, ' ').replace(INVISIBLE, '').replace(/ +/g, ' ').trim();
  if ([...cleaned].length > limit) {
    throw fieldError('title', titleTooLongText(limit));
  }
  return cleaned;
}

interface Times {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** A form shows minutes; what it shows unchanged stays as it was, to the second. */
export function keepSeconds(current: Times, times: Times): Times {
  const same = (one: Date, other: Date): boolean =>
    Math.floor(one.getTime() / 60_000) === Math.floor(other.getTime() / 60_000);
  return {
    startsAt: same(current.startsAt, times.startsAt) ? current.startsAt : times.startsAt,
    endsAt: same(current.endsAt, times.endsAt) ? current.endsAt : times.endsAt,
  };
}

/** What stays once a conference runs. */
interface Frame {
  readonly kind: 'lesson' | 'call';
  readonly chatId: string | undefined;
  readonly lessonId: string | undefined;
  readonly startsAt: Date;
}

/** @throws SferumError `SFERUM_REQUEST_INVALID`: changed, though it runs */
export function refuseWhileRunning(current: Frame, changed: Frame): void {
  const field =
    (current.kind !== changed.kind && 'kind') ||
    (current.chatId !== changed.chatId && 'chatId') ||
    (current.lessonId !== changed.lessonId && 'lessonId') ||
    (current.startsAt.getTime() !== changed.startsAt.getTime() && 'startTime');
  if (field) throw fieldError(field, CONFERENCE_TEXT.runs);
}
