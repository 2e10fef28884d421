import type { ServiceIdentifier } from 'inversify';

/** Says what a failure means, for the people who read it. Texts are made when shown; stored is the code. */
export interface MessengerFailureText {
  /**
   * @param code as in `MessengerFailure.code`
   * @returns what happened and what to do, one or two sentences
   */
  textOf(code: string): string;
}
export const MessengerFailureText = Symbol('MessengerFailureText') as ServiceIdentifier<MessengerFailureText>;
