import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { MessengerFailureText } from '../messenger/messenger-failure-text.js';
import { CHAT_PROBLEM_TEXT, CREDENTIAL_PROBLEM_TEXT } from '../protocol/texts.js';

/** Says what a stored code means, whoever stored it: the lane, a chat, or the messenger. */
export interface ProblemText {
  /** @returns what happened and what to do, one or two sentences */
  textOf(code: string): string;
}
export const ProblemText = Symbol('ProblemText') as ServiceIdentifier<ProblemText>;

export class CatalogueProblemText implements ProblemText {
  constructor(@inject(MessengerFailureText) private readonly failureText: MessengerFailureText) {}

  textOf(code: string): string {
    return CREDENTIAL_PROBLEM_TEXT[code] ?? CHAT_PROBLEM_TEXT[code] ?? this.failureText.textOf(code);
  }
}
