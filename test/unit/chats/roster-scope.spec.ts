import { expect } from 'chai';
import fc from 'fast-check';

import { emptyScope, everythingScope, scopeOf, widen, type RosterScope } from '../../../src/chats/roster-scope.js';
import type { EnrollmentEvent } from '../../../src/host/host-streams.js';

const AT = { id: 'e', position: 1, at: new Date('2026-11-23T09:00:00Z'), organizationId: 'school' };
const id = fc.constantFrom('a', 'b', 'c');
const events: fc.Arbitrary<EnrollmentEvent> = fc.oneof(
  id.map((classId) => ({ ...AT, kind: 'student.enrolled' as const, studentId: 's', classId })),
  id.map((classId) => ({ ...AT, kind: 'student.expelled' as const, studentId: 's', classId })),
  fc.tuple(id, id).map(([fromClassId, toClassId]) => ({
    ...AT,
    kind: 'student.transferred' as const,
    studentId: 's',
    fromClassId,
    toClassId,
  })),
  id.map((personId) => ({ ...AT, kind: 'employee.hired' as const, personId })),
  id.map((personId) => ({ ...AT, kind: 'employee.dismissed' as const, personId })),
  id.map((personId) => ({ ...AT, kind: 'employee.position-changed' as const, personId })),
  id.map((classId) => ({ ...AT, kind: 'class.teacher-changed' as const, classId })),
  id.map((classId) => ({ ...AT, kind: 'class.opened' as const, classId })),
  id.map((classId) => ({ ...AT, kind: 'class.renamed' as const, classId })),
  id.map((classId) => ({ ...AT, kind: 'class.closed' as const, classId })),
  id.map((groupId) => ({ ...AT, kind: 'group.teacher-changed' as const, groupId })),
  id.map((groupId) => ({ ...AT, kind: 'group.members-changed' as const, groupId })),
  id.map((studentId) => ({ ...AT, kind: 'guardian.added' as const, studentId, guardianId: 'g' })),
  id.map((studentId) => ({ ...AT, kind: 'guardian.removed' as const, studentId, guardianId: 'g' })),
  fc.constant({ ...AT, kind: 'school-year.turned' as const, schoolYear: '2027' }),
  fc.constant({ ...AT, kind: 'gap' as const }),
);

function whole(list: readonly EnrollmentEvent[]): RosterScope {
  const scope = emptyScope();
  for (const event of list) widen(scope, scopeOf(event));
  return scope;
}

function plain(scope: RosterScope): unknown {
  const { everything, staff, classIds, groupIds, studentIds } = scope;
  return { everything, staff, ids: [classIds, groupIds, studentIds].map((ids) => [...ids].sort()) };
}

describe('widen', () => {
  it('gives the same scope for events in any order, however often they come', () => {
    fc.assert(
      fc.property(fc.array(events), fc.nat(), (list, turn) => {
        const cut = list.length === 0 ? 0 : turn % list.length;
        const shuffled = [...list.slice(cut), ...[...list].reverse(), ...list.slice(0, cut)];
        expect(plain(whole(shuffled))).to.deep.equal(plain(whole(list)));
      }),
    );
  });

  it('does not change what it adds', () => {
    const more = scopeOf({ ...AT, kind: 'class.opened', classId: 'a' });
    const scope = emptyScope();
    widen(scope, more);
    widen(scope, scopeOf({ ...AT, kind: 'class.opened', classId: 'b' }));
    expect([...more.classIds]).to.deep.equal(['a']);
  });

  it('keeps "everything" once it is asked for', () => {
    const scope = everythingScope();
    widen(scope, emptyScope());
    expect(scope.everything).to.equal(true);
  });
});

describe('scopeOf', () => {
  it('looks at both classes of a transfer', () => {
    const scope = scopeOf({ ...AT, kind: 'student.transferred', studentId: 's', fromClassId: 'a', toClassId: 'b' });
    expect([...scope.classIds]).to.deep.equal(['a', 'b']);
  });

  it('looks at the staff for everything that happens to an employee', () => {
    for (const kind of ['employee.hired', 'employee.dismissed', 'employee.position-changed'] as const) {
      expect(scopeOf({ ...AT, kind, personId: 'p' }).staff, kind).to.equal(true);
    }
  });

  it('looks at the child of a guardian', () => {
    for (const kind of ['guardian.added', 'guardian.removed'] as const) {
      expect([...scopeOf({ ...AT, kind, studentId: 's', guardianId: 'g' }).studentIds], kind).to.deep.equal(['s']);
    }
  });

  it('looks at the group that changed', () => {
    for (const kind of ['group.teacher-changed', 'group.members-changed'] as const) {
      expect([...scopeOf({ ...AT, kind, groupId: 'g' }).groupIds], kind).to.deep.equal(['g']);
    }
  });

  it('looks at everything after a gap and at the turn of the school year', () => {
    expect(scopeOf({ ...AT, kind: 'gap' }).everything).to.equal(true);
    expect(scopeOf({ ...AT, kind: 'school-year.turned', schoolYear: '2027' }).everything).to.equal(true);
  });
});
