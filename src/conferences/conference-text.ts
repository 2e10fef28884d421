/** What is posted into the chat when a conference begins. */
export function linkMessage(title: string, joinLink: string): string {
  return `${title}\nПодключиться: ${joinLink}`;
}

/** Name of an online lesson that nobody named otherwise. */
export function lessonConferenceTitle(subject: string, className: string): string {
  return `Онлайн-урок: ${[subject, className].filter((part) => part !== '').join(', ')}`;
}

export const CONFERENCE_PROBLEM_TEXT: Readonly<Record<string, string>> = {
  'conference.start-unknown':
    'Сферум не ответил, начался ли звонок. Проверьте чат; если ссылки нет, нажмите «Создать онлайн-урок» ещё раз.',
};

export const LESSON_TEXT = {
  create: 'Создать онлайн-урок',
  connect: 'Подключиться к онлайн-уроку',
  end: 'Завершить онлайн-урок',
  endConfirm: 'Завершить онлайн-урок для всех участников? Подключиться к нему больше не получится.',
  starting: 'Онлайн-урок запускается…',
  ending: 'Онлайн-урок завершается…',
  finished: 'Онлайн-урок завершён.',
  active: 'Онлайн-урок идёт.',
  notCreated: 'Онлайн-урок ещё не создан.',
  cancelled: 'Урок отменён.',
  otherDay: 'Онлайн-урок можно создать в день урока.',
  lessonUnknown: 'Урок не найден в расписании. Обновите окно.',
  notYours: 'Это чужой урок: создать, подключить и завершить его может учитель урока или администратор.',
  linkNotReady: 'Ссылки ещё нет: онлайн-урок запускается или уже завершён. Окно обновится само.',
} as const;

/** When pupils may come in. */
export function opensAtText(time: string): string {
  return `Вход откроется в ${time}.`;
}

export const CONFERENCE_NOT_FOUND_TEXT = 'Видеоконференция не найдена. Возможно, её удалили; обновите список.';
