import type { ProblemText } from '../chats/problem-text.js';
import { CONFERENCE_PROBLEM_TEXT } from './conference-text.js';
import type { WatchedConference } from './conference-store.js';

type Troubled = Pick<WatchedConference, 'failureCode' | 'standstill'>;

/** Why a conference does not go on, or what became of it. */
export function problemCode(conference: Troubled | undefined): string | undefined {
  return conference?.failureCode ?? conference?.standstill;
}

/** The same in words, which are those of every window. */
export function problemOf(conference: Troubled | undefined, problems: ProblemText): string | undefined {
  const code = problemCode(conference);
  return code === undefined ? undefined : (CONFERENCE_PROBLEM_TEXT[code] ?? problems.textOf(code));
}
