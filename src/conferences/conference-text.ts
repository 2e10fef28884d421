/** What is posted into the chat when a conference begins. */
export function linkMessage(title: string, joinLink: string): string {
  return `${title}\nПодключиться: ${joinLink}`;
}

/** So many joined classes are named; of more, their number. */
const NAMED_CLASSES = 3;

/**
 * Name of an online lesson that nobody named otherwise.
 * @param joined classes and groups of joined lessons
 */
export function lessonConferenceTitle(subject: string, className: string, joined: readonly string[] = []): string {
  // The name of a study group often has its subject in it.
  const parts = className.toLocaleLowerCase('ru').includes(subject.toLocaleLowerCase('ru'))
    ? [className]
    : [subject, className];
  const others = joined.length > NAMED_CLASSES ? [] : joined;
  const more = joined.length > NAMED_CLASSES ? ` и ещё ${joined.length}` : '';
  return `Онлайн-урок: ${[...parts, ...others].filter((part) => part !== '').join(', ')}${more}`;
}

export const CONFERENCE_PROBLEM_TEXT: Readonly<Record<string, string>> = {
  'conference.start-checking':
    'Сферум не ответил, начался ли звонок. Проверяется; если ссылка не появится, через минуту можно будет начать ещё раз.',
  'conference.start-unknown': 'Сферум не ответил, начался ли звонок. Проверьте чат; если ссылки нет, начните ещё раз.',
  'conference.end-unknown':
    'Сферум не сообщил, какой звонок завершить. Если звонок ещё идёт, завершите его в Сферуме: откройте звонок и нажмите «Завершить для всех».',
  'conference.end-account-gone':
    'Звонок в Сферуме может ещё идти: аккаунт, который его начал, больше не привязан. Если звонок идёт, завершите его в Сферуме: откройте звонок и нажмите «Завершить для всех».',
  'conference.post-unknown':
    'Сферум не ответил, отправлена ли ссылка в чат. Проверьте чат; если ссылки нет, отправьте её сами: она есть здесь.',
  'delivery.unbookable':
    'Ответ Сферума не удалось записать. Через час будет ещё одна попытка; если это повторится, обратитесь в поддержку.',
  'conference.missed': 'Не состоялась: в назначенное время доставка в Сферум стояла.',
};

export const LESSON_TEXT = {
  create: 'Создать онлайн-урок',
  connect: 'Подключиться к онлайн-уроку',
  end: 'Завершить онлайн-урок',
  endConfirm: 'Завершить онлайн-урок для всех участников? Подключиться к нему больше не получится.',
  endJointConfirm:
    'Завершить онлайн-урок для всех участников? Он общий для нескольких классов и закончится у всех. Подключиться к нему больше не получится.',
  starting: 'Онлайн-урок запускается…',
  ending: 'Онлайн-урок завершается…',
  finished: 'Онлайн-урок завершён.',
  active: 'Онлайн-урок идёт.',
  notCreated: 'Онлайн-урок ещё не создан.',
  cancelled: 'Урок отменён.',
  otherDay: 'Онлайн-урок можно создать в день урока.',
  lessonUnknown: 'Урок не найден в расписании. Обновите окно.',
  notYours: 'Это чужой урок: создать, подключить и завершить его может учитель урока или администратор.',
  lessonOver: 'Урок уже закончился.',
  linkNotReady: 'Ссылки сейчас нет: онлайн-урок ещё не начался или уже завершён. Окно обновится само.',
} as const;

/** When pupils may come in. */
export function opensAtText(time: string): string {
  return `Вход откроется в ${time}.`;
}

export const CONFERENCE_NOT_FOUND_TEXT = 'Видеоконференция не найдена. Возможно, её удалили; обновите список.';

