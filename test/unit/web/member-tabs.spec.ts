import { expect } from 'chai';
import type { MemberRow } from '../../../src/protocol/protocol.js';
import { memberTabs, membersShown, reasonsText } from '../../../src/web/member-tabs.js';

function member(personId: string, change: Partial<MemberRow> = {}): MemberRow {
  const known = { personId, name: personId, role: 'member', state: 'present', stateText: 'В чате' } as const;
  return { ...known, kinds: ['student'], reasons: ['ученик класса'], origin: 'rule', ...change };
}

describe('memberTabs', () => {
  it('shows a teacher who is a parent in both tabs', () => {
    const tabs = memberTabs([member('teacher', { kinds: ['employee', 'guardian'] }), member('pupil')], false);
    expect(tabs.map(({ title, members }) => [title, members.map(({ personId }) => personId)])).to.deep.equal([
      ['Сотрудники', ['teacher']],
      ['Ученики', ['pupil']],
      ['Родители', ['teacher']],
    ]);
  });

  it('leaves nobody out', () => {
    const tabs = memberTabs([member('unknown', { kinds: [] })], false);
    expect(tabs[0]?.members).to.have.length(1);
  });
});

describe('membersShown', () => {
  it('keeps only those who should be in the chat and are not', () => {
    const members = [
      member('in'),
      member('waits', { state: 'waiting-for-link' }),
      member('goes', { state: 'to-remove' }),
    ];
    expect(membersShown(members, true).map(({ personId }) => personId)).to.deep.equal(['waits']);
    expect(membersShown(members, false)).to.have.length(3);
  });
});

describe('reasonsText', () => {
  it('names what a hand or the person did', () => {
    expect(reasonsText(member('a'))).to.equal('ученик класса');
    expect(reasonsText(member('b', { origin: 'removed' }))).to.equal('исключён вручную (ученик класса)');
    expect(reasonsText(member('c', { origin: 'left', reasons: [] }))).to.equal('вышел из чата');
    expect(reasonsText(member('d', { origin: 'added', reasons: [] }))).to.equal('добавлен вручную');
  });
});
