import { expect } from 'chai';
import fc from 'fast-check';

import {
  archivedTitle,
  GUARD_SOURCES_FROM,
  planYearTurn,
  schoolYearText,
  type YearlyChat,
  type YearTurn,
  type YearTurnContext,
} from '../../../src/chats/school-year-rules.js';

const NOW = new Date('2026-09-01T06:00:00Z');

function chat(sourceId: string, schoolYear: string, more: Partial<YearlyChat> = {}): YearlyChat {
  return {
    ...{ chatId: `${sourceId}-${schoolYear}`, kind: 'class', sourceId, schoolYear, title: `Чат ${sourceId}` },
    ...{ continues: false, keptOpen: false, closingHeld: false },
    ...more,
  };
}

function context(years: Readonly<Record<string, string>>, more: Partial<YearTurnContext> = {}): YearTurnContext {
  const sources = Object.entries(years).map(([id, schoolYear]) => ({ id, schoolYear }));
  const currentYears = new Set(sources.map(({ schoolYear }) => schoolYear));
  return { asked: 'everything', sources, foreign: new Set(), currentYears, now: NOW, titleLength: 100, ...more };
}

function classes(count: number, year: string): YearlyChat[] {
  return Array.from({ length: count }, (_, index) => chat(`c${index}`, year));
}

const NOTHING: YearTurn = { moved: [], archived: [], held: [], released: [] };

describe('planYearTurn', () => {
  it('leaves chats of this year alone', () => {
    expect(planYearTurn([chat('a', '2026')], context({ a: '2026' }))).to.deep.equal(NOTHING);
  });

  it('archives the chat of a class that entered a new year', () => {
    expect(planYearTurn([chat('a', '2026')], context({ a: '2027' }))).to.deep.equal({
      ...NOTHING,
      archived: [{ chatId: 'a-2026', title: 'Чат a (2025/26)' }],
    });
  });

  it('moves the chat along where it was decided that it goes on', () => {
    expect(planYearTurn([chat('a', '2026', { continues: true })], context({ a: '2027' }))).to.deep.equal({
      ...NOTHING,
      moved: [{ chatId: 'a-2026', schoolYear: '2027' }],
    });
  });

  it('learns the year of a chat that had none', () => {
    expect(planYearTurn([chat('a', '')], context({ a: '2026' })).moved).to.deep.equal([
      { chatId: 'a-', schoolYear: '2026' },
    ]);
  });

  it('archives the chats of a school whose classes are all new ones, however many', () => {
    const turn = planYearTurn(classes(40, '2026'), context({ new1: '2027', new2: '2027' }));
    expect(turn.archived).to.have.length(40);
    expect(turn.held).to.deep.equal([]);
  });

  it('holds the archive when most classes of the running year vanish', () => {
    const turn = planYearTurn(classes(9, '2026'), context({ c0: '2026' }));
    expect(turn.archived).to.deep.equal([]);
    expect(turn.held).to.have.length(8);
  });

  it('archives a minority of vanished classes', () => {
    const all = classes(12, '2026');
    const there = Object.fromEntries(all.slice(5).map(({ sourceId }) => [sourceId, '2026']));
    expect(planYearTurn(all, context(there)).archived).to.have.length(GUARD_SOURCES_FROM);
  });

  it('holds even one chat when the directory has no class at all', () => {
    expect(planYearTurn([chat('a', '2026')], context({}))).to.deep.equal({ ...NOTHING, held: ['a-2026'] });
  });

  it('archives the only class of a school that was closed by name', () => {
    const asked = new Set(['a']);
    const turn = planYearTurn([chat('a', '2026')], context({}, { asked, currentYears: undefined }));
    expect(turn.archived.map(({ chatId }) => chatId)).to.deep.equal(['a-2026']);
  });

  it('archives classes that went to another organization at once, however many', () => {
    const all = classes(9, '2026');
    const foreign = new Set(all.map(({ sourceId }) => sourceId));
    const asked = foreign;
    for (const turn of [
      planYearTurn(all, context({}, { foreign })),
      planYearTurn(all, context({}, { asked, foreign, currentYears: undefined })),
    ]) {
      expect(turn.archived).to.have.length(9);
      expect(turn.held).to.deep.equal([]);
    }
  });

  it('holds what vanished beside classes that went to another organization', () => {
    const all = classes(12, '2026');
    const foreign = new Set(all.slice(0, 4).map(({ sourceId }) => sourceId));
    const turn = planYearTurn(all, context({ c11: '2026', c10: '2026', c9: '2026' }, { foreign }));
    expect(turn.archived.map(({ chatId }) => chatId)).to.deep.equal(['c0-2026', 'c1-2026', 'c2-2026', 'c3-2026']);
    expect(turn.held).to.have.length(5);
  });

  it('leaves a chat that was decided to stay, although its class went to another organization', () => {
    const turn = planYearTurn([chat('a', '2026', { keptOpen: true })], context({}, { foreign: new Set(['a']) }));
    expect(turn).to.deep.equal(NOTHING);
  });

  it('holds once: what is held already is not held again', () => {
    expect(planYearTurn([chat('a', '2026', { closingHeld: true })], context({}))).to.deep.equal(NOTHING);
  });

  it('releases what was held when the class is there again', () => {
    expect(planYearTurn([chat('a', '2026', { closingHeld: true })], context({ a: '2026' }))).to.deep.equal({
      ...NOTHING,
      released: ['a-2026'],
    });
  });

  it('leaves a chat open that a person kept, although its class is gone', () => {
    expect(planYearTurn([chat('a', '2026', { keptOpen: true })], context({ b: '2026' }))).to.deep.equal(NOTHING);
  });

  it('leaves chats of classes that were not asked about alone', () => {
    const asked = new Set(['b']);
    const turn = planYearTurn([chat('a', '2026')], context({ b: '2026' }, { asked, currentYears: undefined }));
    expect(turn).to.deep.equal(NOTHING);
  });

  it('names every chat at most once, and gives nothing when it is planned again', () => {
    const year = fc.constantFrom('2026', '2027', '');
    const one = fc.record({ sourceId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), schoolYear: year });
    const flags = fc.record({ continues: fc.boolean(), keptOpen: fc.boolean(), closingHeld: fc.boolean() });
    const there = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), fc.constantFrom('2026', '2027'));
    fc.assert(
      fc.property(fc.array(fc.tuple(one, flags)), there, (list, sources) => {
        const chats = list.map(([base, more], index) =>
          chat(base.sourceId, base.schoolYear, { chatId: String(index), ...more }),
        );
        const turn = planYearTurn(chats, context(sources));
        const named = [...turn.moved, ...turn.archived].map(({ chatId }) => chatId);
        expect(new Set([...named, ...turn.held]).size).to.equal(named.length + turn.held.length);
        expect(planYearTurn(afterTurn(chats, turn), context(sources))).to.deep.equal(NOTHING);
      }),
    );
  });
});

