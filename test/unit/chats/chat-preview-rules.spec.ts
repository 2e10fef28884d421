import { expect } from 'chai';

import { previewChat } from '../../../src/chats/chat-preview-rules.js';
import type { RegistryMember } from '../../../src/chats/chat-registry-store.js';
import type { DesiredMember } from '../../../src/chats/chat-rules.js';

function member(personId: string, more: Partial<RegistryMember> = {}): RegistryMember {
  const account = `account of ${personId}`;
  return {
    ...{ personId, kind: 'student', reasons: ['student'], wantedRole: 'member', hand: undefined, removalHeld: false },
    ...{ account, deliveredRole: 'member', deliveredAccount: account, invited: false, failureCode: undefined },
    ...{ failureClass: undefined, nextAttemptAt: undefined, inDoubt: false, missing: false },
    ...more,
  };
}

const ABSENT = { deliveredAccount: undefined, deliveredRole: undefined } as const;

function desired(personId: string, reason: DesiredMember['reasons'][number] = 'student'): DesiredMember {
  return { personId, kind: 'student', role: 'member', reasons: [reason] };
}

function names(people: readonly { readonly personId: string }[]): string[] {
  return people.map(({ personId }) => personId);
}

describe('previewChat', () => {
  it('has nothing to do for a chat in order', () => {
    const preview = previewChat([member('anna')], [desired('anna')], new Set(['anna']));
    expect(preview).to.deep.equal({ coming: [], leaving: [], waiting: 0, guarded: false });
  });

  it('brings new people of the directory who have linked, and counts the others', () => {
    const preview = previewChat(
      [member('anna')],
      ['anna', 'boris', 'vera'].map((id) => desired(id)),
      new Set(['boris']),
    );
    expect(preview.coming).to.deep.equal([{ personId: 'boris', kind: 'student', reasons: ['student'] }]);
    expect(preview.waiting).to.equal(1);
  });

  it('brings whoever was wanted but has not been delivered yet', () => {
    expect(names(previewChat([member('anna', ABSENT)], [desired('anna')], new Set()).coming)).to.deep.equal(['anna']);
  });

  it('takes out whom no rule wants any more', () => {
    const members = ['anna', 'boris', 'vera'].map((id) => member(id));
    expect(names(previewChat(members, [desired('anna'), desired('vera')], new Set()).leaving)).to.deep.equal(['boris']);
  });

  it('takes nobody out where more than half would go, and says so', () => {
    const members = ['a', 'b', 'c', 'd', 'e'].map((id) => member(id));
    const preview = previewChat(members, [desired('a'), desired('b')], new Set());
    expect(preview).to.deep.include({ leaving: [], guarded: true });
  });

  it('takes nobody out where a list came back empty, however small the chat', () => {
    const two = ['a', 'b'].map((id) => member(id));
    expect(previewChat(two, [], new Set())).to.deep.include({ leaving: [], guarded: true });
    const head = member('olga', { kind: 'employee', reasons: ['chat-administrator'] });
    const administrator = { ...desired('olga', 'chat-administrator'), kind: 'employee' } as const;
    expect(previewChat([...two, head], [administrator], new Set()).guarded).to.equal(true);
    expect(previewChat([...two, head], [administrator, desired('a')], new Set()).guarded).to.equal(false);
    expect(previewChat([member('a'), head], [administrator], new Set()).guarded, 'the only one').to.equal(false);
  });

  it('keeps whom a person added, and leaves out whom a person removed', () => {
    const members = [
      member('added', { reasons: [], hand: 'added' }),
      member('removed', { hand: 'removed', wantedRole: undefined }),
      member('left', { hand: 'left', wantedRole: undefined, ...ABSENT }),
    ];
    const preview = previewChat(members, [desired('removed'), desired('left')], new Set(['left']));
    expect([names(preview.coming), names(preview.leaving)]).to.deep.equal([[], ['removed']]);
  });

  it('brings the chat administrator back whoever took them out', () => {
    const members = [member('olga', { hand: 'removed', wantedRole: undefined, ...ABSENT })];
    const preview = previewChat(members, [desired('olga', 'chat-administrator')], new Set());
    expect(names(preview.coming)).to.deep.equal(['olga']);
  });

  it('delivers only what is wanted already where no rule is asked', () => {
    const preview = previewChat([member('anna', ABSENT), member('boris')], undefined, new Set());
    expect([names(preview.coming), preview.leaving]).to.deep.equal([['anna'], []]);
  });
});
