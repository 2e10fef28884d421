/** The school's wall clock: `2026-11-24` and `10:00` in an IANA time zone. Pure. */

/**
 * @param day `YYYY-MM-DD`
 * @param clock `HH:MM`
 * @returns undefined for a day that no calendar has; a time skipped by a change of the clocks is taken an hour later
 */
export function instantAt(day: string, clock: string, timeZone: string): Date | undefined {
  const asUtc = Date.parse(`${day}T${clock}:00Z`);
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 10) !== day) return undefined;
  // The offset of the guess may be that of the other side of a change of the clocks; the second look settles it.
  const first = asUtc - offsetMs(asUtc, timeZone);
  return new Date(asUtc - offsetMs(first, timeZone));
}

/** The day that holds an instant. */
export function dayOf(instant: Date, timeZone: string): string {
  return wallClock(instant.getTime(), timeZone).slice(0, 10);
}

export function clockOf(instant: Date, timeZone: string): string {
  return wallClock(instant.getTime(), timeZone).slice(11, 16);
}

/** «24.11.2026, 10:30–11:15» */
export function periodText(startsAt: Date, endsAt: Date, timeZone: string): string {
  const [year, month, day] = dayOf(startsAt, timeZone).split('-');
  return `${day}.${month}.${year}, ${clockOf(startsAt, timeZone)}–${clockOf(endsAt, timeZone)}`;
}

/** Beginning and end of a day, the end being the beginning of the next. */
export function dayBounds(day: string, timeZone: string): { readonly from: Date; readonly to: Date } | undefined {
  const from = instantAt(day, '00:00', timeZone);
  if (from === undefined) return undefined;
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const to = instantAt(next, '00:00', timeZone);
  return to && { from, to };
}

function offsetMs(at: number, timeZone: string): number {
  const whole = Math.floor(at / 1000) * 1000;
  return Date.parse(`${wallClock(whole, timeZone)}Z`) - whole;
}

/** `2026-11-24T10:00:00` */
function wallClock(at: number, timeZone: string): string {
  return formatter(timeZone).format(at).replace(' ', 'T');
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  let found = formatters.get(timeZone);
  if (found === undefined) {
    found = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    formatters.set(timeZone, found);
  }
  return found;
}
