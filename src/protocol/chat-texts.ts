/** Texts and tables of the tab «Чаты» that both sides need; without zod, so that windows import them freely. */
import type { ChatKind } from './protocol.js';

/** Tabs of the members' table, in their order. */
export const PERSON_TAB_TITLE = { employee: 'Сотрудники', student: 'Ученики', guardian: 'Родители' } as const;

/** Which people a chat of each kind may be given by hand: «Родители» for «Другое» and the parents' own chats. */
export const CHAT_MEMBER_KINDS: Readonly<Record<ChatKind, readonly ('employee' | 'student' | 'guardian')[]>> = {
  teachers: ['employee'],
  class: ['employee', 'student'],
  guardians: ['employee', 'guardian'],
  subject: ['employee', 'student'],
  other: ['employee', 'student', 'guardian'],
};

/** States of a person in a chat in which a decision by hand keeps them out. */
export const MEMBER_ABSENT_TEXT = {
  removed: 'Удалён из чата вручную: правила его не вернут. Чтобы вернуть, нажмите «Вернуть к правилу».',
  removedLeaving: 'Удалён из чата вручную, выводится из чата в Сферуме.',
  left: 'Вышел из чата в Сферуме. Чтобы позвать снова, отправьте ссылку-приглашение или добавьте вручную.',
} as const;

/** Reason of a member who was kept when a large removal was refused. */
export const MEMBER_KEPT_TEXT = 'оставлен: удаление отклонено';

/** Somebody was faster; what was typed stays in the form. */
export const CHAT_CONFLICT_TEXT = {
  deleted: 'Чат удалён или удаляется. Ваши изменения не потеряны: восстановите чат или создайте новый.',
  archived:
    'Чат перенесён в архив. Ваши изменения не потеряны: внесите их в чат нового учебного года или продолжите этот.',
  /** @param by who changed it */
  changed: (by: string | undefined): string =>
    `Пока окно было открыто, чат изменился${by === undefined ? '' : ` (${by})`}. Ваши изменения не потеряны: сравните их с нынешними и сохраните ещё раз.`,
} as const;

export const SYNCHRONIZATION_TEXT = {
  tooSoon: 'Этот чат только что синхронизировали. Подождите минуту и повторите.',
  notOpen: 'Синхронизировать можно только действующий чат.',
} as const;

/** What a new school year does to chats of classes and groups. */
export const SCHOOL_YEAR_TEXT = {
  archived: 'Чат прошлого учебного года или закрытого класса: его можно читать, состав больше не меняется.',
  continues: 'Продолжить этот чат в следующем учебном году',
  continuesHelp:
    'Если класс переходит дальше, чат останется тем же: название и состав сменятся. Иначе чат уйдёт в архив, а для нового года появится новый.',
  goOn: 'Продолжить этот чат',
  goOnQuestion: (title: string): string =>
    `Чат «${title}» снова станет действующим: люди из нового чата перейдут сюда, новый чат будет закрыт.`,
  gone: 'Продолжить чат нельзя: его класса или группы больше нет в «Электронной школе».',
  yearless: 'Учебный год есть только у чатов классов и предметов.',
} as const;

export const STUDY_GROUP_TEXT = {
  /** «Предмет/Группа (Класс)» */
  title: (subject: string, name: string, classNames: readonly string[]): string =>
    `${subject}/${name}${classNames.length === 0 ? '' : ` (${classNames.join(', ')})`}`,
  gone: 'Группа больше не существует',
} as const;

export const SCHOOL_CLASS_TEXT = {
  gone: 'Класс не найден. Выберите его в списке ещё раз.',
} as const;

export const MEMBER_ROLE_TEXT = {
  promoting: 'В чате. Назначается администратором чата.',
  demoting: 'В чате. Права администратора чата снимаются.',
  notYet: 'Ещё не в чате.',
} as const;

/** Why what was decided about people is refused. */
export const MEMBER_EDIT_TEXT = {
  twice: 'Для одного человека передано несколько решений. Обновите окно и повторите.',
  kinds: (chatKind: string, tabs: readonly string[]): string =>
    `В чат с типом «${chatKind}» можно добавить только: ${tabs.join(', ')}.`,
  locked: 'Администратора чатов «Сферум» нельзя убрать из чата: через него чат работает.',
  ruledAdministrator:
    'Администратор чатов «Сферум», классный руководитель и учитель группы остаются администраторами чата.',
  notMember: 'Роль можно изменить только у участника чата. Сначала добавьте человека.',
} as const;
