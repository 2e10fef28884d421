import type {
  ConferenceCard,
  ConferenceChatChoice,
  ConferenceCheckRequest,
  ConferenceDefaults,
  ConferenceDefaultsQuery,
  ConferenceEdit,
  ConferenceKind,
  ConferenceLessonChoice,
  LessonRule,
  NewConference,
} from '../protocol/conference-protocol.js';
import { lessonRule, participantTabs } from '../protocol/conference-texts.js';
import {
  decisionsOf,
  NO_PARTICIPANTS,
  participantsOf,
  withGiven,
  type ParticipantDraft,
  type ParticipantKind,
} from './conference-participants.js';
import { isClock, isDay } from './conference-typed-time.js';

/** The timetable's times of a lesson, as the school's clock shows them. */
export type LessonTimes = Pick<ConferenceLessonChoice, 'date' | 'startTime' | 'endTime'>;
export type ChosenChat = Pick<ConferenceChatChoice, 'id' | 'title' | 'kind'>;
export interface ChosenLesson {
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly teacher: string | undefined;
  /** Absent for a lesson that is cancelled, or that the timetable has no more. */
  readonly times: LessonTimes | undefined;
}
export interface JoinedLessonChoice {
  readonly id: string;
  readonly title: string;
  readonly teacher: string | undefined;
  readonly takesPlace: boolean;
}

/** What a person entered in the window of a conference. */
export interface ConferenceForm extends LessonTimes {
  /** The conference as the server had it; absent while a new one is made. */
  readonly card: ConferenceCard | undefined;
  readonly title: string;
  /** Default name, which the form filled in by itself. */
  readonly offeredTitle: string;
  readonly titleLength: number;
  readonly kind: ConferenceKind;
  readonly chat: ChosenChat | undefined;
  readonly lesson: ChosenLesson | undefined;
  /** Lessons of other classes that it is held for, too. */
  readonly joined: readonly JoinedLessonChoice[];
  readonly participants: ParticipantDraft;
  readonly limitText: string;
  /** What would be sent when the form opened. */
  readonly opened: string;
}

export type ConferenceField =
  'title' | 'kind' | 'chatId' | 'lessonId' | 'joinedLessonIds' | 'date' | 'startTime' | 'endTime' | 'participants';
export type ConferenceErrors = Partial<Readonly<Record<ConferenceField, string>>>;

/** The day of the conference is the day that the lesson's picker opens with. */
export function newConferenceForm(defaults: ConferenceDefaults): ConferenceForm {
  const { title, titleLength, date, startTime, endTime, chat, lesson, limitText } = defaults;
  const form: ConferenceForm = {
    card: undefined,
    title,
    offeredTitle: title,
    titleLength,
    kind: 'lesson',
    chat,
    lesson: lesson === undefined ? undefined : chosenLesson(lesson),
    joined: [],
    date,
    startTime,
    endTime,
    participants: withGiven(NO_PARTICIPANTS, defaults.participants),
    limitText,
    opened: '',
  };
  return { ...form, opened: contentText(form) };
}

/** @param defaults what the server would fill in for the same type, chat and lesson */
export function conferenceFormOf(card: ConferenceCard, defaults: ConferenceDefaults): ConferenceForm {
  const { conference, date, startTime, endTime, limitText } = card;
  const { title, kind, chatId, chatKind, chatTitle, lessonId, lessonTitle, joinedLessons } = conference;
  const known = defaults.lesson?.id === lessonId ? defaults.lesson : undefined;
  const form: ConferenceForm = {
    card,
    title,
    offeredTitle: defaults.title,
    titleLength: defaults.titleLength,
    kind,
    chat:
      chatId === undefined || chatKind === undefined
        ? undefined
        : { id: chatId, kind: chatKind, title: chatTitle ?? '' },
    lesson: lessonId === undefined ? undefined : lessonOf(lessonId, lessonTitle ?? '', known),
    joined: joinedLessons.map(({ id, title: name, teacher, takesPlace }) => ({ id, title: name, teacher, takesPlace })),
    date,
    startTime,
    endTime,
    participants: participantsOf(card.participants),
    limitText,
    opened: '',
  };
  return { ...form, opened: contentText(form) };
}

export function chosenLesson(lesson: ConferenceLessonChoice): ChosenLesson {
  return lessonOf(lesson.id, lesson.title, lesson);
}

function lessonOf(id: string, title: string, known: ConferenceLessonChoice | undefined): ChosenLesson {
  if (known === undefined) return { id, title, subject: '', teacher: undefined, times: undefined };
  const { date, startTime, endTime, subject, teacher, unavailable } = known;
  const times = unavailable === 'cancelled' ? undefined : { date, startTime, endTime };
  return { id, title, subject, teacher: teacher?.name, times };
}

export function ruleOfLesson({ kind, chat }: Pick<ConferenceForm, 'kind' | 'chat'>): LessonRule {
  return lessonRule(kind, chat?.kind);
}

export function tabsOf({ kind, chat }: Pick<ConferenceForm, 'kind' | 'chat'>): readonly ParticipantKind[] {
  return participantTabs(kind, chat?.kind);
}

