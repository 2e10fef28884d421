import { expect } from 'chai';

import type { PersonChoice } from '../../../src/protocol/chat-protocol.js';
import {
  addPeople,
  changeRole,
  draftRows,
  draftTabs,
  memberEdits,
  rebase,
  removePerson,
  returnAllToRule,
  returnToRule,
  withoutEdit,
  type KnownMember,
  type MemberDraft,
} from '../../../src/web/member-draft.js';

function known(personId: string, change: Partial<KnownMember> = {}): KnownMember {
  const person = { personId, name: personId, kinds: ['student'] as const, detail: '', linked: true };
  const rules = { ruled: true, locked: false, adminByRule: false, origin: 'rule' as const };
  return { ...person, ...rules, role: 'member', belongs: true, ...change };
}

function draft(...members: KnownMember[]): MemberDraft {
  return { known: new Map(members.map((member) => [member.personId, member])), edits: new Map() };
}

function choice(personId: string, kind: PersonChoice['kind'] = 'student'): PersonChoice {
  return { personId, name: personId, kind, detail: '5А', linked: false };
}

const administrator = known('administrator', {
  kinds: ['employee'],
  role: 'admin',
  locked: true,
  adminByRule: true,
});
const removed = known('removed', { belongs: false, origin: 'removed' });
const ALL = ['employee', 'student', 'guardian'] as const;

describe('removePerson', () => {
  it('keeps the chat administrator', () => {
    expect(memberEdits(removePerson(draft(administrator), 'administrator'), ALL)).to.deep.equal([]);
  });

  it('forgets a person who was only added in the form', () => {
    const next = removePerson(addPeople(draft(), [choice('new')]), 'new');
    expect(draftRows(next)).to.deep.equal([]);
  });

  it('keeps the line of a member, and taking it back leaves nothing to save', () => {
    const next = removePerson(draft(known('pupil')), 'pupil');
    expect(draftRows(next)).to.have.length(1);
    expect(memberEdits(next, ALL)).to.deep.equal([{ action: 'remove', personId: 'pupil' }]);
    expect(memberEdits(withoutEdit(next, 'pupil'), ALL)).to.deep.equal([]);
  });
});

describe('addPeople', () => {
  it('leaves members as they are', () => {
    expect(memberEdits(addPeople(draft(known('pupil')), [choice('pupil')]), ALL)).to.deep.equal([]);
  });

  it('takes back a removal that was not saved', () => {
    const next = addPeople(removePerson(draft(known('pupil')), 'pupil'), [choice('pupil')]);
    expect(memberEdits(next, ALL)).to.deep.equal([]);
  });

  it('brings back a person who was removed before', () => {
    const next = addPeople(draft(removed), [choice('removed')]);
    expect(memberEdits(next, ALL)).to.deep.equal([
      { action: 'add', personId: 'removed', kind: 'student', role: 'member' },
    ]);
  });
});

describe('changeRole', () => {
  it('makes somebody added in the form an administrator in one change', () => {
    const next = changeRole(addPeople(draft(), [choice('new')]), 'new', 'admin');
    expect(memberEdits(next, ALL)).to.deep.equal([{ action: 'add', personId: 'new', kind: 'student', role: 'admin' }]);
  });

  it('leaves nothing to save when the role is as it was', () => {
    const next = changeRole(changeRole(draft(known('pupil')), 'pupil', 'admin'), 'pupil', 'member');
    expect(memberEdits(next, ALL)).to.deep.equal([]);
  });
});

describe('returnToRule', () => {
  it('brings back whom a rule wants', () => {
    const next = returnToRule(draft(removed), 'removed');
    expect(memberEdits(next, ALL)).to.deep.equal([{ action: 'rule', personId: 'removed' }]);
    expect(draftRows(next)[0]?.belongs).to.equal(true);
  });

  it('does nothing where nothing was decided by hand', () => {
    expect(memberEdits(returnToRule(draft(known('pupil')), 'pupil'), ALL)).to.deep.equal([]);
  });
});

describe('returnAllToRule', () => {
  it('brings back the removed, takes out the added and the administrators by hand', () => {
    const added = known('added', { origin: 'added', ruled: false });
    const promoted = known('promoted', { role: 'admin' });
    const next = returnAllToRule(draft(administrator, removed, added, promoted, known('pupil')));
    expect(memberEdits(next, ALL)).to.deep.equal([
      { action: 'rule', personId: 'removed' },
      { action: 'remove', personId: 'added' },
      { action: 'rule', personId: 'promoted' },
    ]);
  });
});

describe('rebase', () => {
  it('keeps changes that still make sense, and drops those that came true', () => {
    let mine = draft(known('a'), known('b'), known('c'));
    mine = removePerson(removePerson(mine, 'a'), 'b');
    mine = changeRole(mine, 'c', 'admin');
    mine = addPeople(mine, [choice('d'), choice('e')]);
    const current = draft(known('b'), known('c', { role: 'admin' }), known('d')).known;
    expect(memberEdits(rebase(mine, current), ALL)).to.deep.equal([
      { action: 'remove', personId: 'b' },
      { action: 'add', personId: 'e', kind: 'student', role: 'member' },
    ]);
  });
});

describe('memberEdits', () => {
  it('leaves out people whom a chat of this type may not be given', () => {
    const next = addPeople(draft(), [choice('parent', 'guardian'), choice('pupil')]);
    expect(memberEdits(next, ['employee', 'student']).map(({ personId }) => personId)).to.deep.equal(['pupil']);
  });
});

describe('draftTabs', () => {
  it('leaves no member out', () => {
    const tabs = draftTabs(draftRows(draft(administrator, known('parent', { kinds: ['guardian'] }))), ['employee']);
    expect(tabs[0]?.rows.map(({ personId }) => personId)).to.have.members(['administrator', 'parent']);
  });
});
