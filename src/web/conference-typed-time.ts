const DAY = /^(\d{1,2})[.,/\- ](\d{1,2})[.,/\- ](\d{4}|\d{2})$/;
const CLOCK = /^(\d{1,2})(?:[:.,\- ]?(\d{2}))?$/;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;
const QUARTERS = ['00', '15', '30', '45'];

/** Times that the lists of the form offer: every quarter of an hour, from 07:00 to 22:45. */
export const OFFERED_CLOCKS: readonly string[] = Array.from({ length: 16 }, (_, index) => pad(index + 7)).flatMap(
  (hour) => QUARTERS.map((minute) => `${hour}:${minute}`),
);

/** «24.11.2026», also «24.11.26» and «24/11/2026» → `2026-11-24`; undefined where there is no such day. */
export function dayOfTyped(text: string): string | undefined {
  const [, day, month, year] = DAY.exec(text.trim()) ?? [];
  if (day === undefined || month === undefined || year === undefined) return undefined;
  const iso = `${year.length === 2 ? `20${year}` : year}-${pad(month)}-${pad(day)}`;
  return isDay(iso) ? iso : undefined;
}

/** «10:30», also «10.30», «1030» and «10» → `10:30`; undefined where no clock shows that. */
export function clockOfTyped(text: string): string | undefined {
  const [, hour, minute = '00'] = CLOCK.exec(text.trim()) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined;
  return `${pad(hour)}:${minute}`;
}

/** `2026-11-24` → «24.11.2026»; what is no day stays as it was typed. */
export function typedDay(day: string): string {
  return ISO_DAY.test(day) ? day.split('-').reverse().join('.') : day;
}

/** A day of the calendar as `2026-11-24`. */
export function isDay(text: string): boolean {
  if (!ISO_DAY.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** A time as `10:30`. */
export function isClock(text: string): boolean {
  return text.length === 5 && clockOfTyped(text) === text;
}

function pad(value: string | number): string {
  return `${value}`.padStart(2, '0');
}
