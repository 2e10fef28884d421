import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is yes.
 * @param everyMs pause between two questions
 * @param limitMs @throws Error when the answer is still no after this
 */
export async function waitUntil(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  { everyMs = 10, limitMs = 120_000 } = {},
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what}: not so after ${limitMs} ms`);
    await delay(everyMs);
  }
}
