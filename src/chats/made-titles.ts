import { must } from '../must.js';
import type { ChatKind } from '../protocol/protocol.js';
import type { DesiredChat } from './chat-rules.js';
import { cutTitle, distinctTitle, isMadeFrom, ruleTitle, titleKey } from './chat-title.js';

/** A chat that has its title already. */
export interface TitledChat {
  readonly chatId: string;
  readonly kind: ChatKind;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly schoolYear: string;
  readonly title: string;
  readonly byHand: boolean;
  /** `restorable`: its deletion can be taken back. `closing`: it is being emptied, and its title is free again. */
  readonly state: 'open' | 'archived' | 'restorable' | 'closing';
  /** Of an archived chat: the title it had before. */
  readonly titleBefore: string | undefined;
}

export interface MadeTitles {
  /** One for each chat that the rules want, in their order. */
  readonly titles: readonly string[];
  /** A title is held by the chat of a class that was not looked at, whose name may be out of date. */
  readonly crowded: boolean;
}

type WantedChat = Pick<DesiredChat, 'kind' | 'sourceId' | 'sourceName' | 'schoolYear' | 'title'>;

/**
 * Titles for the chats that the rules want, each of its own among the organization's chats. Pure; the same titles again
 * when nothing changed: a number stays with its chat also when the other chat goes, and pairs that exist already stay.
 * @param known every chat of the organization that is not closed, in the order of their creation
 */
export function makeTitles(wanted: readonly WantedChat[], known: readonly TitledChat[], longest: number): MadeTitles {
  const chatOf = new Map(known.filter(isDefault).map((chat) => [identity(chat), chat]));
  const titles = new Map<WantedChat, string>();
  const untitled: WantedChat[] = [];
  for (const want of wanted) {
    const chat = chatOf.get(identity(want));
    if (chat !== undefined && keepsTitle(chat, want, longest)) titles.set(want, chat.title);
    else untitled.push(want);
  }
  const released = new Set(untitled.map((want) => chatOf.get(identity(want))));
  const holding = known.filter((chat) => !released.has(chat));
  const taken = takenKeys(holding, longest);
  const doubtful = takenKeys(unseen(holding, wanted), longest);
  let crowded = false;
  for (const want of inOrderOfCreation(untitled, known)) {
    crowded ||= doubtful.has(titleKey(cutTitle(want.title, longest)));
    const title = titleAnew(chatOf.get(identity(want)), want.title, taken, longest);
    taken.add(titleKey(title));
    titles.set(want, title);
  }
  return { titles: wanted.map((want) => must(titles.get(want), `a title for ${want.title}`)), crowded };
}

/**
 * The title of one chat that comes back to the rules or out of the archive.
 * @param base title by the rules; undefined: the one it had
 */
export function makeTitle(
  chat: TitledChat,
  base: string | undefined,
  known: readonly TitledChat[],
  longest: number,
): string {
  const taken = takenKeys(
    known.filter(({ chatId }) => chatId !== chat.chatId),
    longest,
  );
  if (base === undefined) return distinctTitle(chat.titleBefore ?? chat.title, taken, longest);
  return titleAnew({ ...chat, byHand: false }, base, taken, longest);
}

/** Keys of titles that nobody else gets. */
export function takenKeys(chats: readonly TitledChat[], longest: number): Set<string> {
  const holding = chats.filter(({ state }) => state !== 'closing');
  return new Set(holding.map(({ title }) => titleKey(cutTitle(title, longest))));
}

function isDefault({ kind, state }: TitledChat): boolean {
  return kind !== 'subject' && kind !== 'other' && (state === 'open' || state === 'archived');
}

function identity({ kind, sourceId, schoolYear }: Pick<TitledChat, 'kind' | 'sourceId' | 'schoolYear'>): string {
  return JSON.stringify([kind, sourceId, schoolYear]);
}

/** A chat is titled anew when its class is called differently now, and when it comes out of the archive. */
function keepsTitle(chat: TitledChat, want: WantedChat, longest: number): boolean {
  if (chat.state !== 'open') return false;
  if (chat.byHand) return true;
  return ruleTitle(chat.kind, chat.sourceName) === want.title && isMadeFrom(chat.title, want.title, longest);
}

/** A title that the chat had already comes first: people know it. */
function titleAnew(chat: TitledChat | undefined, base: string, taken: ReadonlySet<string>, longest: number): string {
  const before = chat === undefined ? undefined : (chat.titleBefore ?? chat.title);
  if (before === undefined) return distinctTitle(base, taken, longest);
  if (chat?.byHand) return distinctTitle(before, taken, longest);
  const sameName = chat !== undefined && ruleTitle(chat.kind, chat.sourceName) === base;
  const kept = sameName && isMadeFrom(before, base, longest) && !taken.has(titleKey(before));
  return kept ? before : distinctTitle(base, taken, longest);
}

/** Chats titled by the name of a class that was not looked at. */
function unseen(known: readonly TitledChat[], wanted: readonly WantedChat[]): readonly TitledChat[] {
  const looked = new Set(wanted.map(identity));
  return known.filter(
    (chat) => isDefault(chat) && chat.state === 'open' && !chat.byHand && !looked.has(identity(chat)),
  );
}

/** Chats that are made now come last. */
function inOrderOfCreation(wanted: readonly WantedChat[], known: readonly TitledChat[]): readonly WantedChat[] {
  const places = new Map(known.filter(isDefault).map((chat, index) => [identity(chat), index]));
  const placeOf = (want: WantedChat): number => places.get(identity(want)) ?? known.length;
  return wanted.toSorted((a, b) => placeOf(a) - placeOf(b));
}
