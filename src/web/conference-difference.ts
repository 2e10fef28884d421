import type { ConferenceCard, ConferenceDefaults } from '../protocol/conference-protocol.js';
import { CONFERENCE_FORM_TEXT, PARTICIPANT_TAB_TITLE } from '../protocol/conference-texts.js';
import { CONFERENCE_KIND_TITLE } from '../protocol/texts.js';
import type { ChangeLine } from './chat-difference.js';
import { conferenceFormOf, type ConferenceForm } from './conference-form.js';
import { participantRows, type ParticipantDraft } from './conference-participants.js';
import { typedDay } from './conference-typed-time.js';

/** What differs between two versions of a conference, field by field, with the values of the second. */
export function conferenceDifference(before: ConferenceForm, after: ConferenceForm): readonly ChangeLine[] {
  const then = shownFields(before);
  const fields = shownFields(after).flatMap(([label, value], index): ChangeLine[] =>
    value === then[index]?.[1] ? [] : [{ label, items: [value === '' ? '–' : value] }],
  );
  const was = partakers(before.participants);
  const is = partakers(after.participants);
  const added = [...is].filter(([personId]) => !was.has(personId)).map(([, name]) => name);
  const removed = [...was].filter(([personId]) => !is.has(personId)).map(([, name]) => name);
  return [
    ...fields,
    ...(added.length === 0 ? [] : [{ label: 'Добавлены', items: added }]),
    ...(removed.length === 0 ? [] : [{ label: 'Удалены', items: removed }]),
  ];
}

function shownFields({
  title,
  kind,
  chat,
  lesson,
  joined,
  date,
  startTime,
  endTime,
}: ConferenceForm): [string, string][] {
  return [
    [CONFERENCE_FORM_TEXT.title, title.trim()],
    [CONFERENCE_FORM_TEXT.kind, CONFERENCE_KIND_TITLE[kind]],
    [CONFERENCE_FORM_TEXT.chat, chat?.title ?? ''],
    [CONFERENCE_FORM_TEXT.lesson, lesson?.title ?? ''],
    [CONFERENCE_FORM_TEXT.joined, joined.map((one) => one.title).join('; ')],
    [CONFERENCE_FORM_TEXT.date, typedDay(date)],
    [CONFERENCE_FORM_TEXT.startTime, startTime],
    [CONFERENCE_FORM_TEXT.endTime, endTime],
  ];
}

function partakers(draft: ParticipantDraft): ReadonlyMap<string, string> {
  const kinds = Object.keys(PARTICIPANT_TAB_TITLE) as (keyof typeof PARTICIPANT_TAB_TITLE)[];
  const rows = kinds.flatMap((kind) => participantRows(draft, kind)).filter(({ takesPart }) => takesPart);
  return new Map(rows.map(({ personId, name }) => [personId, name]));
}

/**
 * The server's version below the same changes: a field that only they changed is theirs, one that this form changed
 * stays.
 */
export function conferenceRebased(
  mine: ConferenceForm,
  card: ConferenceCard,
  defaults: ConferenceDefaults,
): ConferenceForm {
  const theirs = conferenceFormOf(card, defaults);
  if (mine.card === undefined) return mine;
  const base = conferenceFormOf(mine.card, defaults);
  const keep = <T>(own: T, was: T, now: T): T => (own === was ? now : own);
  const sameLesson = mine.lesson?.id === base.lesson?.id;
  const sameJoined = idsOf(mine.joined) === idsOf(base.joined);
  const other = mine.chat?.id !== base.chat?.id || mine.kind !== base.kind || !sameJoined;
  return {
    ...theirs,
    title: keep(mine.title, base.title, theirs.title),
    kind: keep(mine.kind, base.kind, theirs.kind),
    chat: mine.chat?.id === base.chat?.id ? theirs.chat : mine.chat,
    lesson: sameLesson ? theirs.lesson : mine.lesson,
    joined: sameJoined && sameLesson ? theirs.joined : mine.joined,
    date: keep(mine.date, base.date, theirs.date),
    startTime: keep(mine.startTime, base.startTime, theirs.startTime),
    endTime: keep(mine.endTime, base.endTime, theirs.endTime),
    participants: mergedParticipants(mine.participants, base.participants, theirs.participants, other),
  };
}

function idsOf(lessons: ConferenceForm['joined']): string {
  return JSON.stringify(lessons.map(({ id }) => id).sort());
}

function mergedParticipants(
  mine: ParticipantDraft,
  base: ParticipantDraft,
  theirs: ParticipantDraft,
  otherGiven: boolean,
): ParticipantDraft {
  const added = new Map(theirs.added);
  for (const [personId, person] of mine.added) if (!base.added.has(personId)) added.set(personId, person);
  for (const personId of base.added.keys()) if (!mine.added.has(personId)) added.delete(personId);
  const removed = new Set(theirs.removed);
  for (const personId of mine.removed) if (!base.removed.has(personId)) removed.add(personId);
  for (const personId of base.removed) if (!mine.removed.has(personId)) removed.delete(personId);
  return { ...theirs, given: otherGiven ? mine.given : theirs.given, added, removed };
}
