const FIRST_MS = 2_000;
const LONGEST_MS = 30 * 60_000;

/**
 * How long to wait before the next attempt: doubling from 2 s to 30 min, each with a random part so that many
 * failures of one moment do not come back in one moment.
 * @param attempts failed attempts so far, 1 or more
 * @param random 0 ≤ x < 1
 */
export function backoffMs(attempts: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.round(full * (0.5 + random / 2));
}
