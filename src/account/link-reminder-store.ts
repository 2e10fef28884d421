import type { ServiceIdentifier } from 'inversify';

/** Who was asked to link their account, when and by whom. */
export interface LinkReminderStore {
  /**
   * Books reminders, for each person at most one within the pause over all organisations, whoever asks at once.
   * @returns the people who were reminded now
   */
  remind(
    organizationId: string,
    personIds: readonly string[],
    remindedBy: string,
    pauseDays: number,
  ): Promise<readonly string[]>;
  /** @returns each person's last reminder, where there is one */
  lastOf(personIds: readonly string[]): Promise<ReadonlyMap<string, Date>>;
  /** @returns the newest reminder that the person has not looked at */
  unseen(personId: string): Promise<Date | undefined>;
  /** The person looked. */
  seen(personId: string): Promise<void>;
  /** Everything kept about the person's reminders, newest first. */
  all(personId: string): Promise<readonly LinkReminder[]>;
  erase(personId: string): Promise<void>;
}
export const LinkReminderStore = Symbol('LinkReminderStore') as ServiceIdentifier<LinkReminderStore>;

export interface LinkReminder {
  readonly organizationId: string;
  readonly remindedAt: Date;
  readonly seenAt: Date | undefined;
}
