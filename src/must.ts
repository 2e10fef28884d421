/**
 * What has to be there.
 * @param what names it in the error
 * @throws TypeError: an invariant is broken, and going on would write something wrong
 */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new TypeError(`missing: ${what}`);
  return value;
}
