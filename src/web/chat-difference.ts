import type { ChatCard } from '../protocol/chat-protocol.js';
import { titleChanged, type ChatForm } from './chat-form.js';
import { draftRows, knownOfChat } from './member-draft.js';

/** One kind of change and whom or what it is about. */
export interface ChangeLine {
  readonly label: string;
  readonly items: readonly string[];
}

const LABEL = {
  title: 'Наименование',
  added: 'Добавлены',
  removed: 'Удалены из чата',
  promoted: 'Стали администраторами чата',
  demoted: 'Больше не администраторы чата',
  ruled: 'Возвращены к правилу',
} as const;

/** What the form would change. */
export function ownChanges(form: ChatForm): readonly ChangeLine[] {
  const rows = draftRows(form.members).filter(({ change }) => change !== undefined);
  const names = (wanted: (row: (typeof rows)[number]) => boolean): string[] =>
    rows.filter(wanted).map(({ name }) => name);
  const ruleTitle = form.titleByRule ? form.card?.ruleTitle : undefined;
  return lines([
    [LABEL.title, titleChanged(form) ? [`«${ruleTitle ?? form.title}»`] : []],
    [LABEL.added, names(({ change }) => change === 'add')],
    [LABEL.removed, names(({ change }) => change === 'remove')],
    [LABEL.promoted, names(({ change, role }) => change === 'role' && role === 'admin')],
    [LABEL.demoted, names(({ change, role }) => change === 'role' && role === 'member')],
    [LABEL.ruled, names(({ change }) => change === 'rule')],
  ]);
}

/** What somebody else changed between two versions of a chat. */
export function changesBetween(before: ChatCard, after: ChatCard): readonly ChangeLine[] {
  const then = knownOfChat(before.members);
  const now = [...knownOfChat(after.members).values()];
  const there = (personId: string): boolean => then.get(personId)?.belongs === true;
  const stayed = now.filter(({ personId, belongs }) => belongs && there(personId));
  const present = new Set(now.filter(({ belongs }) => belongs).map(({ personId }) => personId));
  const roleChanged = (role: string): string[] =>
    stayed.filter((one) => one.role === role && then.get(one.personId)?.role !== role).map(({ name }) => name);
  return lines([
    [LABEL.title, before.chat.title === after.chat.title ? [] : [`«${after.chat.title}»`]],
    [LABEL.added, now.filter(({ personId, belongs }) => belongs && !there(personId)).map(({ name }) => name)],
    [
      LABEL.removed,
      [...then.values()].filter(({ personId, belongs }) => belongs && !present.has(personId)).map(({ name }) => name),
    ],
    [LABEL.promoted, roleChanged('admin')],
    [LABEL.demoted, roleChanged('member')],
  ]);
}

function lines(all: readonly (readonly [label: string, items: readonly string[]])[]): readonly ChangeLine[] {
  return all.filter(([, items]) => items.length > 0).map(([label, items]) => ({ label, items }));
}
