const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LONG_INTEGER = /^-?\d{16,}$/;

/**
 * Parses JSON without rounding: an integer of 16 digits or more becomes text, all the rest is as usual.
 * Ids at VK are 64-bit, and `JSON.parse` rounds above 2⁵³.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function parseJsonExactly(text: string): unknown {
  const exact = /\d{16}/.test(text)
    ? text.replace(STRING_OR_NUMBER, (token) => (LONG_INTEGER.test(token) ? `"${token}"` : token))
    : text;
  return JSON.parse(exact) as unknown;
}
