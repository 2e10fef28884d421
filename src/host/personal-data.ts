import type { ServiceIdentifier } from 'inversify';

/** Everything the plugin keeps about one person, for the person to read. */
export interface PersonalDataExport {
  readonly personId: string;
  /** ISO 8601, UTC. */
  readonly exportedAt: string;
  /** By the part of the plugin that keeps it; values are plain JSON. Tokens are named, never given out. */
  readonly parts: Readonly<Record<string, unknown>>;
  /** What left the school: to whom, what, why. One sentence each, in Russian. */
  readonly sent: readonly string[];
}

/** Something about the person that is still there after an erasure. */
export interface PersonalDataRemains {
  /** The part of the plugin that keeps it. */
  readonly part: string;
  /** What and why, and when it goes; in Russian. */
  readonly reason: string;
}

export interface PersonalDataErasure {
  /** Empty when nothing about the person is left. */
  readonly remains: readonly PersonalDataRemains[];
}

/**
 * Bound by the plugin, called by the host after `start()` when a person asks for their data or wants it gone. The host
 * checks who may ask; the plugin checks nothing.
 */
export interface PersonalData {
  /** A person the plugin never heard of gets empty parts. Changes nothing. */
  export(personId: string): Promise<PersonalDataExport>;
  /**
   * Unlinks the account, takes its tokens back at the messenger, and removes or anonymises what is kept. Repeatable:
   * ask again until nothing remains. A person who is still in the directory comes back into chats by the rules; erase
   * after they left.
   */
  erase(personId: string): Promise<PersonalDataErasure>;
}
export const PersonalData = Symbol.for('eschool.sferum.PersonalData') as ServiceIdentifier<PersonalData>;