export const CONFERENCE_TEXT = {
  lessonRequired: 'Заполните поле «Урок»: для онлайн-урока с чатом типа «Предмет» оно обязательно.',
  lessonForbidden: 'Для типа «Видеозвонок» поле «Урок» не заполняется.',
  noSuchDay: 'Такой даты нет в календаре.',
  endBeforeStart: '«Время окончания» должно быть позже, чем «Время начала».',
  endPassed: 'Это время уже прошло. Укажите время окончания в будущем.',
  chatRequired: 'Заполните поле «Чат».',
  chatUnknown: 'Чат не найден или недоступен вам. Выберите другой.',
  titleRequired: 'Заполните поле «Наименование видеоконференции».',
  lessonUnknown: 'Урок не найден в расписании. Выберите другой.',
  lessonNotYours: 'Это чужой урок. Онлайн-урок для него может назначить его учитель или администратор.',
  lessonCancelled: 'Этот урок отменён. Выберите другой.',
  lessonOver: 'Этот урок уже прошёл.',
  lessonTaken: 'У этого урока уже есть онлайн-урок.',
  joinedLessonTaken: 'У одного из присоединённых уроков уже есть онлайн-урок. Уберите его или выберите другой.',
  joinedWithoutLesson: 'Сначала заполните поле «Урок», потом присоединяйте к нему уроки других классов.',
  joinedItself: 'Урок не может быть присоединён к самому себе.',
  joinedUnknown: 'Присоединённый урок не найден в расписании. Уберите его.',
  joinedNotYours: 'Присоединить можно свой урок. Урок другого учителя присоединяет администратор.',
  joinedCancelled: 'Присоединённый урок отменён. Уберите его.',
  joinedOtherDay: 'Присоединить можно урок того же дня.',
  runs: 'Видеоконференция уже идёт: изменить можно наименование, время окончания, присоединённые уроки и участников.',
  over: 'Видеоконференция уже завершена или отменена, изменить её нельзя.',
  changed:
    'Пока окно было открыто, видеоконференция изменилась. Ваши изменения не потеряны: сравните и сохраните ещё раз.',
  strangers: 'Среди участников есть люди, которых нет в организации. Уберите их из списка.',
  guardians: 'Родители участвуют только в видеозвонке с родительским чатом.',
  locked: 'Ведущего и администратора чатов «Сферум» нельзя убрать из участников.',
  otherGroup: 'Выбранный урок — не у класса или группы этого чата.',
} as const;

export function titleTooLongText(limit: number): string {
  return `Наименование длиннее ${limit} знаков. Сократите его.`;
}

/** From this many participants on a person is told of the limit. */
export const PARTICIPANTS_LIMIT = 100;

export function limitText(participants: number): string {
  return `Участников: ${participants}. Звонки Сферума для школ рассчитаны на ${PARTICIPANTS_LIMIT} человек; точный предел сообщает сам Сферум.`;
}

export function manyParticipantsText(participants: number): string {
  return `Участников ${participants}, больше ${PARTICIPANTS_LIMIT}: войти могут не все.`;
}

export function unlinkedText(participants: number): string {
  return `Не привязали учебный аккаунт VK ID: ${participants}. Ссылку они увидят здесь, но не в чате Сферума.`;
}

export function overlapText(host: string, title: string, period: string): string {
  return `${host}: в это время ещё «${title}» (${period}).`;
}

export function joinedTimeText(title: string, period: string): string {
  return `Присоединённый урок «${title}» в расписании идёт в другое время: ${period}.`;
}

export function timetableText(period: string): string {
  return `В расписании: ${period}`;
}

export function plannedText(time: string): string {
  return `Онлайн-урок начнётся в ${time}.`;
}

/** Countdown before a planned lesson. */
export function soonText(minutes: number): string {
  return minutes <= 0 ? 'Онлайн-урок вот-вот начнётся.' : `Онлайн-урок начнётся через ${minutes} мин.`;
}

/** @param minutes until it begins, 1 or more */
export function reminderText(title: string, minutes: number): string {
  const rule = new Intl.PluralRules('ru').select(minutes);
  const word = rule === 'one' ? 'минуту' : rule === 'few' ? 'минуты' : 'минут';
  return `Через ${minutes} ${word}: ${title}`;
}
