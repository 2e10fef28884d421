import type { ChatCandidateView, ChatCard } from '../protocol/chat-protocol.js';
import { CANDIDATES_TEXT, HELD_READING_TEXT } from '../protocol/doubt-texts.js';
import { countText, MEMBER_FORMS, numberText } from './plural-text.js';
import { momentText } from './time-text.js';

/** Title and text of a question about a chat. */
export interface QuestionText {
  readonly title: string;
  readonly text: string;
}

/** Forms after «больше половины чата (…)» and «уже есть …». */
const people = (count: number): string => countText(count, MEMBER_FORMS);

/** The chat's problem asks for a decision, and a question of its own stands in the window. */
export function isAskedFor({ chat, reading, candidates }: ChatCard): boolean {
  switch (chat.problem?.code) {
    case 'chat.removal-held':
    case 'chat.closing-held':
      return true;
    case 'chat.reading-held':
      return reading !== undefined;
    case 'chat.candidates':
    case 'chat.creation-unknown':
      return candidates !== undefined;
    default:
      return false;
  }
}

/** @param now the visitor's clock, to tell today from another day */
export function heldReadingText({ chat, reading }: ChatCard, timeZone: string, now: Date): QuestionText | undefined {
  if (reading === undefined) return undefined;
  const { problem } = chat;
  const next = problem?.code === 'chat.reading-held' ? problem.nextAttemptAt : undefined;
  const parts = [HELD_READING_TEXT.text(people(reading.missing.length))];
  if (next !== undefined) parts.push(HELD_READING_TEXT.next(momentText(next, timeZone, now)));
  return { title: HELD_READING_TEXT.title, text: parts.join(' ') };
}

export function candidatesText(candidates: readonly ChatCandidateView[]): QuestionText {
  if (candidates.length === 0) return { title: CANDIDATES_TEXT.unknownTitle, text: CANDIDATES_TEXT.unknown };
  const what = candidates.length === 1 ? CANDIDATES_TEXT.one : CANDIDATES_TEXT.several;
  return { title: CANDIDATES_TEXT.title, text: `${what} ${CANDIDATES_TEXT.waits}` };
}

export function creationHelp(candidates: readonly ChatCandidateView[]): string {
  if (candidates.length === 0) return CANDIDATES_TEXT.createHelp.unknown;
  return candidates.length === 1 ? CANDIDATES_TEXT.createHelp.one : CANDIDATES_TEXT.createHelp.several;
}

/** Who is in a candidate beside the members of this chat, whose names are shown. */
export function candidateFacts(candidate: ChatCandidateView): string {
  const facts: string[] = [];
  if (candidate.people.length === 0 && candidate.whole) facts.push(CANDIDATES_TEXT.nobodyOurs);
  if (candidate.others > 0) facts.push(CANDIDATES_TEXT.others(numberText(candidate.others)));
  else if (candidate.whole) facts.push(CANDIDATES_TEXT.noOthers);
  if (!candidate.whole) facts.push(CANDIDATES_TEXT.unread);
  return facts.join(' ');
}

/** What is asked before a new chat is made: undefined where none of our people is in what was found. */
export function creationQuestion(candidates: readonly ChatCandidateView[]): string | undefined {
  const [most] = [...candidates].sort((a, b) => b.people.length - a.people.length);
  if (most !== undefined && most.people.length > 0) {
    return CANDIDATES_TEXT.questionText(most.title, people(most.people.length));
  }
  const unread = candidates.find(({ whole }) => !whole);
  return unread && CANDIDATES_TEXT.questionText(unread.title, undefined);
}
