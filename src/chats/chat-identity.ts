import type { ExternalUserId } from '../messenger/messenger.js';
import type { ChatCandidate } from './chat-snapshot.js';

/** What the people in candidates prove. */
export type Identity =
  | { readonly kind: 'ours'; readonly candidate: ChatCandidate }
  | { readonly kind: 'none' }
  | { readonly kind: 'unclear' };

/** From so many expected people on, a chat that none of them is in is not theirs. */
const ENOUGH_TO_TELL = 1;

/**
 * Which candidate a creation in doubt made: the one whose people are those of the creation. Others of the same title and
 * owner are other schools' or made by hand, whoever is in them. Pure.
 * @param sent accounts that the creation named
 * @param rivals accounts of other creations in doubt of the same account and title
 */
export function createdOne(
  candidates: readonly ChatCandidate[],
  sent: readonly ExternalUserId[],
  rivals: readonly (readonly ExternalUserId[])[],
): Identity {
  const expected = new Set(sent);
  const fitting = candidates.filter((candidate) => peopleOf(candidate).every((account) => expected.has(account)));
  const best = strongest(fitting, expected);
  if (best !== undefined) return best;
  const unclear = candidates.some((candidate) => {
    const people = peopleOf(candidate);
    // A creation that named nobody is known by nobody: whoever came into the chat since proves nothing.
    if (expected.size >= ENOUGH_TO_TELL && !people.some((account) => expected.has(account))) return false;
    return !rivals.some((rival) => people.every((account) => rival.includes(account)));
  });
  return unclear ? { kind: 'unclear' } : { kind: 'none' };
}

/**
 * Which candidate is the chat that a database without its history no longer knows: nobody but wanted people is in it. One
 * with others in it is a matter for a person, unless enough are wanted and none of them is there. Pure.
 * @param wanted accounts of those who belong into the chat
 */
export function knownBefore(candidates: readonly ChatCandidate[], wanted: readonly ExternalUserId[]): Identity {
  const expected = new Set(wanted);
  const fitting = candidates.filter((candidate) => peopleOf(candidate).every((account) => expected.has(account)));
  const best = strongest(fitting, expected);
  if (best !== undefined) return best;
  const unclear = candidates.some(
    (candidate) => expected.size < ENOUGH_TO_TELL || peopleOf(candidate).some((account) => expected.has(account)),
  );
  return unclear ? { kind: 'unclear' } : { kind: 'none' };
}

/**
 * Which candidate is the chat that another account has owned so far: the owner is in it, and more than half of those who
 * are known to be there. Pure.
 */
export function sameChat(
  candidates: readonly ChatCandidate[],
  present: readonly ExternalUserId[],
  owner: ExternalUserId,
): Identity {
  const ours = candidates.filter(({ accounts }) => {
    const there = new Set(accounts);
    const known = present.filter((account) => there.has(account)).length;
    return there.has(owner) && (present.length === 0 || known * 2 > present.length);
  });
  if (ours[0] === undefined) return { kind: 'none' };
  return ours.length === 1 ? { kind: 'ours', candidate: ours[0] } : { kind: 'unclear' };
}

/** The one with most of the expected people; several with equally many cannot be told apart. */
function strongest(fitting: readonly ChatCandidate[], expected: ReadonlySet<ExternalUserId>): Identity | undefined {
  const counted = fitting
    .map((candidate) => ({ candidate, people: peopleOf(candidate).filter((account) => expected.has(account)).length }))
    .sort((a, b) => b.people - a.people);
  const [first, second] = counted;
  if (first === undefined) return undefined;
  return second?.people === first.people ? { kind: 'unclear' } : { kind: 'ours', candidate: first.candidate };
}

/** Everybody but the account that reads. */
function peopleOf({ account, accounts }: ChatCandidate): readonly ExternalUserId[] {
  return accounts.filter((one) => one !== account);
}
