import type { DeliveryMinute } from '../protocol/synchronization-protocol.js';
import type { DeliveryMinuteRow } from './synchronization-store.js';

const MINUTE_MS = 60_000;

/**
 * Minutes without gaps, the last one still running. A minute in which nothing was sent has the backlog of the one before
 * it, for nothing was delivered meanwhile; the last one has what waits now.
 */
export function withoutGaps(
  rows: readonly DeliveryMinuteRow[],
  now: Date,
  count: number,
  backlog: number,
): DeliveryMinute[] {
  const byTime = new Map(rows.map((row) => [row.at.getTime(), row]));
  const last = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  let carried = 0;
  return Array.from({ length: count }, (_, place) => {
    const at = last - (count - 1 - place) * MINUTE_MS;
    const row = byTime.get(at);
    carried = at === last ? backlog : (row?.backlog ?? carried);
    const { requests = 0, calls = 0, failed = 0, refused = 0 } = row ?? {};
    return { at: new Date(at).toISOString(), requests, calls, failed, refused, backlog: carried };
  });
}
