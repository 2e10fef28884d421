import type { MemberRow } from '../protocol/protocol.js';

type MemberKind = MemberRow['kinds'][number];

/** Tabs of a chat's window, in the order of the screen. */
export const MEMBER_TABS: readonly { readonly id: string; readonly title: string; readonly kind: MemberKind }[] = [
  { id: 'employees', title: 'Сотрудники', kind: 'employee' },
  { id: 'students', title: 'Ученики', kind: 'student' },
  { id: 'guardians', title: 'Родители', kind: 'guardian' },
];

export interface MemberTab<T> {
  readonly id: string;
  readonly title: string;
  readonly members: readonly T[];
}

/** Those to be shown: all, or only people who belong to the chat and are not in it. */
export function membersShown<T extends MemberRow>(members: readonly T[], onlyAbsent: boolean): readonly T[] {
  if (!onlyAbsent) return members;
  return members.filter(({ state }) => state !== 'present' && state !== 'to-remove');
}

/** A teacher who is a parent too stands in both tabs; nobody is left out. */
export function memberTabs<T extends MemberRow>(members: readonly T[], onlyAbsent: boolean): readonly MemberTab<T>[] {
  const shown = membersShown(members, onlyAbsent);
  return MEMBER_TABS.map(({ id, title, kind }, index) => ({
    id,
    title,
    members: shown.filter(({ kinds }) => kinds.includes(kind) || (index === 0 && kinds.length === 0)),
  }));
}

/** Why the person belongs to the chat, or what a hand did about it. */
export function reasonsText({ reasons, origin }: Pick<MemberRow, 'reasons' | 'origin'>): string {
  const text = reasons.join(', ');
  if (origin === 'removed') return text === '' ? 'исключён вручную' : `исключён вручную (${text})`;
  if (origin === 'left') return text === '' ? 'вышел из чата' : `вышел из чата (${text})`;
  return text === '' && origin === 'added' ? 'добавлен вручную' : text;
}
