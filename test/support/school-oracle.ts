import type { MemoryDirectory } from './memory-directory.js';

/** Who should be in which chat on the messenger's side. */
export type ExpectedChats = Readonly<Record<string, readonly string[]>>;

/** What people decided by hand, by title of the chat. */
export interface HandDecisions {
  readonly removed: ReadonlyMap<string, ReadonlySet<string>>;
  readonly added: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * The members of every chat, told from the directory in the shortest way there is, and not by the rules under test.
 * @param accounts linked accounts by person
 */
export function expectedChats(
  directory: MemoryDirectory,
  administratorId: string,
  accounts: ReadonlyMap<string, string>,
  { removed, added }: HandDecisions,
): ExpectedChats {
  const chats: Record<string, readonly string[]> = {};
  const chat = (title: string, people: readonly (string | undefined)[]): void => {
    const out = removed.get(title);
    const wanted = [...people, ...(added.get(title) ?? [])].filter(
      (person) => person === administratorId || out === undefined || person === undefined || !out.has(person),
    );
    const there = [administratorId, ...wanted].flatMap((person) => accounts.get(person ?? '') ?? []);
    chats[title] = [...new Set(there)].sort();
  };
  const staff = directory.employeeRows.filter(({ positionTypes }) =>
    positionTypes.some((type) => type === 'administration' || type === 'teaching'),
  );
  chat(
    'Учительский чат',
    staff.map(({ personId }) => personId),
  );
  for (const { id, name, classTeacherId } of directory.classRows) {
    const pupils = directory.classMembers.filter(({ classId }) => classId === id).map(({ studentId }) => studentId);
    const parents = directory.guardianships
      .filter(({ studentId }) => pupils.includes(studentId))
      .map(({ guardianId }) => guardianId);
    chat(`Классный чат ${name}`, [classTeacherId, ...pupils]);
    chat(`Родительский чат ${name}`, [classTeacherId, ...parents]);
  }
  return chats;
}
