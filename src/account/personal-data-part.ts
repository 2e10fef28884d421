import type { ServiceIdentifier } from 'inversify';

import type { PersonalDataRemains } from '../host/personal-data.js';

/** Point for features that keep something about people. Bound by each; called when the host asks. */
export interface PersonalDataPart {
  /** Name of the part in the export, for example `chats`. */
  readonly id: string;
  /** What is kept about the person, as plain JSON; undefined when nothing. Changes nothing. */
  export(personId: string): Promise<unknown>;
  /** What of it went out of the school, one sentence each, in Russian. */
  sent(personId: string): Promise<readonly string[]>;
  /**
   * Removes or anonymises it. The person's link is gone already, so the messenger's side is on its way. Repeatable.
   * @returns what is still there, and why
   */
  erase(personId: string): Promise<readonly Omit<PersonalDataRemains, 'part'>[]>;
}
export const PersonalDataPart = Symbol('PersonalDataPart') as ServiceIdentifier<PersonalDataPart>;
