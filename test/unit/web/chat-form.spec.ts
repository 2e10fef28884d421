import { expect } from 'chai';

import type { GroupMembers } from '../../../src/protocol/chat-protocol.js';
import {
  checkRequest,
  formErrors,
  isChanged,
  memberKinds,
  newChat,
  newForm,
  withGroup,
} from '../../../src/web/chat-form.js';
import { removePerson } from '../../../src/web/member-draft.js';

const member: Omit<GroupMembers['members'][number], 'personId' | 'name'> = {
  kind: 'student',
  role: 'member',
  linked: true,
  locked: false,
  reasons: [],
};
const first: GroupMembers = { members: [], titleLength: 20 };
const ofGroup: GroupMembers = { members: [{ ...member, personId: 'pupil', name: 'Ученик' }], titleLength: 20 };
const group = { id: 'g', title: 'Математика/1А (1А)' };

describe('a new form of a chat', () => {
  it('is not changed, and asks for its title and its type', () => {
    const form = newForm(first);
    expect(isChanged(form)).to.equal(false);
    expect(Object.keys(formErrors(form))).to.deep.equal(['title', 'kind']);
  });

  it('asks for the group of a chat «Предмет» only', () => {
    const titled = { ...newForm(first), title: 'Кружок' };
    expect(formErrors({ ...titled, kind: 'subject' })).to.have.keys('groupId');
    expect(formErrors({ ...titled, kind: 'other' })).to.deep.equal({});
  });

  it('has the tab «Родители» for the type «Другое» only', () => {
    expect(memberKinds({ kind: 'subject' })).to.not.include('guardian');
    expect(memberKinds({ kind: 'other' })).to.include('guardian');
  });

  it('counts letters, not code units, of a title that is too long', () => {
    const form = { ...newForm(first), kind: 'other' as const };
    expect(formErrors({ ...form, title: '😀'.repeat(20) })).to.deep.equal({});
    expect(formErrors({ ...form, title: 'я'.repeat(21) })).to.have.keys('title');
  });
});

describe('withGroup', () => {
  it('offers the group’s title where nobody wrote one', () => {
    const form = withGroup({ ...newForm(first), kind: 'subject' }, group, ofGroup);
    expect(form.title).to.equal(group.title);
    expect(withGroup(form, { id: 'h', title: 'Физика' }, ofGroup).title).to.equal('Физика');
    expect(withGroup({ ...form, title: 'Своё' }, group, ofGroup).title).to.equal('Своё');
  });

  it('sends only what differs from what the group brings', () => {
    const form = withGroup({ ...newForm(first), kind: 'subject' }, group, ofGroup);
    expect(newChat(form, 'id').members).to.deep.equal([]);
    const without = { ...form, members: removePerson(form.members, 'pupil') };
    expect(checkRequest(without)).to.deep.equal({
      kind: 'subject',
      title: group.title,
      groupId: 'g',
      members: [{ action: 'remove', personId: 'pupil' }],
    });
  });
});
