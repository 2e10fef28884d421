/** Russian texts that both sides show. The one catalogue of the plugin; keys are stable. */

export const MODULE_TITLE = 'Сферум';

export const CHAT_KIND_TITLE = {
  teachers: 'Учительский чат',
  class: 'Классный чат',
  guardians: 'Родительский чат',
  subject: 'Предмет',
  other: 'Другое',
} as const;

export const CHAT_STATE_TITLE = {
  pending: 'Обновляется',
  ready: 'В порядке',
  problem: 'Есть ошибки',
  stopped: 'Остановлено',
  archived: 'В архиве',
  closing: 'Закрывается',
  closed: 'Закрыт',
} as const;

export const MEMBER_STATE_TITLE = {
  present: 'В чате',
  'waiting-for-link': 'Ждёт привязки аккаунта',
  'to-add': 'Добавляется',
  'to-remove': 'Удаляется',
  invited: 'Приглашён, ещё не вошёл',
  refused: 'Нельзя добавить',
  failed: 'Ошибка, попытка повторится',
  checking: 'Проверяется',
  absent: 'Не в чате',
} as const;

export const MEMBER_REASON_TITLE = {
  'chat-administrator': 'администратор чатов «Сферум»',
  staff: 'сотрудник школы',
  'class-teacher': 'классный руководитель',
  student: 'ученик класса',
  guardian: 'родитель ученика класса',
  'group-student': 'ученик группы',
  'group-teacher': 'учитель группы',
  'added-by-hand': 'добавлен вручную',
} as const;
export type MemberReason = keyof typeof MEMBER_REASON_TITLE;

export const CONFERENCE_KIND_TITLE = { lesson: 'Онлайн-урок', call: 'Видеозвонок' } as const;

export const CONFERENCE_STATUS_TITLE = {
  planned: 'Запланирована',
  starting: 'Запускается',
  active: 'Активная',
  ending: 'Завершается',
  finished: 'Завершена',
  cancelled: 'Отменена',
} as const;

/** Why a sign-in at VK ID did not end in a link; shown in the window «Авторизация в Сферум». */
export const LINK_ERROR_TEXT: Readonly<Record<string, string>> = {
  SFERUM_LINK_STATE_INVALID:
    'Вход устарел, уже использован или начат в другом окне. Нажмите «Привязать учебный аккаунт VK ID» ещё раз.',
  SFERUM_LINK_REFUSED: 'Вход в VK ID отменён. Аккаунт не привязан; можно попробовать ещё раз.',
  SFERUM_LINK_TAKEN:
    'Этот профиль VK ID уже привязан к другому человеку. Войдите под своим профилем или попросите того человека отвязать аккаунт.',
  SFERUM_LINK_ALREADY: 'К вашей учётной записи уже привязан другой профиль. Сначала отвяжите его.',
  SFERUM_LINK_PROFILE_MISSING: 'VK ID не сообщил, кто вошёл. Попробуйте ещё раз.',
  SFERUM_IDENTITY_PROVIDER: 'VK ID сейчас не отвечает. Ничего не изменилось; попробуйте через минуту.',
};

/** `SFERUM_LINK_TAKEN`, and nobody could be asked whether that other person still belongs to a school. */
export const LINK_TAKEN_UNKNOWN_TEXT =
  'Этот профиль VK ID привязан к другой учётной записи, и сейчас не удалось проверить, действует ли она. ' +
  'Если это ваша прежняя учётная запись, войдите ещё раз через несколько минут. Ничего не изменилось.';

/** What does not fit between a person and the external profile they signed in with. */
export const LINK_MISMATCH_TEXT = {
  name: 'Имя в VK ID отличается от имени в «Электронной школе». Проверьте, что вошли под своим профилем.',
  role: 'Роль профиля не подходит: возможно, вход выполнен с устройства другого члена семьи. Отмените и войдите под своим учебным профилем.',
  'no-learning-profile':
    'У профиля нет учебной части. В чаты Сферума может не получиться войти: создайте учебный профиль и войдите ещё раз.',
  'role-unknown': 'VK ID не сообщил роль учебного профиля. Проверьте, что это ваш профиль.',
} as const;

export const PERSON_KIND_TITLE = { employee: 'Сотрудник', student: 'Ученик', guardian: 'Родитель' } as const;

export const EXTERNAL_ROLE_TITLE: Readonly<Record<string, string>> = {
  teacher: 'Учитель',
  student: 'Ученик',
  parent: 'Родитель',
  administrator: 'Администратор',
};

