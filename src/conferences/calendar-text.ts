import ical, { escape, ICalCalendarMethod, ICalEventStatus } from 'ical-generator';

import { MODULE_TITLE } from '../protocol/texts.js';
import type { CalendarEntry } from './calendar-store.js';

/** How often a calendar program should ask again. */
const REFRESH_SECONDS = 15 * 60;

export interface Calendar {
  readonly organizationName: string;
  /** The school's, IANA. */
  readonly timeZone: string;
  /** Where an entry leads: the school's page, never the call itself. */
  readonly url: string;
  readonly entries: readonly CalendarEntry[];
}

/**
 * A person's conferences as iCalendar (RFC 5545). Times are in UTC: the program shows them in its own zone, or in the
 * school's where it heeds the calendar's zone.
 */
export function calendarText({ organizationName, timeZone, url, entries }: Calendar): string {
  const calendar = ical({
    // Unlike the texts of an event, the library takes it as it is.
    name: escape(`${MODULE_TITLE}: ${organizationName}`, false),
    prodId: { company: 'sferum', product: 'conferences', language: 'RU' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: REFRESH_SECONDS,
  });
  for (const entry of entries) {
    const of = [...entry.lessonTitles, ...(entry.chatTitle === undefined ? [] : [entry.chatTitle])];
    calendar.createEvent({
      id: `${entry.conferenceId}@sferum`,
      sequence: entry.revision,
      stamp: entry.createdAt,
      start: entry.startsAt,
      end: entry.endsAt,
      summary: entry.title,
      description: [...of, `Подключиться: ${url}`].join('\n'),
      url,
      status: entry.state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  }
  return withZone(calendar.toString(), timeZone);
}

/**
 * Names the school's zone. The library's own option would also write every time without its UTC mark, so that each
 * program took it for a time of its own zone; and its X- attributes come after the events, where RFC 5545 (3.4) knows no
 * properties of the calendar any more.
 */
function withZone(calendar: string, timeZone: string): string {
  return calendar.replace(/\r\n(?=BEGIN:VEVENT|END:VCALENDAR)/, (end) => `${end}X-WR-TIMEZONE:${timeZone}${end}`);
}
