/** Texts and tables of the tab «Видеоконференции» that both sides need; without zod, so that windows import them freely. */
import type { ChatKind } from './protocol.js';

/** Tabs of the participants, in their order. */
export const PARTICIPANT_TAB_TITLE = { student: 'Ученики', employee: 'Сотрудники', guardian: 'Родители' } as const;
type ParticipantKind = keyof typeof PARTICIPANT_TAB_TITLE;

export const PARTICIPANT_ORIGIN_TITLE = {
  chat: 'участник чата',
  administrator: 'администратор чатов «Сферум»',
  host: 'ведущий',
  added: 'добавлен вручную',
  removed: 'удалён вручную',
} as const;

/** «Урок»: required for an online lesson with a subject chat, never for a video call. */
export function lessonRule(
  kind: 'lesson' | 'call',
  chatKind: ChatKind | undefined,
): 'required' | 'optional' | 'forbidden' {
  if (kind === 'call') return 'forbidden';
  return chatKind === 'subject' ? 'required' : 'optional';
}

/** «Родители» only for a video call with a parents' chat. */
export function participantTabs(kind: 'lesson' | 'call', chatKind: ChatKind | undefined): readonly ParticipantKind[] {
  return kind === 'call' && chatKind === 'guardians' ? ['student', 'employee', 'guardian'] : ['student', 'employee'];
}

/** Lessons that one online lesson can be held for beside its own. */
export const JOINED_LESSONS_LIMIT = 10;

export const CONFERENCE_FORM_TEXT = {
  title: 'Наименование видеоконференции',
  kind: 'Тип видеоконференции',
  chat: 'Чат',
  lesson: 'Урок',
  joined: 'Вместе с другими классами',
  date: 'Дата начала',
  startTime: 'Время начала',
  endTime: 'Время окончания',
} as const;

export const CONFERENCE_ACTION_TEXT = {
  add: 'Добавить',
  edit: 'Изменить',
  end: 'Закончить видеоконференцию',
  delete: 'Удалить',
  join: 'Перейти',
  save: 'Сохранить',
} as const;

export const LESSON_TODAY_TEXT = {
  none: 'Не создан',
  planned: 'Запланирован',
  starting: 'Запускается',
  active: 'Идёт',
  ending: 'Завершается',
  finished: 'Завершён',
  cancelled: 'Урок отменён',
} as const;

/** Which lessons of the day are shown; in the order of the list. */
export const LESSON_FILTER_TITLE = {
  none: 'Не создан',
  planned: 'Запланирован',
  running: 'Идёт',
  over: 'Завершён',
  cancelled: 'Урок отменён',
  problem: 'С ошибкой',
} as const;

/** Window of the head of studies. */
export const LESSONS_TODAY_TITLE = 'Онлайн-уроки сегодня';
