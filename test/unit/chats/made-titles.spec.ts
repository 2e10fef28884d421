import { expect } from 'chai';
import fc from 'fast-check';

import { classChat, guardiansChat, type DesiredChat } from '../../../src/chats/chat-rules.js';
import { cutTitle, titleKey } from '../../../src/chats/chat-title.js';
import { makeTitle, makeTitles, type TitledChat } from '../../../src/chats/made-titles.js';

const LONGEST = 30;

/** Both chats of a class. */
function chatsOf(id: string, name: string): DesiredChat[] {
  const schoolClass = { id, organizationId: 'school', name, schoolYear: '2026' };
  return [classChat(undefined, schoolClass, []), guardiansChat(undefined, schoolClass, [], new Map())];
}

function classOf(id: string, name: string): DesiredChat {
  return classChat(undefined, { id, organizationId: 'school', name, schoolYear: '2026' }, []);
}

function known(title: string, more: Partial<TitledChat> = {}): TitledChat {
  return {
    chatId: title,
    kind: 'other',
    sourceId: '',
    sourceName: '',
    schoolYear: '',
    title,
    byHand: true,
    state: 'open',
    titleBefore: undefined,
    ...more,
  };
}

/** A chat of {@link classOf} that has its title. */
function made(id: string, name: string, title: string, more: Partial<TitledChat> = {}): TitledChat {
  const base = { kind: 'class', sourceId: id, sourceName: name, schoolYear: '2026', byHand: false } as const;
  return known(title, { chatId: id, ...base, ...more });
}

/** What the organization has after the write. */
function written(wanted: readonly DesiredChat[], before: readonly TitledChat[]): TitledChat[] {
  const { titles } = makeTitles(wanted, before, LONGEST);
  const now = wanted.map(({ kind, sourceId, sourceName, schoolYear }, index) =>
    made(`${kind} ${sourceId}`, sourceName, titles[index] ?? '', { kind, sourceId, schoolYear }),
  );
  const ids = new Set(now.map(({ chatId }) => chatId));
  return [...before.filter(({ chatId }) => !ids.has(chatId)), ...now];
}

const name = fc.oneof(
  fc
    .array(fc.constantFrom('5', 'А', 'а', 'A', 'ё', 'е\u0308', 'е', ' ', '\u00a0', '\u200b', '\n', ' (2)', '2'), {
      maxLength: 5,
    })
    .map((parts) => parts.join('')),
  fc.string({ maxLength: 40 }),
  fc.constant('очень длинное имя класса с профилем'),
);
const handMade = fc.uniqueArray(
  fc.constantFrom('Классный чат 5А', 'классный чат 5а (2)', 'Родительский чат 5А', 'Хор').map((title) => known(title)),
  { selector: ({ title }) => titleKey(title) },
);

