import { expect } from 'chai';

import { RightMissingError } from '../../../src/errors.js';
import { HOST_METAROLES } from '../../../src/host/host-session.js';
import { requireRight } from '../../../src/rights/guard.js';
import { RIGHT_CONTRIBUTIONS } from '../../../src/rights/right-contributions-text.js';
import { CHAT_ADMINISTRATOR_METAROLE, Right } from '../../../src/rights/rights.js';
import { fakeSession } from '../../support/fake-session.js';

const ALL = Object.values(Right);

describe('Right', () => {
  it('has ids sferum.<noun>.<verb>, each once', () => {
    expect(ALL.filter((id) => !/^sferum\.[a-z]+\.[a-z]+$/.test(id))).to.deep.equal([]);
    expect(new Set(ALL).size).to.equal(ALL.length);
  });
});

describe('RIGHT_CONTRIBUTIONS', () => {
  it('shows every right once', () => {
    expect(RIGHT_CONTRIBUTIONS.map(({ id }) => id)).to.have.members(ALL);
    expect(RIGHT_CONTRIBUTIONS).to.have.length(ALL.length);
  });

  for (const { id, module, group, title, help, defaultMetaroles } of RIGHT_CONTRIBUTIONS) {
    it(`gives ${id} a title, a help and the metaroles that have everything`, () => {
      expect(module).to.equal('Сферум');
      for (const text of [group, title, help]) expect(text).to.match(/^[А-ЯЁ].+/);
      expect(help).to.match(/\.$/);
      expect(defaultMetaroles).to.have.members([
        HOST_METAROLES.superAdministrator,
        HOST_METAROLES.organizationAdministrator,
        CHAT_ADMINISTRATOR_METAROLE,
      ]);
    });
  }

  it('tells the switches of one group apart', () => {
    const names = RIGHT_CONTRIBUTIONS.map(({ group, title }) => `${group}: ${title}`);
    expect(new Set(names).size).to.equal(names.length);
  });

  it('keeps groups together', () => {
    const groups = RIGHT_CONTRIBUTIONS.map(({ group }) => group);
    const turns = groups.filter((group, index) => group !== groups[index - 1]);
    expect(new Set(turns).size).to.equal(turns.length);
  });

  it('lets no pupil or parent manage anything', () => {
    const given = RIGHT_CONTRIBUTIONS.filter(
      ({ defaultRoles }) => defaultRoles?.includes('student') || defaultRoles?.includes('guardian'),
    );
    expect(given.map(({ id }) => id)).to.have.members([Right.registryOpen, Right.lessonConnect]);
  });

  it('marks what cannot be undone as a high risk', () => {
    const high = RIGHT_CONTRIBUTIONS.filter(({ risk }) => risk === 'high').map(({ id }) => id);
    expect(high).to.have.members([Right.chatDelete, Right.conferenceDelete, Right.synchronizationConfirm]);
  });
});

describe('requireRight', () => {
  for (const right of ALL) {
    it(`without ${right}: refuses and names it`, () => {
      const others = ALL.filter((other) => other !== right);
      expect(() => requireRight(fakeSession('anna', others), right))
        .to.throw(RightMissingError)
        .that.includes({ code: 'SFERUM_RIGHT_MISSING', right });
      expect(() => requireRight(fakeSession('anna', [right]), right)).not.to.throw();
    });
  }
});
