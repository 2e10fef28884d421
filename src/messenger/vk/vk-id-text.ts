/** By VK ID's code of an error, and by our own codes for what is wrong with an answer. */
const TEXTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    access_denied: 'Вход через VK ID отменён. Начните привязку заново и подтвердите доступ.',
    invalid_client: 'VK ID не узнаёт приложение. Администратору: проверьте номер приложения в настройках модуля.',
    invalid_grant: 'Разрешение VK ID больше не действует. Привяжите учётную запись заново.',
    invalid_token: 'VK ID больше не принимает доступ этой учётной записи. Привяжите её заново.',
    invalid_scope: 'VK ID не даёт приложению запрошенных прав. Администратору: проверьте права приложения.',
    state_mismatch: 'Ответ VK ID относится к другому запросу. Начните привязку учётной записи заново.',
    insecure_address: 'Адрес VK ID должен начинаться с https. Администратору: исправьте настройки модуля.',
  }),
);

/** What happened and what to do when VK ID said no. */
export function vkIdRefusalText(code: string): string {
  return TEXTS.get(code) ?? 'VK ID отклонил запрос. Начните привязку учётной записи заново.';
}

export const VK_ID_NO_ANSWER_TEXT = 'VK ID не ответил. Повторите попытку через несколько минут.';