function afterTurn(chats: readonly YearlyChat[], turn: YearTurn): YearlyChat[] {
  const archived = new Set(turn.archived.map(({ chatId }) => chatId));
  const years = new Map(turn.moved.map(({ chatId, schoolYear }) => [chatId, schoolYear]));
  return chats
    .filter(({ chatId }) => !archived.has(chatId))
    .map((one) => ({
      ...one,
      schoolYear: years.get(one.chatId) ?? one.schoolYear,
      closingHeld: turn.held.includes(one.chatId) || (one.closingHeld && !turn.released.includes(one.chatId)),
    }));
}

describe('schoolYearText', () => {
  for (const [at, text] of [
    ['2026-06-20T00:00:00Z', '2025/26'],
    ['2026-09-01T00:00:00Z', '2025/26'],
    ['2026-10-20T00:00:00Z', '2025/26'],
    ['2026-12-10T00:00:00Z', '2026/27'],
    ['2027-05-25T00:00:00Z', '2026/27'],
    ['2099-09-01T00:00:00Z', '2098/99'],
    ['2100-09-01T00:00:00Z', '2099/00'],
  ] as const) {
    it(`names the year that ends by ${at.slice(0, 10)} ${text}`, () => {
      expect(schoolYearText(new Date(at))).to.equal(text);
    });
  }
});

describe('archivedTitle', () => {
  it('keeps a long title within the messenger’s limit, the year whole', () => {
    const title = archivedTitle('Очень длинное название', { now: NOW, titleLength: 20 });
    expect(title).to.equal('Очень длин (2025/26)');
  });
});