/** Why a school's deliveries stand still, and what to do. */
export const CREDENTIAL_PROBLEM_TEXT: Readonly<Record<string, string>> = {
  'credential.no-administrator':
    'Не выбран администратор чатов «Сферум». Выберите его: «Пуск / Администрирование / Настройки организации».',
  'credential.not-linked':
    'Администратор чатов «Сферум» ещё не привязал учебный аккаунт VK ID. Чаты появятся, когда он это сделает.',
  'credential.broken':
    'VK больше не принимает вход администратора чатов «Сферум». Ему нужно привязать учебный аккаунт VK ID заново.',
  'credential.no-token':
    'Аккаунт администратора чатов «Сферум» привязан без права действовать от его имени. Ему нужно отвязать аккаунт и привязать снова.',
  'credential.scope-missing':
    'VK не дал приложению право «messages», без него нельзя создавать чаты. Право согласуют с VK: devsupport@corp.vk.com.',
  'credential.provider-away': 'VK ID сейчас не отвечает. Доставка продолжится сама.',
};

/** Why a chat needs a person. */
export const CHAT_PROBLEM_TEXT: Readonly<Record<string, string>> = {
  'chat.removal-held':
    'Из чата пропало бы больше половины участников. Удаление ждёт подтверждения: проверьте состав в «Электронной школе».',
  'chat.closing-held':
    'Класса или группы этого чата больше нет, и так сразу с большинством чатов. Перенос в архив ждёт подтверждения: проверьте классы в «Электронной школе».',
  'chat.not-found':
    'Администратор чатов «Сферум» не видит этот чат в Сферуме. Пусть прежний администратор пригласит его туда; чат ищется снова сам.',
  'chat.ambiguous':
    'В Сферуме несколько чатов с теми же людьми, и нельзя понять, какой из них этот. Пусть прежний администратор чатов пригласит в нужный нового.',
  'chat.members-cut': 'Сферум отдал неполный список участников. Он будет прочитан ещё раз.',
  'chat.reading-held':
    'В списке участников из Сферума нет больше половины чата. Список не принят: он будет прочитан ещё раз. Если люди правда вышли, подтвердите это в окне чата.',
  'chat.owner-gone':
    'Учётная запись, которой чат принадлежит в Сферуме, больше не привязана, изменить чат нечем. Пусть её владелец привяжет её снова или сделает администратором чата нового администратора чатов «Сферум». Если это невозможно, создайте новый чат в окне чата.',
  'chat.creation-unknown':
    'Неизвестно, создан ли чат: Сферум не ответил, а учётная запись, от которой его создавали, больше не привязана. Привяжите её снова или создайте новый чат в окне чата.',
  'chat.candidates':
    'В Сферуме есть похожий чат, и по его участникам нельзя понять, тот ли это. Выберите в окне чата: он или создать новый.',
  'chat.reviewed': 'Чат проверяет администратор школы. От вас ничего не требуется.',
  'chat.twin':
    'У администратора чатов «Сферум» есть в Сферуме второй чат с таким же названием. Посмотрите, кто в нём, и дайте ему там другое название: сообщение исчезнет после следующей сверки.',
  'delivery.unbookable':
    'Ответ Сферума об этом чате не удалось записать. Остальные чаты обновляются. Сообщите администратору: причина в журнале.',
  'delivery.source-failed':
    'Часть изменений школы не удаётся прочитать, остальное обновляется. Сообщите администратору: причина в журнале.',
  'delivery.run-failed':
    'Обновление чатов школы несколько раз подряд не удалось. Оно повторится само. Сообщите администратору: причина в журнале.',
};

export const CHAT_STATE_TEXT = {
  waitingForLink: 'Ждёт привязки учебного аккаунта VK ID: добавится сам, когда человек привяжет аккаунт.',
  present: 'В чате',
  outOfReach: 'Был в чате, когда чат видели в последний раз. Сейчас он недоступен.',
  removalHeld: 'В чате. Оснований больше нет, но удаление ждёт подтверждения: уходит больше половины чата.',
  checking: 'Сферум не ответил. Список участников будет прочитан, и станет ясно, в чате ли человек.',
  missing: 'В списке Сферума человека нет, но список не принят: в нём не хватает больше половины чата.',
  toAdd: 'Добавляется в чат.',
  undecided: 'Чат ждёт решения.',
  toRemove: 'Выводится из чата.',
  invited: 'Добавить напрямую нельзя — войдите по ссылке-приглашению.',
  nextAttempt: 'Следующая попытка',
} as const;

export const CHAT_NOT_FOUND_TEXT =
  'Чат не найден. Возможно, его удалили или вы больше в нём не состоите; обновите список.';

/** Stands for the name of a person the directory does not know any more. */
export const PERSON_GONE_TEXT = 'Выбыл из «Электронной школы»';

export const CHAT_PRIVACY_TEXT = {
  leaving: 'Человек ещё в чатах на стороне Сферума: его выводят. Запись исчезнет, когда это удастся.',
} as const;

/** What left the school for a person's membership in a chat. */
export function chatSentText(title: string): string {
  return `В Сферум (VK) передан номер учебного профиля, чтобы человек состоял в чате «${title}».`;
}
