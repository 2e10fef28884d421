import { expect } from 'chai';

import { compareProfile } from '../../../src/account/link-comparison.js';
import type { Person, PersonKind } from '../../../src/host/host-directory.js';
import type { ExternalProfile } from '../../../src/messenger/identity-provider.js';

type ExternalRole = NonNullable<ExternalProfile['learning']>['roles'][number];

function person(familyName: string, givenName: string, ...kinds: PersonKind[]): Person {
  return { id: 'p', familyName, givenName, kinds };
}

function profile(familyName: string, givenName: string, roles: ExternalRole[] | undefined): ExternalProfile {
  const learning = roles === undefined ? {} : { learning: { roles, organizationNames: [] } };
  return { userId: '101', familyName, givenName, ...learning };
}

function kindsOf(one: Person, other: ExternalProfile): string[] {
  return compareProfile(one, other).map((mismatch) => mismatch.kind);
}

describe('compareProfile', () => {
  it('finds nothing wrong with the own profile', () => {
    expect(kindsOf(person('Орлова', 'Анна', 'student'), profile('Орлова', 'Анна', ['student']))).to.deep.equal([]);
  });

  for (const [what, ours, theirs] of [
    ['ё written as е', ['Фёдоров', 'Пётр'], ['Федоров', 'Петр']],
    ['ё of two characters', ['Фёдоров', 'Пётр'], ['Фе\u0308доров', 'Петр']],
    ['й of two characters', ['Зайцев', 'Андрей'], ['Заи\u0306цев', 'Андреи\u0306']],
    ['a hyphen written as a space', ['Римский-Корсаков', 'Анна-Мария'], ['Римский Корсаков', 'Анна Мария']],
    ['spaces around a hyphen', ['Римский-Корсаков', 'Анна'], ['Римский - Корсаков', ' Анна ']],
    ['other letter cases', ['Орлова', 'Анна'], ['ОРЛОВА', 'анна']],
  ] as const) {
    it(`takes a name for the same: ${what}`, () => {
      const found = kindsOf(person(ours[0], ours[1], 'student'), profile(theirs[0], theirs[1], ['student']));
      expect(found).to.deep.equal([]);
    });
  }

  it('names another name, and says so in words', () => {
    const found = compareProfile(person('Орлова', 'Анна', 'student'), profile('Орлова', 'Мария', ['student']));
    expect(found.map((mismatch) => mismatch.kind)).to.deep.equal(['name']);
    expect(found[0]?.text).to.include('Имя');
  });

  it("names a child on the parent's device, and a parent on the child's", () => {
    expect(kindsOf(person('Орлова', 'Анна', 'student'), profile('Орлова', 'Мария', ['parent']))).to.deep.equal([
      ...['name', 'role'],
    ]);
    expect(kindsOf(person('Орлова', 'Мария', 'guardian'), profile('Орлова', 'Анна', ['student']))).to.deep.equal([
      ...['name', 'role'],
    ]);
  });

  it('names a namesake of another role', () => {
    expect(kindsOf(person('Орлов', 'Петр', 'student'), profile('Орлов', 'Петр', ['parent']))).to.deep.equal(['role']);
  });

  it('takes any fitting role of several, on either side', () => {
    const both = person('Орлова', 'Мария', 'employee', 'guardian');
    expect(kindsOf(both, profile('Орлова', 'Мария', ['parent']))).to.deep.equal([]);
    expect(kindsOf(both, profile('Орлова', 'Мария', ['teacher']))).to.deep.equal([]);
    expect(kindsOf(both, profile('Орлова', 'Мария', ['student', 'parent']))).to.deep.equal([]);
    expect(kindsOf(both, profile('Орлова', 'Мария', ['administrator']))).to.deep.equal([]);
  });

  it('names a profile without a learning part', () => {
    expect(kindsOf(person('Орлова', 'Анна', 'student'), profile('Орлова', 'Анна', undefined))).to.deep.equal([
      'no-learning-profile',
    ]);
  });

  it('names a role that is not told', () => {
    expect(kindsOf(person('Орлова', 'Анна', 'student'), profile('Орлова', 'Анна', []))).to.deep.equal(['role-unknown']);
  });
});
