import { expect } from 'chai';

import { isLocked, participantsOf, type ParticipantSources } from '../../../src/conferences/participant-rules.js';

const SOURCES: ParticipantSources = {
  tabs: ['student', 'employee'],
  chatMembers: [
    { personId: 'anna', kind: 'student' },
    { personId: 'petr', kind: 'employee' },
    { personId: 'mother', kind: 'guardian' },
  ],
  chatAdministratorId: undefined,
  leaderIds: [],
  decisions: [],
};

function origins(more: Partial<ParticipantSources>): Record<string, string> {
  return Object.fromEntries(participantsOf({ ...SOURCES, ...more }).map(({ personId, origin }) => [personId, origin]));
}

describe('participantsOf', () => {
  it('takes the people of the chat whose tab there is', () => {
    expect(origins({})).to.deep.equal({ anna: 'chat', petr: 'chat' });
    expect(origins({ tabs: ['student', 'employee', 'guardian'] })).to.deep.equal({
      ...{ anna: 'chat', petr: 'chat', mother: 'chat' },
    });
  });

  it('adds the chat administrator and the host, who stay whatever was decided', () => {
    const removed = { personId: 'petr', kind: 'employee', hand: 'removed' } as const;
    const all = participantsOf({ ...SOURCES, chatAdministratorId: 'olga', leaderIds: ['petr'], decisions: [removed] });
    expect(all.filter(isLocked).map(({ personId, origin }) => [personId, origin])).to.have.deep.members([
      ['olga', 'administrator'],
      ['petr', 'host'],
    ]);
    expect(origins({ chatAdministratorId: 'petr', leaderIds: ['petr'] })).to.include({ petr: 'host' });
  });

  it('adds and takes out by hand, each person once', () => {
    const decisions = [
      { personId: 'boris', kind: 'student', hand: 'added' },
      { personId: 'petr', kind: 'employee', hand: 'added' },
      { personId: 'anna', kind: 'student', hand: 'removed' },
      { personId: 'gone', kind: 'student', hand: 'removed' },
      { personId: 'father', kind: 'guardian', hand: 'added' },
    ] as const;
    expect(origins({ decisions })).to.deep.equal({ anna: 'removed', petr: 'chat', boris: 'added' });
  });
});
