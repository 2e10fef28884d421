import type { ChatKind } from '../protocol/protocol.js';
import { CHAT_KIND_TITLE } from '../protocol/texts.js';

/** Titles of chats: one rule for typed ones and for those the plugin makes. Pure. */

/** Characters that take a place and show nothing there. */
const BLANK = /[\s\u2800\u3164\uffa0\u115f\u1160]+/gu;
/** Control and format characters, and marks without a shape; the joiner inside of emoji stays. */
const INVISIBLE = /(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u034f\u17b4\u17b5\ufe00-\ufe0e]/gu;
const JOINER_OUTSIDE_EMOJI =
  /(?<![\p{Extended_Pictographic}\ufe0f\p{Emoji_Modifier}])\u200d|\u200d(?!\p{Extended_Pictographic})/gu;
const SELECTOR_OUTSIDE_EMOJI = /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}#*0-9])\ufe0f/gu;

/** A title as it is kept: composed, without what cannot be seen, white space joined. */
export function cleanTitle(title: string): string {
  let clean = title;
  // Taking a character out can bring others together.
  for (let before = ''; clean !== before;) {
    before = clean;
    clean = clean
      .normalize('NFC')
      .replaceAll(BLANK, ' ')
      .replaceAll(INVISIBLE, '')
      .replaceAll(JOINER_OUTSIDE_EMOJI, '')
      .replaceAll(SELECTOR_OUTSIDE_EMOJI, '')
      .replaceAll(/ {2,}/g, ' ')
      .trim();
  }
  return clean;
}

/** Latin capitals, and the Cyrillic ones that look the same: «5A» and «5А» are one class to whoever reads a list. */
const LOOK_ALIKE: Readonly<Record<string, string>> = {
  A: 'А',
  B: 'В',
  C: 'С',
  E: 'Е',
  H: 'Н',
  K: 'К',
  M: 'М',
  O: 'О',
  P: 'Р',
  T: 'Т',
  X: 'Х',
  Y: 'У',
  Ё: 'Е',
  Ë: 'Е',
};

/** Titles of one key cannot be told apart: the same but for case, ё, look-alike letters, and what cannot be seen. */
export function titleKey(title: string): string {
  const upper = cleanTitle(title).normalize('NFKC').toUpperCase().normalize('NFC');
  const folded = [...upper].map((letter) => LOOK_ALIKE[letter] ?? letter).join('');
  return folded
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** @param longest in characters */
export function cutTitle(title: string, longest: number): string {
  const clean = cleanTitle(title);
  const characters = [...clean];
  return characters.length <= longest ? clean : cleanTitle(characters.slice(0, Math.max(0, longest)).join(''));
}

/** The title of a chat that is made by itself; undefined for chats that people name. @param sourceName of its class */
export function ruleTitle(kind: ChatKind, sourceName: string): string | undefined {
  if (kind === 'subject' || kind === 'other') return undefined;
  return cleanTitle(`${CHAT_KIND_TITLE[kind]} ${sourceName}`);
}

/** «Классный чат 5А», «Классный чат 5А (2)», … each within the messenger's length. */
export function numberedTitle(base: string, number: number, longest: number): string {
  if (number === 1) return cutTitle(base, longest);
  const suffix = ` (${number})`;
  return cleanTitle(`${cutTitle(base, longest - suffix.length)}${suffix}`);
}

/** Whether a title is the base itself or one of its numbered forms. */
export function isMadeFrom(title: string, base: string, longest: number): boolean {
  const number = Number(/ \((\d{1,6})\)$/.exec(title)?.[1] ?? 1);
  return [1, number].some((one) => title === numberedTitle(base, one, longest));
}

/**
 * The first form of a title that nobody has.
 * @param taken keys, see {@link titleKey}
 */
export function distinctTitle(base: string, taken: ReadonlySet<string>, longest: number): string {
  for (let number = 1; ; number += 1) {
    const title = numberedTitle(base, number, longest);
    if (!taken.has(titleKey(title))) return title;
  }
}