/** A video call has no lesson. */
export function withKind(form: ConferenceForm, kind: ConferenceKind): ConferenceForm {
  return kind === 'call' ? { ...form, kind, lesson: undefined, joined: [] } : { ...form, kind };
}

/** The lesson's date and times come with it; without it there is nothing to join. */
export function withLesson(form: ConferenceForm, lesson: ChosenLesson | undefined): ConferenceForm {
  const joined = lesson === undefined ? [] : form.joined.filter(({ id }) => id !== lesson.id);
  return { ...form, lesson, joined, ...lesson?.times };
}

export function withJoined(form: ConferenceForm, { id, title, teacher }: ConferenceLessonChoice): ConferenceForm {
  const others = form.joined.filter((one) => one.id !== id);
  return { ...form, joined: [...others, { id, title, teacher: teacher?.name, takesPlace: true }] };
}

export function withoutJoined(form: ConferenceForm, lessonId: string): ConferenceForm {
  return { ...form, joined: form.joined.filter(({ id }) => id !== lessonId) };
}

/** What the server fills in after type, chat or lesson changed; what a person wrote stays. */
export function withDefaults(form: ConferenceForm, defaults: ConferenceDefaults): ConferenceForm {
  const { title: offeredTitle, titleLength, limitText, participants } = defaults;
  const title = isOffered(form) ? offeredTitle : form.title;
  const chat = form.chat ?? defaults.chat;
  const next = { ...form, title, offeredTitle, titleLength, limitText, chat };
  return { ...next, participants: withGiven(form.participants, participants) };
}

function isOffered({ title, offeredTitle }: ConferenceForm): boolean {
  return title.trim() === '' || title === offeredTitle;
}

/** Times in the form are not those of the timetable. */
export function differsFromTimetable({ lesson, date, startTime, endTime }: ConferenceForm): boolean {
  const times = lesson?.times;
  return times !== undefined && (times.date !== date || times.startTime !== startTime || times.endTime !== endTime);
}

/** Once it has begun, only its name, its end and its participants can change. */
export function hasBegun({ card }: ConferenceForm): boolean {
  return card !== undefined && card.conference.status !== 'planned';
}

export function isConferenceChanged(form: ConferenceForm): boolean {
  return contentText(form) !== form.opened;
}

/** What is missing, at its field; the server has the last word. */
export function conferenceErrors(form: ConferenceForm): ConferenceErrors {
  const { title, titleLength, kind, chat, lesson, date, startTime, endTime } = form;
  const length = Array.from(title.trim()).length;
  const withoutChat = form.card !== undefined && form.card.conference.chatId === undefined && kind === 'lesson';
  const late = isClock(startTime) && isClock(endTime) && endTime <= startTime;
  return {
    ...(length === 0 && kind === 'call' ? { title: 'Введите наименование видеоконференции.' } : {}),
    ...(length > titleLength ? { title: `Не длиннее ${titleLength} знаков, сейчас ${length}.` } : {}),
    ...(chat === undefined && !withoutChat ? { chatId: 'Выберите чат.' } : {}),
    ...(lesson === undefined && ruleOfLesson(form) === 'required' ? { lessonId: 'Выберите урок.' } : {}),
    ...(isDay(date) ? {} : { date: 'Укажите дату: 24.11.2026.' }),
    ...(isClock(startTime) ? {} : { startTime: 'Укажите время: 10:30.' }),
    ...(isClock(endTime) ? {} : { endTime: 'Укажите время: 10:30.' }),
    ...(late ? { endTime: 'Должно быть позже времени начала.' } : {}),
  };
}

/** @param requestId one for the form, so that a repeat gives the same conference */
export function newConference(form: ConferenceForm, chatId: string, requestId: string): NewConference {
  return { ...contentOf(form), chatId, requestId };
}

export function conferenceEdit(form: ConferenceForm, card: ConferenceCard): ConferenceEdit {
  return { ...contentOf(form), revision: card.revision };
}

/** What the server fills the form by. */
export function defaultsQuery({ kind, chat, lesson, joined, card }: ConferenceForm): ConferenceDefaultsQuery {
  return {
    ...{ kind, joinedLessonIds: joined.map(({ id }) => id) },
    ...(card && { conferenceId: card.conference.id }),
    ...(chat && { chatId: chat.id }),
    ...(lesson && { lessonId: lesson.id }),
  };
}

export function conferenceCheck(form: ConferenceForm): ConferenceCheckRequest {
  const conferenceId = form.card?.conference.id;
  return { ...contentOf(form), ...(conferenceId === undefined ? {} : { conferenceId }) };
}

function contentOf(form: ConferenceForm): Omit<ConferenceCheckRequest, 'conferenceId'> {
  const { title, kind, chat, lesson, joined, date, startTime, endTime } = form;
  return {
    title: kind === 'lesson' && isOffered(form) ? '' : title.trim(),
    kind,
    ...(chat === undefined ? {} : { chatId: chat.id }),
    ...(lesson === undefined || kind === 'call' ? {} : { lessonId: lesson.id }),
    joinedLessonIds: joined.map(({ id }) => id).sort(),
    date,
    startTime,
    endTime,
    participants: decisionsOf(form.participants, tabsOf(form)),
  };
}

function contentText(form: ConferenceForm): string {
  return JSON.stringify(contentOf(form));
}
