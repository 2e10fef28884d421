import { expect } from 'chai';

import type { ChatCandidateView, ChatCard } from '../../../src/protocol/chat-protocol.js';
import {
  candidateFacts,
  candidatesText,
  creationHelp,
  creationQuestion,
  heldReadingText,
  isAskedFor,
} from '../../../src/web/doubt-text.js';

const ZONE = 'Europe/Moscow';
const now = new Date('2026-11-23T09:05:30Z');
const plain = (text: string | undefined): string => (text ?? '').replaceAll('\u00a0', ' ');

type Problem = ChatCard['chat']['problem'];

function card(problem: Problem, change: Pick<ChatCard, 'reading' | 'candidates'> = {}): ChatCard {
  return { chat: { problem }, ...change } as ChatCard;
}

function problem(code: string, nextAttemptAt?: string): Problem {
  return { code, text: 'Причина.', ...(nextAttemptAt === undefined ? {} : { nextAttemptAt }) };
}

function candidate(people: string[], others: number, change: Partial<ChatCandidateView> = {}): ChatCandidateView {
  return { id: '1', title: 'Классный чат 5А', people, others, whole: true, ...change };
}

const missing = ['Иванов Иван', 'Петрова Анна'].map((name) => ({ personId: name, name }));

describe('heldReadingText', () => {
  it('says how many are missing and when the list is read again by itself', () => {
    const text = heldReadingText(
      card(problem('chat.reading-held', '2026-11-23T09:15:00Z'), { reading: { missing } }),
      ZONE,
      now,
    );
    expect(plain(text?.text)).to.include('нет больше половины чата (2 участника)');
    expect(text?.text).to.include('прочитан ещё раз: 12:15.');
  });

  it('names no time of another problem', () => {
    const text = heldReadingText(
      card(problem('chat.owner-gone', '2026-11-23T09:15:00Z'), { reading: { missing } }),
      ZONE,
      now,
    );
    expect(text?.text).to.not.include('12:15');
  });

  it('is not there without a held list', () => {
    expect(heldReadingText(card(problem('chat.reading-held')), ZONE, now)).to.equal(undefined);
  });
});

describe('isAskedFor', () => {
  it('leaves out the problem only where its own question is shown', () => {
    const reading = { missing };
    expect(isAskedFor(card(problem('chat.reading-held'), { reading }))).to.equal(true);
    expect(isAskedFor(card(problem('chat.reading-held')))).to.equal(false);
    expect(isAskedFor(card(problem('chat.owner-gone'), { reading }))).to.equal(false);
    expect(isAskedFor(card(problem('chat.candidates'), { candidates: [] }))).to.equal(true);
    expect(isAskedFor(card(problem('chat.creation-unknown'), { candidates: [] }))).to.equal(true);
    expect(isAskedFor(card(problem('chat.creation-unknown')))).to.equal(false);
    expect(isAskedFor(card(problem('chat.removal-held')))).to.equal(true);
    expect(isAskedFor(card(undefined))).to.equal(false);
  });
});

describe('candidatesText', () => {
  it('tells one chat, several, and none that anybody could look at apart', () => {
    const one = candidate(['Иванов Иван'], 1);
    expect(candidatesText([one]).text).to.match(/^В Сферуме есть чат с таким же названием.* не обновляется\.$/);
    expect(candidatesText([one, one]).text).to.match(/^В Сферуме несколько чатов.* не обновляется\.$/);
    expect(candidatesText([]).title).to.equal('Неизвестно, создан ли чат в Сферуме');
  });
});

describe('creationHelp', () => {
  it('never takes anybody out of what was found', () => {
    const one = candidate([], 1);
    for (const found of [[], [one], [one, one]]) expect(creationHelp(found)).to.match(/из (него|них) никого не уберут/);
    expect(new Set([creationHelp([]), creationHelp([one]), creationHelp([one, one])]).size).to.equal(3);
  });
});

describe('candidateFacts', () => {
  it('counts the others beside the names', () => {
    expect(candidateFacts(candidate(['Иванов Иван'], 3))).to.equal('Других людей: 3.');
    expect(candidateFacts(candidate(['Иванов Иван'], 0))).to.equal('Других людей нет.');
    expect(candidateFacts(candidate([], 2))).to.equal('Участников этого чата в нём нет. Других людей: 2.');
  });

  it('says nothing of whom it does not know', () => {
    const text = candidateFacts(candidate([], 0, { whole: false }));
    expect(text).to.match(/^Прочитать участников до конца не удалось/);
    expect(text).to.not.include('нет.');
  });
});

describe('creationQuestion', () => {
  it('asks only where our people are, or may be, in what was found', () => {
    expect(creationQuestion([])).to.equal(undefined);
    expect(creationQuestion([candidate([], 5)])).to.equal(undefined);
    expect(creationQuestion([candidate([], 5, { whole: false })])).to.include('могут быть люди из этого чата');
  });

  it('names the chat with most of them', () => {
    const most = candidate(['Иванов Иван', 'Петрова Анна'], 0, { title: 'Классный чат 5А (1)' });
    const text = plain(creationQuestion([candidate(['Иванов Иван'], 0), most]));
    expect(text).to.include('В чате «Классный чат 5А (1)» уже есть 2 участника этого чата');
  });
});
