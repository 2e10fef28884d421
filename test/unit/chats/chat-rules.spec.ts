import { expect } from 'chai';
import fc from 'fast-check';

import {
  classChat,
  guardiansChat,
  subjectMembers,
  teachersChat,
  type DesiredMember,
} from '../../../src/chats/chat-rules.js';
import type { Employee, PositionType, SchoolClass } from '../../../src/host/host-directory.js';

const person = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const people = fc.uniqueArray(person);
const nobodyOr = fc.option(person, { nil: undefined });
const employees = fc.uniqueArray(
  fc.record({
    personId: person,
    positionTypes: fc.uniqueArray(fc.constantFrom<PositionType>('administration', 'teaching', 'other')),
  }),
  { selector: ({ personId }) => personId },
);
const guardians = fc.dictionary(person, people).map((entries) => new Map(Object.entries(entries)));

function employed(list: readonly Pick<Employee, 'personId' | 'positionTypes'>[]): Employee[] {
  return list.map((employee) => ({ ...employee, organizationId: 'school', position: '' }));
}

function classLedBy(classTeacherId: string | undefined): SchoolClass {
  const schoolClass = { id: '5a', organizationId: 'school', name: '5А', schoolYear: '2026' };
  return classTeacherId === undefined ? schoolClass : { ...schoolClass, classTeacherId };
}

function sorted(members: readonly DesiredMember[]): DesiredMember[] {
  return [...members].sort((one, other) => one.personId.localeCompare(other.personId));
}

function memberOf(members: readonly DesiredMember[], personId: string): DesiredMember | undefined {
  return members.find((member) => member.personId === personId);
}

describe('teachersChat', () => {
  it('does not depend on the order of the employees', () => {
    fc.assert(
      fc.property(nobodyOr, employees, (administrator, staff) => {
        const one = teachersChat(administrator, employed(staff)).members;
        const other = teachersChat(administrator, employed([...staff].reverse())).members;
        expect(sorted(one)).to.deep.equal(sorted(other));
      }),
    );
  });

  it('has one identity whatever the school year', () => {
    const { kind, sourceId, schoolYear } = teachersChat('a', []);
    expect({ kind, sourceId, schoolYear }).to.deep.equal({ kind: 'teachers', sourceId: '', schoolYear: '' });
  });
});

describe('classChat', () => {
  it('does not depend on the order or the repetition of pupils', () => {
    fc.assert(
      fc.property(nobodyOr, nobodyOr, people, (administrator, teacher, students) => {
        const one = classChat(administrator, classLedBy(teacher), students).members;
        const other = classChat(administrator, classLedBy(teacher), [...students, ...[...students].reverse()]).members;
        expect(sorted(one)).to.deep.equal(sorted(other));
      }),
    );
  });

  it('belongs to the class of one school year', () => {
    const { sourceId, schoolYear, sourceName } = classChat(undefined, classLedBy(undefined), []);
    expect({ sourceId, schoolYear, sourceName }).to.deep.equal({
      sourceId: '5a',
      schoolYear: '2026',
      sourceName: '5А',
    });
  });
});

describe('guardiansChat', () => {
  it('does not depend on the order of pupils', () => {
    fc.assert(
      fc.property(nobodyOr, nobodyOr, people, guardians, (administrator, teacher, students, parents) => {
        const one = guardiansChat(administrator, classLedBy(teacher), students, parents).members;
        const other = guardiansChat(administrator, classLedBy(teacher), [...students].reverse(), parents).members;
        expect(sorted(one)).to.deep.equal(sorted(other));
      }),
    );
  });

  it('lets a member go with the last reason only', () => {
    fc.assert(
      fc.property(person, nobodyOr, nobodyOr, people, guardians, (who, administrator, teacher, students, parents) => {
        const members = guardiansChat(administrator, classLedBy(teacher), students, parents).members;
        const reasons = [
          ...(administrator === who ? ['chat-administrator'] : []),
          ...(teacher === who ? ['class-teacher'] : []),
          ...(students.some((student) => parents.get(student)?.includes(who)) ? ['guardian'] : []),
        ];
        expect(memberOf(members, who)?.reasons ?? []).to.deep.equal(reasons);
      }),
    );
  });

  it('makes an administrator of who leads, whatever else they are', () => {
    fc.assert(
      fc.property(nobodyOr, nobodyOr, people, guardians, (administrator, teacher, students, parents) => {
        for (const member of guardiansChat(administrator, classLedBy(teacher), students, parents).members) {
          const leads = member.personId === administrator || member.personId === teacher;
          expect(member.role).to.equal(leads ? 'admin' : 'member');
          expect(member.kind).to.equal(leads ? 'employee' : 'guardian');
        }
      }),
    );
  });
});

describe('subjectMembers', () => {
  it('names everybody once, each with at least one reason', () => {
    fc.assert(
      fc.property(nobodyOr, nobodyOr, people, (administrator, teacher, students) => {
        const members = subjectMembers(
          administrator,
          teacher === undefined ? undefined : { teacherId: teacher },
          students,
        );
        const wanted = new Set([administrator, teacher, ...students].filter((id) => id !== undefined));
        expect(members.map((member) => member.personId)).to.have.members([...wanted]);
        expect(members.every((member) => member.reasons.length > 0)).to.equal(true);
      }),
    );
  });
});
