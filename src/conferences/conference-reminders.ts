import { inject } from 'inversify';

import type { Reminder, ReminderContribution } from '../host/contribution-points.js';
import type { SessionContext } from '../host/host-session.js';
import { SettingsSource } from '../settings.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { CalendarStore } from './calendar-store.js';
import { isOver } from './life/conference-state.js';
import { reminderText } from './conference-text.js';

const MINUTE_MS = 60_000;

/** Tells people a few minutes before that a conference of theirs begins. */
export class ConferenceReminders implements ReminderContribution {
  readonly id = 'sferum.conferences';

  constructor(
    @inject(CalendarStore) private readonly store: CalendarStore,
    @inject(SettingsSource) private readonly source: SettingsSource,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  async due({ organizationId, personId }: SessionContext): Promise<readonly Reminder[]> {
    const { reminderMinutes } = this.source.settings;
    if (reminderMinutes === 0) return [];
    const now = this.clock.now();
    const near = new Date(now.getTime() + reminderMinutes * MINUTE_MS);
    const entries = await this.store.entries({ organizationId, personId }, now, near);
    return entries
      .filter(({ state, startsAt }) => !isOver(state) && startsAt > now)
      .map(({ conferenceId, title, startsAt }) => ({
        // A conference that moves is told of again.
        id: `${conferenceId}@${startsAt.toISOString()}`,
        text: reminderText(title, Math.ceil((startsAt.getTime() - now.getTime()) / MINUTE_MS)),
        at: startsAt,
        target: { kind: 'window', windowId: 'sferum.registry', params: { tab: 'conferences' } },
      }));
  }
}
