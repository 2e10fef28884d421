import { createHash, randomBytes } from 'node:crypto';

import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { HostHttp } from '../host/host-services.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { CalendarStore, type CalendarOwner } from './calendar-store.js';
import { calendarText } from './calendar-text.js';
import { ConferencePeople } from './conference-people.js';

/** Personal calendars behind secret addresses. */
export interface CalendarAddress {
  /** Makes a new address; an older one opens nothing any more. It is shown this once: only its hash is kept. */
  create(owner: CalendarOwner): Promise<string>;
  /** @returns iCalendar text; undefined for an address that opens nothing */
  open(secret: string): Promise<string | undefined>;
}
export const CalendarAddress = Symbol('CalendarAddress') as ServiceIdentifier<CalendarAddress>;

const SECRET_BYTES = 32;
/** 32 bytes in base64url. */
const SECRET = /^[\w-]{43}$/;
const DAY_MS = 24 * 3_600_000;
const DAYS_BEFORE = 7;
const DAYS_AFTER = 60;

export class SecretCalendarAddress implements CalendarAddress {
  constructor(
    @inject(CalendarStore) private readonly store: CalendarStore,
    @inject(ConferencePeople) private readonly people: ConferencePeople,
    @inject(HostHttp) private readonly http: HostHttp,
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
  ) {}

  async create(owner: CalendarOwner): Promise<string> {
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    await this.store.save(owner, hashOf(secret));
    return `${this.http.baseUrl}/calendar/${secret}.ics`;
  }

  async open(secret: string): Promise<string | undefined> {
    const owner = SECRET.test(secret) ? await this.store.owner(hashOf(secret)) : undefined;
    if (owner === undefined) return undefined;
    const now = this.clock.now();
    const [school, entries] = await Promise.all([
      this.people.school(owner.organizationId),
      this.store.entries(
        owner,
        new Date(now.getTime() - DAYS_BEFORE * DAY_MS),
        new Date(now.getTime() + DAYS_AFTER * DAY_MS),
      ),
    ]);
    const url = new URL(this.http.desktopUrl);
    url.searchParams.set('window', 'sferum.registry');
    url.searchParams.set('tab', 'conferences');
    return calendarText({ organizationName: school.name, timeZone: school.timeZone, url: url.href, entries });
  }
}

function hashOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
