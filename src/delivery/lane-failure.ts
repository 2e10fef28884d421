/**
 * SQLSTATE classes of what a repeat meets again: data that does not fit, a broken constraint, a wrong statement, an error
 * raised by the schema itself. What a connection, a lock or a full disk causes passes.
 */
const AGAIN = /^(?:22|23|42|P0)/;

/** Whether the same work would fail in the same way again. */
export function failsAgain(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.length === 5 && AGAIN.test(code);
}