describe('makeTitles', () => {
  it('gives any roster titles that are told apart also when they are cut, and the same ones again', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), handMade, (names, before) => {
        const wanted = names.flatMap((one, index) => chatsOf(`c${index}`, one));
        const after = written(wanted, before);
        const keys = after.map(({ title }) => titleKey(cutTitle(title, LONGEST)));
        expect(new Set(keys).size).to.equal(keys.length);
        expect(after.every(({ title }) => [...title].length <= LONGEST)).to.equal(true);
        expect(written(wanted, after)).to.deep.equal(after);
      }),
    );
  });

  it('stays told apart through renamings, and changes no title of a class that was not renamed', () => {
    const renaming = fc.tuple(fc.nat({ max: 5 }), name);
    fc.assert(
      fc.property(fc.array(name, { minLength: 6, maxLength: 6 }), fc.array(renaming), (names, renamings) => {
        const current = [...names];
        let chats = written(
          current.flatMap((one, index) => chatsOf(`c${index}`, one)),
          [],
        );
        for (const [renamed, newName] of renamings) {
          current[renamed] = newName;
          const before = new Map(chats.map(({ chatId, title }) => [chatId, title]));
          chats = written(
            current.flatMap((one, index) => chatsOf(`c${index}`, one)),
            chats,
          );
          expect(new Set(chats.map(({ title }) => titleKey(title))).size).to.equal(chats.length);
          for (const { chatId, sourceId, title } of chats) {
            if (sourceId !== `c${renamed}`) expect(title).to.equal(before.get(chatId));
          }
        }
      }),
    );
  });

  it('keeps the manual’s title where nobody has it, and numbers the next ones', () => {
    const wanted = ['5А', '5Б', '5а', '5A'].map((one, index) => classOf(String(index), one));
    expect(makeTitles(wanted, [], LONGEST).titles).to.deep.equal([
      'Классный чат 5А',
      'Классный чат 5Б',
      'Классный чат 5а (2)',
      'Классный чат 5A (3)',
    ]);
  });

  it('leaves a number with its chat when the other chat goes', () => {
    const { titles } = makeTitles([classOf('b', '5А')], [made('b', '5А', 'Классный чат 5А (2)')], LONGEST);
    expect(titles).to.deep.equal(['Классный чат 5А (2)']);
  });

  it('gives no number to a class that is called differently now', () => {
    const { titles } = makeTitles([classOf('b', '5Б')], [made('b', '5А', 'Классный чат 5А (2)')], LONGEST);
    expect(titles).to.deep.equal(['Классный чат 5Б']);
    const back = makeTitles([classOf('b', '5А')], [made('b', '5А (2)', 'Классный чат 5А (2)')], LONGEST);
    expect(back.titles).to.deep.equal(['Классный чат 5А']);
  });

  it('gives the older chat the plain title, in whatever order the directory answers', () => {
    const before = [made('a', 'х', 'Классный чат х'), made('b', 'у', 'Классный чат у')];
    const { titles } = makeTitles([classOf('new', '5А'), classOf('b', '5А'), classOf('a', '5А')], before, LONGEST);
    expect(titles).to.deep.equal(['Классный чат 5А (3)', 'Классный чат 5А (2)', 'Классный чат 5А']);
  });

  it('lets names change places', () => {
    const before = [made('a', '5А', 'Классный чат 5А'), made('b', '6А', 'Классный чат 6А')];
    const turned = makeTitles([classOf('a', '6А'), classOf('b', '7А')], before, LONGEST);
    expect(turned).to.deep.equal({ titles: ['Классный чат 6А', 'Классный чат 7А'], crowded: false });
  });

  it('asks for a look at all classes before it numbers a title that another class holds', () => {
    const before = [made('a', '5А', 'Классный чат 5А'), made('b', '6А', 'Классный чат 6А')];
    expect(makeTitles([classOf('a', '6А')], before, LONGEST).crowded).to.equal(true);
    expect(makeTitles([classOf('a', '6Б')], before, LONGEST).crowded).to.equal(false);
    expect(makeTitles([classOf('a', 'Хор')], [known('Классный чат Хор')], LONGEST).crowded).to.equal(false);
  });

  it('leaves pairs that exist, and titles given by hand', () => {
    const before = [
      made('a', '5А', 'Классный чат 5А'),
      made('b', '5А', 'Классный чат 5А'),
      made('c', '5А', 'Класс Ольги Петровны', { byHand: true }),
    ];
    const wanted = ['a', 'b', 'c'].map((id) => classOf(id, '5А'));
    expect(makeTitles(wanted, before, LONGEST).titles).to.deep.equal(before.map(({ title }) => title));
  });

  it('gives back the title that a chat had before the archive', () => {
    const archived = { state: 'archived', titleBefore: 'Классный чат 5А (2)' } as const;
    const before = [made('a', '5А', 'Классный чат 5А (2) (2025/26)', archived)];
    expect(makeTitles([classOf('a', '5А')], before, LONGEST).titles).to.deep.equal(['Классный чат 5А (2)']);
    const taken = [...before, known('Классный чат 5А (2)')];
    expect(makeTitles([classOf('a', '5А')], taken, LONGEST).titles).to.deep.equal(['Классный чат 5А']);
  });

  it('takes no notice of a chat that is being emptied', () => {
    const before = [known('Классный чат 5А', { state: 'closing' }), known('Классный чат 5Б', { state: 'restorable' })];
    const { titles } = makeTitles([classOf('a', '5А'), classOf('b', '5Б')], before, LONGEST);
    expect(titles).to.deep.equal(['Классный чат 5А', 'Классный чат 5Б (2)']);
  });
});

describe('makeTitle', () => {
  it('numbers a title that comes back to the rules when another chat has it', () => {
    const chat = made('a', '5А', 'Класс Ольги Петровны', { byHand: true });
    expect(makeTitle(chat, 'Классный чат 5А', [chat], LONGEST)).to.equal('Классный чат 5А');
    const other = made('b', '5а', 'Классный чат 5а');
    expect(makeTitle(chat, 'Классный чат 5А', [chat, other], LONGEST)).to.equal('Классный чат 5А (2)');
  });

  it('numbers a title given by hand that somebody took while the chat was archived', () => {
    const chat = known('Хор (2025/26)', { state: 'archived', titleBefore: 'Хор' });
    expect(makeTitle(chat, undefined, [chat], LONGEST)).to.equal('Хор');
    expect(makeTitle(chat, undefined, [chat, known('хор')], LONGEST)).to.equal('Хор (2)');
  });
});
