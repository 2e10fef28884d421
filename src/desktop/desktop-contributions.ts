import { LINKED_FLAG } from '../account/account-desktop-state.js';
import { LINKS_FLAG, REMINDED_FLAG } from '../account/link-registry-desktop-state.js';
import type { MenuContribution, ShortcutContribution, WindowContribution } from '../host/contribution-points.js';
import { LESSONS_TODAY_TITLE } from '../protocol/conference-texts.js';
import { SYNCHRONIZATION_WINDOW_TITLE } from '../protocol/synchronization-texts.js';
import { Right } from '../rights/rights.js';
import { LINK_ICON, REGISTRY_ICON } from './icons.js';

/** Windows of the plugin. The registry is open to whoever has its right; the others guard themselves. */
export const WINDOWS: readonly WindowContribution[] = [
  {
    id: 'sferum.registry',
    title: 'Сферум',
    element: 'sferum-registry',
    icon: REGISTRY_ICON,
    width: 1080,
    height: 640,
    anyRight: [Right.registryOpen],
  },
  { id: 'sferum.chat', title: 'Чат', element: 'sferum-chat', icon: REGISTRY_ICON, width: 1000, height: 600 },
  {
    id: 'sferum.chat-editor',
    title: 'Добавление чата',
    element: 'sferum-chat-editor',
    icon: REGISTRY_ICON,
    width: 860,
    height: 680,
  },
  {
    id: 'sferum.conference-editor',
    title: 'Добавление видеоконференции',
    element: 'sferum-conference-editor',
    icon: REGISTRY_ICON,
    width: 860,
    height: 720,
  },
  {
    id: 'sferum.authorization',
    title: 'Авторизация в Сферум',
    element: 'sferum-authorization',
    icon: LINK_ICON,
    width: 560,
    height: 520,
  },
  {
    id: 'sferum.unlink',
    title: 'Отвязка аккаунта от Сферума',
    element: 'sferum-unlink',
    icon: LINK_ICON,
    width: 520,
    height: 560,
  },
  {
    id: 'sferum.links',
    title: 'Привязки учётных записей',
    element: 'sferum-links',
    icon: LINK_ICON,
    width: 1080,
    height: 640,
  },
  {
    id: 'sferum.lessons-today',
    title: LESSONS_TODAY_TITLE,
    element: 'sferum-lessons-today',
    icon: REGISTRY_ICON,
    width: 920,
    height: 640,
    anyRight: [Right.conferenceView, Right.lessonCreate],
  },
  {
    id: 'sferum.synchronization',
    title: SYNCHRONIZATION_WINDOW_TITLE,
    element: 'sferum-synchronization',
    icon: REGISTRY_ICON,
    width: 960,
    height: 680,
    anyRight: [Right.synchronizationView],
  },
];

export const SHORTCUTS: readonly ShortcutContribution[] = [
  {
    id: 'sferum.shortcut.link',
    title: 'Привязать аккаунт к Сферум',
    icon: LINK_ICON,
    target: { kind: 'window', windowId: 'sferum.authorization' },
    when: { notFlag: LINKED_FLAG },
    order: 10,
  },
  {
    id: 'sferum.shortcut.reminder',
    title: 'Школа просит привязать аккаунт',
    icon: LINK_ICON,
    target: { kind: 'window', windowId: 'sferum.authorization', params: { reminder: 'yes' } },
    when: { flag: REMINDED_FLAG },
    order: 5,
  },
  {
    id: 'sferum.shortcut.registry',
    title: 'Сферум',
    icon: REGISTRY_ICON,
    target: { kind: 'window', windowId: 'sferum.registry' },
    when: { anyRight: [Right.registryOpen] },
    order: 30,
  },
];

export const MENU: readonly MenuContribution[] = [
  {
    id: 'sferum.menu.registry',
    path: ['Реестры'],
    title: 'Сферум',
    icon: REGISTRY_ICON,
    target: { kind: 'window', windowId: 'sferum.registry' },
    when: { anyRight: [Right.registryOpen] },
    order: 10,
  },
  {
    id: 'sferum.menu.links',
    path: ['Реестры'],
    title: 'Сферум: привязки учётных записей',
    icon: LINK_ICON,
    target: { kind: 'window', windowId: 'sferum.links' },
    when: { flag: LINKS_FLAG },
    order: 20,
  },
  {
    id: 'sferum.menu.lessons-today',
    path: ['Реестры'],
    title: `Сферум: ${LESSONS_TODAY_TITLE.toLowerCase()}`,
    icon: REGISTRY_ICON,
    target: { kind: 'window', windowId: 'sferum.lessons-today' },
    when: { anyRight: [Right.conferenceView, Right.lessonCreate] },
    order: 30,
  },
  {
    id: 'sferum.menu.synchronization',
    path: ['Администрирование'],
    title: 'Сферум: состояние синхронизации',
    icon: REGISTRY_ICON,
    target: { kind: 'window', windowId: 'sferum.synchronization' },
    when: { anyRight: [Right.synchronizationView] },
    order: 90,
  },
];
