import type { LinkCounts, LinkRole, LinkRow, LinkState, LinkSummary } from '../protocol/account-protocol.js';
import type { AccountLink } from './account-link-store.js';

/** Somebody of a school in one role. */
export interface SchoolPerson {
  readonly personId: string;
  readonly name: string;
  readonly role: LinkRole;
  readonly detail: string;
  /** Classes they are a student or a guardian of. */
  readonly classIds: readonly string[];
}

export interface LinkFilter {
  readonly role?: LinkRole | undefined;
  readonly classId?: string | undefined;
  readonly state?: LinkState | undefined;
  readonly query: string;
}

const ROLE_ORDER: Readonly<Record<LinkRole, number>> = { student: 0, guardian: 1, employee: 2 };

/** People that fit the filter, by role and name. Pure, like everything here. */
export function filteredPeople(
  people: readonly SchoolPerson[],
  links: ReadonlyMap<string, AccountLink>,
  filter: LinkFilter,
): SchoolPerson[] {
  const query = filter.query.trim().toLocaleLowerCase('ru');
  return people
    .filter(
      (person) =>
        (filter.role === undefined || person.role === filter.role) &&
        (filter.classId === undefined || person.classIds.includes(filter.classId)) &&
        (filter.state === undefined || stateOf(links, person) === filter.state) &&
        person.name.toLocaleLowerCase('ru').includes(query),
    )
    .toSorted((a, b) => ROLE_ORDER[a.role] - ROLE_ORDER[b.role] || a.name.localeCompare(b.name, 'ru'));
}

/** @param remindedAt the last reminder, where there is one; @param mayBeReminded the pause since it is over */
export function linkRow(
  person: SchoolPerson,
  link: AccountLink | undefined,
  remindedAt: Date | undefined,
  mayBeReminded: boolean,
): LinkRow {
  const { personId, name, role, detail } = person;
  const state = link?.state ?? 'none';
  return {
    personId,
    name,
    role,
    detail,
    state,
    ...(link === undefined ? {} : { linkedAt: link.linkedAt.toISOString() }),
    ...(remindedAt === undefined ? {} : { remindedAt: remindedAt.toISOString() }),
    canRemind: state !== 'linked' && mayBeReminded,
  };
}

/** @param employees absent for a class teacher */
export function linkSummary(
  classes: readonly { readonly id: string; readonly name: string }[],
  ofClasses: readonly SchoolPerson[],
  employees: readonly SchoolPerson[] | undefined,
  links: ReadonlyMap<string, AccountLink>,
): Omit<LinkSummary, 'asOf' | 'scope'> {
  const counts = (role: LinkRole, people: readonly SchoolPerson[]): LinkCounts => countsOf(people, role, links);
  const membersOf = new Map<string, SchoolPerson[]>(classes.map(({ id }) => [id, []]));
  for (const person of ofClasses) for (const id of person.classIds) membersOf.get(id)?.push(person);
  return {
    ...(employees === undefined ? {} : { employees: counts('employee', employees) }),
    students: counts('student', ofClasses),
    guardians: counts('guardian', ofClasses),
    classes: classes.map(({ id, name }) => {
      const members = membersOf.get(id) ?? [];
      return { id, name, students: counts('student', members), guardians: counts('guardian', members) };
    }),
  };
}

function countsOf(
  people: readonly SchoolPerson[],
  role: LinkRole,
  links: ReadonlyMap<string, AccountLink>,
): LinkCounts {
  const counts = { total: 0, linked: 0, broken: 0 };
  for (const person of people) {
    if (person.role !== role) continue;
    counts.total += 1;
    const state = stateOf(links, person);
    if (state !== 'none') counts[state] += 1;
  }
  return counts;
}

function stateOf(links: ReadonlyMap<string, AccountLink>, person: SchoolPerson): LinkState {
  return links.get(person.personId)?.state ?? 'none';
}
