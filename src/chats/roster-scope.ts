import type { ChatKind } from '../protocol/protocol.js';
import type { EnrollmentEvent } from '../host/host-streams.js';

/** Where to look in one organisation. Equal scopes that wait become one. */
export interface RosterScope {
  /** Everything; the rest does not matter then. */
  everything: boolean;
  staff: boolean;
  readonly classIds: Set<string>;
  readonly groupIds: Set<string>;
  /** Students whose classes have to be looked at. */
  readonly studentIds: Set<string>;
}

export function emptyScope(): RosterScope {
  return { everything: false, staff: false, classIds: new Set(), groupIds: new Set(), studentIds: new Set() };
}

export function everythingScope(): RosterScope {
  return { ...emptyScope(), everything: true };
}

/** Adds `more` to `scope`. */
export function widen(scope: RosterScope, more: RosterScope): void {
  scope.everything ||= more.everything;
  scope.staff ||= more.staff;
  for (const id of more.classIds) scope.classIds.add(id);
  for (const id of more.groupIds) scope.groupIds.add(id);
  for (const id of more.studentIds) scope.studentIds.add(id);
}

/** Where to look for one chat; nowhere for a chat whose members people choose. */
export function scopeOfChat({ kind, sourceId }: { readonly kind: ChatKind; readonly sourceId: string }): RosterScope {
  const scope = emptyScope();
  if (kind === 'teachers') scope.staff = true;
  if (kind === 'class' || kind === 'guardians') scope.classIds.add(sourceId);
  if (kind === 'subject') scope.groupIds.add(sourceId);
  return scope;
}

/** Where an event says to look; what happened is read from the directory. */
export function scopeOf(event: EnrollmentEvent): RosterScope {
  const scope = emptyScope();
  switch (event.kind) {
    case 'student.enrolled':
    case 'student.expelled':
      scope.classIds.add(event.classId);
      return scope;
    case 'student.transferred':
      scope.classIds.add(event.fromClassId).add(event.toClassId);
      return scope;
    case 'employee.hired':
    case 'employee.dismissed':
    case 'employee.position-changed':
      scope.staff = true;
      return scope;
    case 'class.teacher-changed':
    case 'class.opened':
    case 'class.renamed':
    case 'class.closed':
      scope.classIds.add(event.classId);
      return scope;
    case 'group.teacher-changed':
    case 'group.members-changed':
      scope.groupIds.add(event.groupId);
      return scope;
    case 'guardian.added':
    case 'guardian.removed':
      scope.studentIds.add(event.studentId);
      return scope;
    case 'school-year.turned':
    case 'gap':
      return everythingScope();
    default:
      throw new Error(`an enrolment event has an unknown kind: ${String((event as { kind?: unknown }).kind)}`);
  }
}
