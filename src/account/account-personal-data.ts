import { inject } from 'inversify';

import type { PersonalDataRemains } from '../host/personal-data.js';
import {
  ownedChatsRemainText,
  PERSONAL_DATA_REMAINS_TEXT,
  PERSONAL_DATA_SENT_TEXT,
} from '../protocol/account-texts.js';
import { AccountLinkStore } from './account-link-store.js';
import { AccountTraceStore } from './account-trace-store.js';
import { LinkAttemptStore } from './link-attempt-store.js';
import { LinkReminderStore } from './link-reminder-store.js';
import type { PersonalDataPart } from './personal-data-part.js';
import { Unlinking } from './unlinking.js';

/** The link, sign-ins under way, and reminders. Must be the first part to erase: the others see no link then. */
export class AccountPersonalData implements PersonalDataPart {
  readonly id = 'account';

  constructor(
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
    @inject(LinkAttemptStore) private readonly attempts: LinkAttemptStore,
    @inject(LinkReminderStore) private readonly reminders: LinkReminderStore,
    @inject(AccountTraceStore) private readonly traces: AccountTraceStore,
    @inject(Unlinking) private readonly unlinking: Unlinking,
  ) {}

  async export(personId: string): Promise<unknown> {
    const [[link], attempts, reminders, revocations] = await Promise.all([
      this.links.findAll([personId]),
      this.traces.attempts(personId),
      this.reminders.all(personId),
      this.traces.revocations(personId),
    ]);
    if (link === undefined && attempts.length + reminders.length + revocations === 0) return undefined;
    return {
      link: link && {
        externalUserId: link.externalUserId,
        givenName: link.givenName,
        familyName: link.familyName,
        roles: link.roles,
        state: link.state,
        linkedAt: link.linkedAt.toISOString(),
        ...(link.goneSince === undefined ? {} : { inNoSchoolSince: link.goneSince.toISOString() }),
      },
      signInsUnderWay: attempts.map(({ begunAt }) => begunAt.toISOString()),
      reminders: reminders.map(({ organizationId, remindedAt, seenAt }) => ({
        organizationId,
        remindedAt: remindedAt.toISOString(),
        ...(seenAt === undefined ? {} : { seenAt: seenAt.toISOString() }),
      })),
      tokensWaitingForRevocation: revocations,
    };
  }

  async sent(personId: string): Promise<readonly string[]> {
    const [link] = await this.links.findAll([personId]);
    return link === undefined ? [] : [PERSONAL_DATA_SENT_TEXT.messenger];
  }

  async erase(personId: string): Promise<readonly Omit<PersonalDataRemains, 'part'>[]> {
    const owned = await this.ownedBy(personId);
    const attempts = await this.traces.attempts(personId);
    for (const { stateHash } of attempts) await this.attempts.end(stateHash, { revoke: true });
    await this.links.unlink(personId);
    await this.reminders.erase(personId);
    const waiting = await this.traces.revocations(personId);
    return [
      ...(waiting === 0 ? [] : [{ reason: PERSONAL_DATA_REMAINS_TEXT.revocation }]),
      ...(owned.length === 0 ? [] : [{ reason: ownedChatsRemainText(owned) }]),
    ];
  }

  /** Chats that nobody can change without the account; who asked for the erasure has to know. */
  private async ownedBy(personId: string): Promise<readonly string[]> {
    const owned = await this.unlinking.ownedBy(personId);
    return owned.map(({ school, chats }) => `${school} — ${chats}`);
  }
}
