import type { Employee, SchoolClass, StudyGroup } from '../host/host-directory.js';
import type { MemberRole } from '../messenger/messenger.js';
import type { MemberReason } from '../protocol/texts.js';
import { must } from '../must.js';
import { cleanTitle, ruleTitle } from './chat-title.js';

/** Who should be in a chat by the rules, and why. Pure: reads nothing, knows no person by name. */
export interface DesiredMember {
  readonly personId: string;
  readonly kind: 'employee' | 'student' | 'guardian';
  readonly role: MemberRole;
  /** Ids of the rules that want the person there, sorted. */
  readonly reasons: readonly MemberReason[];
}

/** A chat that is made by itself. */
export interface DesiredChat {
  readonly kind: 'teachers' | 'class' | 'guardians';
  /** Class; empty for the teachers' chat. */
  readonly sourceId: string;
  readonly sourceName: string;
  /** Part of the chat's identity: last year's chat is never slid under this year's children. */
  readonly schoolYear: string;
  /** By the rule; a number may follow, see `makeTitles`. */
  readonly title: string;
  readonly members: readonly DesiredMember[];
}

/** Joins the reasons of one person: the strongest role wins, an employee stays an employee. */
class MemberList {
  private readonly members = new Map<
    string,
    { kind: DesiredMember['kind']; role: MemberRole; reasons: Set<MemberReason> }
  >();

  add(personId: string | undefined, kind: DesiredMember['kind'], role: MemberRole, reason: MemberReason): this {
    if (personId === undefined) return this;
    const known = this.members.get(personId);
    if (known === undefined) {
      this.members.set(personId, { kind, role, reasons: new Set([reason]) });
    } else {
      known.reasons.add(reason);
      if (role === 'admin') known.role = 'admin';
      if (kind === 'employee') known.kind = 'employee';
    }
    return this;
  }

  toMembers(): DesiredMember[] {
    return [...this.members].map(([personId, { kind, role, reasons }]) => ({
      personId,
      kind,
      role,
      reasons: [...reasons].sort(),
    }));
  }
}

/** Position types whose people belong to the teachers' chat. */
const STAFF: ReadonlySet<string> = new Set(['administration', 'teaching']);

/** «Учительский чат»: «Администрация» and «Педагогический состав», and the chat administrator (R-C2). */
export function teachersChat(administratorId: string | undefined, employees: readonly Employee[]): DesiredChat {
  const members = new MemberList().add(administratorId, 'employee', 'admin', 'chat-administrator');
  for (const employee of employees) {
    if (employee.positionTypes.some((type) => STAFF.has(type))) {
      members.add(employee.personId, 'employee', 'member', 'staff');
    }
  }
  return {
    kind: 'teachers',
    sourceId: '',
    sourceName: '',
    schoolYear: '',
    title: titleOf('teachers', ''),
    members: members.toMembers(),
  };
}

function classChatBase(kind: 'class' | 'guardians', schoolClass: SchoolClass): Omit<DesiredChat, 'members'> {
  return {
    kind,
    sourceId: schoolClass.id,
    sourceName: cleanTitle(schoolClass.name),
    schoolYear: schoolClass.schoolYear,
    title: titleOf(kind, schoolClass.name),
  };
}

function titleOf(kind: DesiredChat['kind'], sourceName: string): string {
  return must(ruleTitle(kind, sourceName), `a title by rule for ${kind}`);
}

function leaders(administratorId: string | undefined, schoolClass: SchoolClass): MemberList {
  return new MemberList()
    .add(administratorId, 'employee', 'admin', 'chat-administrator')
    .add(schoolClass.classTeacherId, 'employee', 'admin', 'class-teacher');
}

/** «Классный чат»: chat administrator, class teacher (an administrator of the chat), pupils (R-C2). */
export function classChat(
  administratorId: string | undefined,
  schoolClass: SchoolClass,
  studentIds: readonly string[],
): DesiredChat {
  const members = leaders(administratorId, schoolClass);
  for (const studentId of studentIds) members.add(studentId, 'student', 'member', 'student');
  return { ...classChatBase('class', schoolClass), members: members.toMembers() };
}

/**
 * «Родительский чат»: chat administrator, class teacher (an administrator of the chat), parents of the pupils (R-C2).
 * @param guardians guardians by student; a guardian of two children of the class is one member
 */
export function guardiansChat(
  administratorId: string | undefined,
  schoolClass: SchoolClass,
  studentIds: readonly string[],
  guardians: ReadonlyMap<string, readonly string[]>,
): DesiredChat {
  const members = leaders(administratorId, schoolClass);
  for (const studentId of studentIds) {
    for (const guardianId of guardians.get(studentId) ?? []) members.add(guardianId, 'guardian', 'member', 'guardian');
  }
  return { ...classChatBase('guardians', schoolClass), members: members.toMembers() };
}

/** A subject chat: chat administrator, the group's teacher (an administrator of the chat), the group's pupils (R-C4). */
export function subjectMembers(
  administratorId: string | undefined,
  group: Pick<StudyGroup, 'teacherId'> | undefined,
  studentIds: readonly string[],
): DesiredMember[] {
  const members = new MemberList()
    .add(administratorId, 'employee', 'admin', 'chat-administrator')
    .add(group?.teacherId, 'employee', 'admin', 'group-teacher');
  for (const studentId of studentIds) members.add(studentId, 'student', 'member', 'group-student');
  return members.toMembers();
}

/** Any other chat: the rules want only the chat administrator (R-A3). */
export function otherMembers(administratorId: string | undefined): DesiredMember[] {
  return subjectMembers(administratorId, undefined, []);
}
