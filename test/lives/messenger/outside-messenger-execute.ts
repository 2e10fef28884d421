import { OutsideMessengerError } from './outside-messenger-error.js';

export interface ExecuteCall {
  readonly method: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const MOST_CALLS = 25;

/**
 * Reads `return [API.a.b({...}), ...];`, the form that a client of plain calls needs.
 * @throws OutsideMessengerError 12 for anything else, 13 for more calls than VK carries out
 */
export function readExecuteCode(code: string): readonly ExecuteCall[] {
  const body = /^\s*return\s*\[([\s\S]*)\]\s*;?\s*$/.exec(code)?.[1];
  if (body === undefined) throw new OutsideMessengerError(12, `Unable to compile code: ${code.slice(0, 80)}`);
  const calls: ExecuteCall[] = [];
  let at = 0;
  for (;;) {
    const start = /^[\s,]*API\.(\w+\.\w+)\(/.exec(body.slice(at));
    if (!start) break;
    at += start[0].length;
    const end = endOfArgument(body, at);
    calls.push({ method: start[1] ?? '', parameters: readArgument(body.slice(at, end)) });
    at = end + 1;
  }
  if (body.slice(at).trim() !== '')
    throw new OutsideMessengerError(12, `Unable to compile code: ${body.slice(at, at + 80)}`);
  if (calls.length > MOST_CALLS) throw new OutsideMessengerError(13, 'Runtime error: too many API calls');
  return calls;
}

/** Place of the bracket that closes a call; brackets inside texts do not count. */
function endOfArgument(text: string, from: number): number {
  let depth = 1;
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (quoted) {
      if (letter === '\\') at++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === '(') depth++;
    else if (letter === ')' && --depth === 0) return at;
  }
  throw new OutsideMessengerError(12);
}

function readArgument(text: string): ReadonlyMap<string, string> {
  if (text.trim() === '') return new Map();
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new OutsideMessengerError(12, `Unable to compile code: ${text.slice(0, 80)}`);
  }
  return new Map(Object.entries(given as Record<string, unknown>).map(([name, value]) => [name, parameterText(value)]));
}

function parameterText(value: unknown): string {
  if (Array.isArray(value)) return value.map(parameterText).join(',');
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value);
}
