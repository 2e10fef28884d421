import type { ChatKind } from '../protocol/protocol.js';
import { cutTitle } from './chat-title.js';

/** An open chat of a class or of a study group, as the rules know it. */
export interface YearlyChat {
  readonly chatId: string;
  readonly kind: ChatKind;
  /** Class or study group. */
  readonly sourceId: string;
  /** Empty: not known yet. */
  readonly schoolYear: string;
  readonly title: string;
  /** The same chat goes on when its class or group enters a new school year. */
  readonly continues: boolean;
  /** A person decided that it stays although its class or group is gone. */
  readonly keptOpen: boolean;
  readonly closingHeld: boolean;
}

/** A class or study group as the directory has it now. */
export interface YearlySource {
  readonly id: string;
  readonly schoolYear: string;
}

export interface YearTurn {
  /** The same chat, in its new school year. */
  readonly moved: readonly { readonly chatId: string; readonly schoolYear: string }[];
  /** Last year's chats, and those of closed classes: kept, but not kept up any more. */
  readonly archived: readonly { readonly chatId: string; readonly title: string }[];
  /** Too many at once: a person has to confirm. */
  readonly held: readonly string[];
  /** Their class or group is there again. */
  readonly released: readonly string[];
}

export interface YearTurnContext {
  /** What the directory was asked about: chats of other classes and groups are left alone. */
  readonly asked: 'everything' | ReadonlySet<string>;
  readonly sources: readonly YearlySource[];
  /** Classes and groups that went to another organization: nothing vanished, so nothing waits for a person. */
  readonly foreign: ReadonlySet<string>;
  /** School years that classes go by now; undefined: only a part of the organisation was looked at. */
  readonly currentYears: ReadonlySet<string> | undefined;
  readonly now: Date;
  /** Longest title in characters. */
  readonly titleLength: number;
}

/** From so many vanished classes and groups on, a majority of them waits for a person (R-C10). */
export const GUARD_SOURCES_FROM = 5;

/**
 * What becomes of chats whose class or group entered a new school year or is gone (R-G4). Pure. A chat's identity is
 * class and school year: last year's chat is never slid under this year's children, unless it was decided that the same
 * chat goes on.
 */
export function planYearTurn(chats: readonly YearlyChat[], context: YearTurnContext): YearTurn {
  const sources = new Map(context.sources.map((source) => [source.id, source]));
  const looked = chats.filter(({ sourceId }) => context.asked === 'everything' || context.asked.has(sourceId));
  const gone = looked.filter(({ sourceId, keptOpen }) => !sources.has(sourceId) && !keptOpen);
  const left = looked.filter(({ sourceId, schoolYear }) => isOfAnotherYear(schoolYear, sources.get(sourceId)));
  const isForeign = ({ sourceId }: YearlyChat): boolean => context.foreign.has(sourceId);
  const vanished = gone.filter((chat) => !isForeign(chat) && !isOver(chat.schoolYear, context.currentYears));
  const nothingThere = context.asked === 'everything' && context.sources.length === 0;
  const stayed = looked.filter((chat) => !isForeign(chat));
  const held = areMost(vanished, stayed) || nothingThere ? new Set(vanished) : new Set<YearlyChat>();
  const ending = [...gone.filter((chat) => !held.has(chat)), ...left.filter(({ continues }) => !continues)];
  return {
    moved: looked.flatMap((chat) => move(chat, sources.get(chat.sourceId))),
    archived: ending.map(({ chatId, title }) => ({ chatId, title: archivedTitle(title, context) })),
    held: [...held].filter(({ closingHeld }) => !closingHeld).map(({ chatId }) => chatId),
    released: looked
      .filter((chat) => chat.closingHeld && !held.has(chat) && !ending.includes(chat))
      .map(({ chatId }) => chatId),
  };
}

/** No class goes by this year any more: that is a new school year, not a broken directory. */
function isOver(schoolYear: string, currentYears: ReadonlySet<string> | undefined): boolean {
  return currentYears !== undefined && currentYears.size > 0 && schoolYear !== '' && !currentYears.has(schoolYear);
}

function isOfAnotherYear(schoolYear: string, source: YearlySource | undefined): boolean {
  return source !== undefined && schoolYear !== '' && source.schoolYear !== schoolYear;
}

function move(chat: YearlyChat, source: YearlySource | undefined): YearTurn['moved'] {
  if (source === undefined || source.schoolYear === chat.schoolYear) return [];
  return chat.continues || chat.schoolYear === '' ? [{ chatId: chat.chatId, schoolYear: source.schoolYear }] : [];
}

function areMost(vanished: readonly YearlyChat[], looked: readonly YearlyChat[]): boolean {
  const sourcesOf = (chats: readonly YearlyChat[]): number => new Set(chats.map(({ sourceId }) => sourceId)).size;
  const count = sourcesOf(vanished);
  return count >= GUARD_SOURCES_FROM && count * 2 > sourcesOf(looked);
}

/** Last year's chats are told apart from this year's: «Классный чат 5А (2025/26)»; a number may follow. */
export function archivedTitle(
  title: string,
  { now, titleLength }: Pick<YearTurnContext, 'now' | 'titleLength'>,
): string {
  const suffix = ` (${schoolYearText(now)})`;
  return `${cutTitle(title, titleLength - suffix.length)}${suffix}`;
}

/** A school year that ends is archived in summer or in the first weeks of the next one. */
const ARCHIVED_LATE_MONTHS = 3;
const AUGUST = 7;

/** The school year that was running, or had just ended, at this time: `2025/26`. */
export function schoolYearText(at: Date): string {
  const then = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - ARCHIVED_LATE_MONTHS, 1));
  const start = then.getUTCMonth() >= AUGUST ? then.getUTCFullYear() : then.getUTCFullYear() - 1;
  return `${start}/${String((start + 1) % 100).padStart(2, '0')}`;
}
