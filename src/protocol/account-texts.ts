/** Texts about account links that both sides show. */

export const LINK_STATE_TITLE = { none: 'Не привязан', linked: 'Привязан', broken: 'Нужно привязать заново' } as const;

export const LINK_ROLE_TITLE = { employee: 'Сотрудники', student: 'Ученики', guardian: 'Родители' } as const;

export const LINK_BROKEN_TEXT =
  'VK ID больше не принимает выданный доступ. Привяжите аккаунт заново; чаты и место в них сохранятся.';

export const LINK_REPLAYED_TEXT = 'Этот вход уже использован или устарел. Ваш аккаунт остаётся привязанным.';

export const LINK_CLASS_FOREIGN_TEXT =
  'Вам видны привязки только вашего класса. Попросите администратора включить право «Просмотр привязок».';

/** Unlinking of the account that chats of a school hang on. */
export const UNLINK_TEXT = {
  stops:
    'Без вашего аккаунта чаты школы в Сферуме не сможет изменить никто. Выберите в «Настройки организации» другого администратора чатов и дождитесь, пока чаты перейдут к нему, или подтвердите, что отвязать нужно всё равно.',
  administers: (schools: readonly string[]): string => `Вы администратор чатов «Сферум»: ${schools.join(', ')}`,
  owns: 'На вашем аккаунте держатся чаты школы',
  deliveries:
    'Чаты школы обновляются от вашего имени. Пока вы не привяжете аккаунт снова или администратором не станет другой человек, новые чаты не появятся, а состав участников в Сферуме не будет меняться.',
  /** @param chats «Школа № 1 — 81 чат» */
  owned: (chats: readonly string[]): string =>
    `Без этого аккаунта изменить чаты в Сферуме не сможет никто: ${chats.join('; ')}.`,
  handOver:
    'Сначала выберите в «Настройки организации» другого администратора чатов и дождитесь, пока чаты перейдут к нему.',
  question: 'Вы выйдете из чатов в Сферуме, а обновление чатов школы остановится.',
  again: 'Всё равно отвязать?',
  /** @param owned see `owned`; absent where no chat hangs on the account yet */
  againText: (owned: string | undefined): string =>
    `${owned ?? 'Чаты школы останутся без администратора: новые чаты не появятся.'} Другого администратора чатов можно выбрать до этого в «Настройки организации».`,
  replaced: (chats: readonly string[]): string =>
    `Чаты, которые держатся на прежнем профиле, после этого не сможет изменить никто: ${chats.join('; ')}. Если прежний профиль доступен, привяжите заново его.`,
} as const;

/** What an erasure leaves on the messenger's side. @param chats «Школа № 1 — 81» */
export function ownedChatsRemainText(chats: readonly string[]): string {
  return `Аккаунт ВКонтакте остаётся владельцем чатов (${chats.join('; ')}): изменить их сможет только другой администратор, если он примет чаты.`;
}

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
