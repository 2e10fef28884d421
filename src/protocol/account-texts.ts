/** Texts about account links that both sides show. */

export const LINK_STATE_TITLE = { none: 'Не привязан', linked: 'Привязан', broken: 'Нужно привязать заново' } as const;

export const LINK_ROLE_TITLE = { employee: 'Сотрудники', student: 'Ученики', guardian: 'Родители' } as const;

export const LINK_BROKEN_TEXT =
  'VK ID больше не принимает выданный доступ. Привяжите аккаунт заново; чаты и место в них сохранятся.';

export const LINK_REPLAYED_TEXT = 'Этот вход уже использован или устарел. Ваш аккаунт остаётся привязанным.';

export const LINK_CLASS_FOREIGN_TEXT =
  'Вам видны привязки только вашего класса. Попросите администратора включить право «Просмотр привязок».';

/** Days between two reminders to one person. */
export const REMINDER_PAUSE_DAYS = 7;

/** What stays when the data of a person was erased, and why. */
export const PERSONAL_DATA_REMAINS_TEXT = {
  revocation:
    'Токены VK ID ждут отзыва на стороне VK: VK сейчас не подтвердил отзыв. Они зашифрованы и будут удалены, как только VK ответит.',
} as const;

/** Where a person's data goes outside the school. */
export const PERSONAL_DATA_SENT_TEXT = {
  messenger:
    'ВКонтакте (Сферум): номер профиля VK, который сообщил сам человек при входе, — для участия в чатах и звонках. Имя и класс в VK не передаются.',
} as const;
