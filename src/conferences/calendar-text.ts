import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';

import { MODULE_TITLE } from '../protocol/texts.js';
import type { CalendarEntry } from './calendar-store.js';

/** How often a calendar program should ask again. */
const REFRESH_SECONDS = 15 * 60;

export interface Calendar {
  readonly organizationName: string;
  /** Where an entry leads: the school's page, never the call itself. */
  readonly url: string;
  readonly entries: readonly CalendarEntry[];
  readonly now: Date;
}

/** A person's conferences as iCalendar (RFC 5545). Times are in UTC: the program shows them in its own zone. */
export function calendarText({ organizationName, url, entries, now }: Calendar): string {
  const calendar = ical({
    name: `${MODULE_TITLE}: ${organizationName}`,
    prodId: { company: 'sferum', product: 'conferences', language: 'RU' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: REFRESH_SECONDS,
  });
  for (const entry of entries) {
    const of = [entry.lessonTitle, entry.chatTitle].filter((part) => part !== undefined);
    calendar.createEvent({
      id: `${entry.conferenceId}@sferum`,
      // Being cancelled is a change too, which the revision does not count.
      sequence: entry.revision + (entry.state === 'cancelled' ? 1 : 0),
      stamp: now,
      start: entry.startsAt,
      end: entry.endsAt,
      summary: entry.title,
      description: [...of, `Подключиться: ${url}`].join('\n'),
      url,
      status: entry.state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  }
  return calendar.toString();
}
