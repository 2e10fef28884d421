import type { LivesHistory } from './lives-history.js';
import type { ExpectedChat } from './lives-oracle.js';
import type { MessengerQuirks, OutsideChat } from './messenger/outside-messenger-world.js';

/** What the messenger's own side did by itself, and must be left alone. */
export interface MessengerEvents {
  /** Chats that the plugin never made, as they were when they were made or changed by their own people. */
  readonly foreign: ReadonlyMap<OutsideChat, string>;
  /** Accounts of nobody in the schools that came by the link. */
  readonly strangers: ReadonlyMap<OutsideChat, ReadonlySet<number>>;
  /** Accounts that left by themselves: they may be out, or in again for a new reason. */
  readonly leavers: ReadonlyMap<OutsideChat, ReadonlySet<number>>;
  readonly quirks: MessengerQuirks;
}

export function snapshotOf(chat: OutsideChat): string {
  const members = [...chat.members].map(([id, { admin }]) => `${id}${admin ? '*' : ''}`).sort();
  return `«${chat.title}» ${members.join(' ')}`;
}

/** @returns every difference between what must be and what is, in plain words; empty: exact */
export function differences(
  expected: readonly ExpectedChat[],
  actual: readonly OutsideChat[],
  history: LivesHistory,
  events: MessengerEvents,
): readonly string[] {
  const found: string[] = [];
  for (const [chat, before] of events.foreign) {
    if (snapshotOf(chat) !== before) found.push(`foreign ${chat.key} was changed: ${before} → ${snapshotOf(chat)}`);
  }
  const free = new Set(actual.filter((chat) => !events.foreign.has(chat)));
  const pairs = pairUp(expected, free, events);
  for (const chat of expected) {
    const own = pairs.get(chat);
    if (own) found.push(...differencesOf(chat, own, events));
    else if (!chat.mayWait) found.push(`${chat.key} is missing: must have ${chat.members.size} members`);
  }
  found.push(...likeTitles(pairs));
  found.push(...unexplained(free, history.over(expected), events));
  return found;
}

/** Takes the paired chats out of `free`. What fits best is paired first. */
function pairUp(
  expected: readonly ExpectedChat[],
  free: Set<OutsideChat>,
  events: MessengerEvents,
): ReadonlyMap<ExpectedChat, OutsideChat> {
  const candidates = expected
    .flatMap((chat) => [...free].map((own) => ({ chat, own, cost: costOf(chat, own, events) })))
    .filter(({ cost }) => cost < Infinity)
    .sort((left, right) => left.cost - right.cost);
  const pairs = new Map<ExpectedChat, OutsideChat>();
  for (const { chat, own } of candidates) {
    if (pairs.has(chat) || !free.has(own)) continue;
    pairs.set(chat, own);
    free.delete(own);
  }
  return pairs;
}

function costOf(chat: ExpectedChat, own: OutsideChat, events: MessengerEvents): number {
  const wrong = differencesOf(chat, own, events).length;
  const titled = own.title.includes(chat.titlePart) && (chat.titlePart === '') === isStaffTitle(own.title);
  const common = [...chat.members.keys()].filter((id) => own.members.has(id)).length;
  if (common <= 1 && wrong > 0 && (!titled || chat.members.size > 2)) return Infinity;
  return wrong * 2 + (titled ? 0 : 3) + (own.title.includes(KIND_WORD[chat.kind]) ? 0 : 0.5);
}

const KIND_WORD = { teachers: 'чит', class: 'ласс', guardians: 'одит', subject: '', other: '' } as const;

function isStaffTitle(title: string): boolean {
  return /учител/i.test(title);
}

function differencesOf(chat: ExpectedChat, own: OutsideChat, events: MessengerEvents): string[] {
  const name = `${chat.key} (${own.key} «${own.title}»)`;
  const strangers = events.strangers.get(own) ?? new Set<number>();
  const leavers = events.leavers.get(own) ?? new Set<number>();
  const found: string[] = [];
  for (const [id, role] of chat.members) {
    const member = own.members.get(id);
    if (!member) {
      if (!leavers.has(id) && !chat.tolerated.has(id)) found.push(`${name}: ${id} is not in it`);
    } else if (id !== own.ownerId && member.admin !== (role === 'admin') && roleCanBeSet(chat, own, events.quirks)) {
      found.push(`${name}: ${id} must be ${role}, is ${member.admin ? 'admin' : 'member'}`);
    }
  }
  for (const [id, member] of own.members) {
    if (chat.members.has(id) || strangers.has(id) || leavers.has(id) || chat.tolerated.has(id)) continue;
    if (member.admin && !roleCanBeSet(chat, own, events.quirks)) continue;
    found.push(`${name}: ${id} must not be in it`);
  }
  for (const id of strangers) if (!own.members.has(id)) found.push(`${name}: the stranger ${id} was taken out`);
  if (!own.title.includes(chat.titlePart)) found.push(`${name}: the title must name «${chat.titlePart}»`);
  return found;
}

/** Where only a chat's owner may give roles, a successor cannot. */
function roleCanBeSet(chat: ExpectedChat, own: OutsideChat, quirks: MessengerQuirks): boolean {
  return own.ownerId === chat.driver || quirks.promotedBy === 'owner-and-admins';
}

/** Titles of a school's chats are told apart (R-C2: one chat of each kind per class, whatever the classes are called). */
function likeTitles(pairs: ReadonlyMap<ExpectedChat, OutsideChat>): string[] {
  const seen = new Map<string, string>();
  const found: string[] = [];
  for (const [{ organizationId, key }, { title }] of pairs) {
    const place = `${organizationId}/${title}`;
    const other = seen.get(place);
    if (other !== undefined) found.push(`${other} and ${key} have one title «${title}»`);
    seen.set(place, key);
  }
  return found;
}

/** A chat that is over may stay once, with people it had at some time; anything else was made twice, or mixes schools. */
function unexplained(
  free: ReadonlySet<OutsideChat>,
  over: ReturnType<LivesHistory['over']>,
  events: MessengerEvents,
): string[] {
  const unused = new Set(over);
  const found: string[] = [];
  const rest = new Set(free);
  const peopleOf = (own: OutsideChat): number[] => {
    const strangers = events.strangers.get(own) ?? new Set<number>();
    return [...own.members.keys()].filter((id) => !strangers.has(id));
  };
  const fitsOf = (own: OutsideChat) =>
    [...unused].filter(({ members }) => peopleOf(own).every((id) => members.has(id)));
  while (rest.size > 0) {
    // The one with the fewest explanations goes first: pupils of a class that closed were in another one later.
    const counted = [...rest].map((own) => ({ own, fits: fitsOf(own) }));
    const [next] = counted.sort((left, right) => left.fits.length - right.fits.length);
    if (next === undefined) break;
    const { own, fits } = next;
    rest.delete(own);
    const best = fits.find(({ chat }) => own.title.includes(chat.titlePart)) ?? fits[0];
    if (best) unused.delete(best);
    else found.push(`${own.key} «${own.title}» of ${own.ownerId} is one too many (members ${peopleOf(own).join(' ')})`);
  }
  return found;
}
