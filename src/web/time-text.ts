const MINUTE_S = 60;
const HOUR_S = 3600;

function format(instant: Date, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('ru', { ...options, timeZone }).format(instant);
}

const dayKey = (instant: Date, timeZone: string): string =>
  format(instant, timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' });

function isToday(iso: string, timeZone: string, now: Date): boolean {
  return dayKey(new Date(iso), timeZone) === dayKey(now, timeZone);
}

/** «12:05» in the school's time zone. */
export function clockText(iso: string, timeZone: string): string {
  return format(new Date(iso), timeZone, { hour: '2-digit', minute: '2-digit' });
}

/** «23 ноября»; with the year where it is not the year of `now`. */
export function dayText(iso: string, timeZone: string, now: Date, month: 'long' | 'short' = 'long'): string {
  const instant = new Date(iso);
  const year = { year: 'numeric' } as const;
  const sameYear = format(instant, timeZone, year) === format(now, timeZone, year);
  return format(instant, timeZone, { day: 'numeric', month, ...(sameYear ? {} : year) });
}

/** When something was true last, briefly: «на 12:05» today, «на 22 нояб.» on another day. */
export function ageText(iso: string, timeZone: string, now: Date): string {
  if (isToday(iso, timeZone, now)) return `на ${clockText(iso, timeZone)}`;
  return `на ${dayText(iso, timeZone, now, 'short')}`;
}

/** «12:05» today, «22 ноября, 12:05» on another day. */
export function momentText(iso: string, timeZone: string, now: Date): string {
  const clock = clockText(iso, timeZone);
  return isToday(iso, timeZone, now) ? clock : `${dayText(iso, timeZone, now)}, ${clock}`;
}

/** When something starts, briefly: «сегодня, 10:00», «24 нояб., 10:00»; with the year where it is another one. */
export function startText(iso: string, timeZone: string, now: Date): string {
  const day = isToday(iso, timeZone, now) ? 'сегодня' : dayText(iso, timeZone, now, 'short');
  return `${day}, ${clockText(iso, timeZone)}`;
}

/** «сегодня, 10:00–10:45», «24 ноября, 10:00–10:45», «24 ноября, 23:30 – 25 ноября, 00:15». */
export function periodText(fromIso: string, toIso: string, timeZone: string, now: Date): string {
  const from = dayKey(new Date(fromIso), timeZone);
  const day = from === dayKey(now, timeZone) ? 'сегодня' : dayText(fromIso, timeZone, now);
  const start = `${day}, ${clockText(fromIso, timeZone)}`;
  const end = clockText(toIso, timeZone);
  if (from === dayKey(new Date(toIso), timeZone)) return `${start}–${end}`;
  return `${start} – ${dayText(toIso, timeZone, now)}, ${end}`;
}

/** How long something will still take, roughly, as a person would say it. */
export function timeLeftText(seconds: number): string {
  if (seconds < 10) return 'несколько секунд';
  if (seconds < MINUTE_S) return `около ${Math.ceil(seconds / 10) * 10} с`;
  const minutes = Math.ceil(seconds / MINUTE_S);
  if (seconds < HOUR_S && minutes < 60) return `около ${minutes} мин`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return rest === 0 ? `около ${hours} ч` : `около ${hours} ч ${rest} мин`;
}

/** Difference of a time zone from UTC at a moment: «UTC+5». */
export function utcOffsetText(timeZone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(at);
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  return name.replace('GMT', 'UTC');
}
