import type { RightContribution, RoleArchetype } from '../host/contribution-points.js';
import { HOST_METAROLES } from '../host/host-session.js';
import { MODULE_TITLE } from '../protocol/texts.js';
import { CHAT_ADMINISTRATOR_METAROLE, Right } from './rights.js';

const MANAGERS = [
  HOST_METAROLES.superAdministrator,
  HOST_METAROLES.organizationAdministrator,
  CHAT_ADMINISTRATOR_METAROLE,
] as const;

function right(
  id: Right,
  group: string,
  title: string,
  help: string,
  risk: RightContribution['risk'] = 'low',
  defaultRoles: readonly RoleArchetype[] = [],
): RightContribution {
  return { id, module: MODULE_TITLE, group, title, help, risk, defaultMetaroles: MANAGERS, defaultRoles };
}

const EVERYBODY = ['teacher', 'employee', 'student', 'guardian'] as const;

/** The switches of module «Сферум» in the role editor, in the order they are shown. */
export const RIGHT_CONTRIBUTIONS: readonly RightContribution[] = [
  right(
    Right.registryOpen,
    'Реестр',
    'Открывать реестр «Сферум»',
    'Ярлык «Сферум» и пункт меню «Реестры / Сферум».',
    'low',
    EVERYBODY,
  ),
  right(
    Right.chatView,
    'Чаты',
    'Просмотр чатов',
    'Видеть все чаты организации. Свои чаты человек видит и без этого права.',
  ),
  right(Right.chatCreate, 'Чаты', 'Добавление чатов', 'Создавать чаты с типом «Предмет» и «Другое».', 'medium'),
  right(Right.chatEdit, 'Чаты', 'Изменение чатов', 'Менять название и участников любого чата.', 'medium'),
  right(
    Right.chatDelete,
    'Чаты',
    'Удаление чатов',
    'Удалять чаты с типом «Предмет» и «Другое» вместе с участниками.',
    'high',
  ),
  right(
    Right.conferenceView,
    'Видеоконференции',
    'Просмотр видеоконференций',
    'Видеть все видеоконференции организации.',
  ),
  right(
    Right.conferenceCreate,
    'Видеоконференции',
    'Добавление видеоконференций',
    'Назначать видеоконференции.',
    'medium',
  ),
  right(Right.conferenceEdit, 'Видеоконференции', 'Изменение видеоконференций', 'Менять время и участников.', 'medium'),
  right(
    Right.conferenceEnd,
    'Видеоконференции',
    'Завершение видеоконференций',
    'Заканчивать видеоконференцию для всех.',
    'medium',
  ),
  right(Right.conferenceDelete, 'Видеоконференции', 'Удаление видеоконференций', 'Удалять видеоконференции.', 'high'),
  right(
    Right.lessonCreate,
    'Онлайн-урок',
    'Создание онлайн-урока',
    'Кнопка «Создать онлайн-урок»: учителю для своих уроков, с просмотром видеоконференций — для любого.',
    'medium',
    ['teacher'],
  ),
  right(
    Right.lessonConnect,
    'Онлайн-урок',
    'Подключение к онлайн-уроку',
    'Кнопка «Подключиться к онлайн-уроку»: участникам урока, с просмотром видеоконференций — для любого.',
    'low',
    ['teacher', 'student'],
  ),
  right(
    Right.lessonEnd,
    'Онлайн-урок',
    'Завершение онлайн-урока',
    'Кнопка «Завершить онлайн-урок»: учителю для своих уроков, с просмотром видеоконференций — для любого.',
    'medium',
    ['teacher'],
  ),
  right(Right.linkView, 'Учётные записи', 'Просмотр привязок', 'Видеть, кто привязал учебный профиль VK ID.', 'medium'),
  right(Right.synchronizationView, 'Синхронизация', 'Состояние синхронизации', 'Видеть, как доставляются изменения.'),
  right(Right.synchronizationRun, 'Синхронизация', 'Запуск проверки', 'Запускать сверку чатов вручную.', 'medium'),
  right(
    Right.synchronizationConfirm,
    'Синхронизация',
    'Подтверждение больших удалений',
    'Разрешать удаление больше половины участников чата; решать, верен ли список из Сферума и какой чат в нём наш.',
    'high',
  ),
];
