import { expect } from 'chai';
import fc from 'fast-check';

import { cleanTitle, cutTitle, isMadeFrom, numberedTitle, ruleTitle, titleKey } from '../../../src/chats/chat-title.js';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(
      fc.constantFrom('5', 'А', 'A', 'ё', 'е\u0308', ' ', '\u00a0', '\u200b', '\u200d', '\ufe0f', '👩', '\n', '(2)'),
      {
        maxLength: 12,
      },
    )
    .map((parts) => parts.join('')),
);

describe('cleanTitle', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['composes letters', 'и\u0306од', 'йод'],
    ['joins blanks and line breaks', ' 5\u00a0\u00a0А\r\n\u2028профиль\t', '5 А профиль'],
    ['takes out what cannot be seen', '5\u200b\u00ad\u202e\u2060А\u0000', '5А'],
    ['takes letters that show nothing for blanks', '5\u3164\u2800А\u115f', '5 А'],
    ['composes what comes together', 'и\u200b\u0306од', 'йод'],
    ['leaves emoji', '👩‍👧‍👦 🏔️ 1️⃣', '👩‍👧‍👦 🏔️ 1️⃣'],
    ['takes joiners and selectors out of words', '5\u200dА\ufe0f', '5А'],
  ];
  for (const [what, typed, kept] of cases) it(what, () => expect(cleanTitle(typed)).to.equal(kept));

  it('changes a clean title no more', () => {
    fc.assert(fc.property(text, (title) => cleanTitle(cleanTitle(title)) === cleanTitle(title)));
  });
});

describe('titleKey', () => {
  const same: readonly (readonly [string, string])[] = [
    ['Хор', 'хОР'],
    ['Весёлый хор', 'Веселый хор'],
    ['Йога', 'И\u0306ога'],
    ['5А', '5A'],
    ['5\u00a0А', '5  А'],
    ['5\u200bА', '5А'],
    ['5А', '５А'],
  ];
  for (const [one, other] of same) {
    it(`is one for «${one}» and «${other}»`, () => expect(titleKey(one)).to.equal(titleKey(other)));
  }

  it('tells apart what people tell apart', () => {
    const titles = ['5А', '5Б', '5 А', '15А', '5И', '5Й', 'Хор', 'Хор 2', 'Хор (2)'];
    expect(new Set(titles.map(titleKey)).size).to.equal(titles.length);
  });

  it('is the same for a title and its clean form', () => {
    fc.assert(fc.property(text, (title) => titleKey(title) === titleKey(cleanTitle(title))));
  });
});

describe('numberedTitle', () => {
  it('stays within the length, and is known again', () => {
    const number = fc.integer({ min: 1, max: 999 });
    fc.assert(
      fc.property(text, number, fc.integer({ min: 12, max: 40 }), (name, count, longest) => {
        const base = cleanTitle(`Чат ${name}`);
        const title = numberedTitle(base, count, longest);
        expect([...title].length).to.be.at.most(longest);
        expect(isMadeFrom(title, base, longest)).to.equal(true);
      }),
    );
  });

  it('cuts the name, not the number', () => {
    expect(numberedTitle('Классный чат 5А', 1, 12)).to.equal('Классный чат');
    expect(numberedTitle('Классный чат 5А', 12, 12)).to.equal('Классны (12)');
    expect(cutTitle('Поход 👩‍👧‍👦', 8)).to.equal('Поход 👩');
  });
});

describe('ruleTitle', () => {
  it('is the manual’s title, of a name however it is written', () => {
    expect(ruleTitle('class', ' 5\u200bА\n')).to.equal('Классный чат 5А');
    expect(ruleTitle('teachers', '')).to.equal('Учительский чат');
    expect(ruleTitle('subject', '5А')).to.equal(undefined);
  });
});
