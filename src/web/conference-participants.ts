import type { PersonChoice } from '../protocol/chat-protocol.js';
import type { Participant, ParticipantDecisions } from '../protocol/conference-protocol.js';

export type ParticipantKind = Participant['kind'];

/** Participants in the form: whom the chat gives, and who was added or removed by hand. */
export interface ParticipantDraft {
  readonly given: readonly Participant[];
  readonly added: ReadonlyMap<string, Participant>;
  readonly removed: ReadonlySet<string>;
  /** Decisions that are saved already. */
  readonly saved: { readonly added: ReadonlySet<string>; readonly removed: ReadonlySet<string> };
}

/** One line of the form's table: the person as they will be after saving. */
export interface ParticipantRow extends Participant {
  readonly takesPart: boolean;
  /** What this form changes and has not saved. */
  readonly fresh: boolean;
}

export const NO_PARTICIPANTS: ParticipantDraft = {
  given: [],
  added: new Map(),
  removed: new Set(),
  saved: { added: new Set(), removed: new Set() },
};

export function participantsOf(participants: readonly Participant[]): ParticipantDraft {
  const added = participants.filter(({ origin }) => origin === 'added');
  const removed = new Set(participants.filter(({ origin }) => origin === 'removed').map(({ personId }) => personId));
  return {
    given: participants.filter(({ origin }) => origin !== 'added'),
    added: new Map(added.map((person) => [person.personId, person])),
    removed,
    saved: { added: new Set(added.map(({ personId }) => personId)), removed },
  };
}

/** Another chat gives other people; what was decided by hand stays. */
export function withGiven(draft: ParticipantDraft, given: readonly Participant[]): ParticipantDraft {
  return { ...draft, given };
}

export function addParticipants(draft: ParticipantDraft, people: readonly PersonChoice[]): ParticipantDraft {
  const added = new Map(draft.added);
  const removed = new Set(draft.removed);
  const given = new Set(draft.given.map(({ personId }) => personId));
  for (const { personId, name, kind, linked } of people) {
    removed.delete(personId);
    if (!given.has(personId)) added.set(personId, { personId, name, kind, linked, origin: 'added', locked: false });
  }
  return { ...draft, added, removed };
}

/** Whom a hand added goes without a trace; whom the chat gives stays in the list and can come back. */
export function removeParticipant(draft: ParticipantDraft, { personId, locked }: Participant): ParticipantDraft {
  if (locked) return draft;
  const added = new Map(draft.added);
  const givenToo = draft.given.some((person) => person.personId === personId);
  added.delete(personId);
  return { ...draft, added, removed: givenToo ? new Set(draft.removed).add(personId) : draft.removed };
}

export function returnParticipant(draft: ParticipantDraft, personId: string): ParticipantDraft {
  const removed = new Set(draft.removed);
  removed.delete(personId);
  return { ...draft, removed };
}

/** Lines of one tab, by name. */
export function participantRows(draft: ParticipantDraft, kind: ParticipantKind): readonly ParticipantRow[] {
  const given = draft.given.map((person): ParticipantRow => {
    const takesPart = person.locked || !draft.removed.has(person.personId);
    return { ...person, takesPart, fresh: takesPart === draft.saved.removed.has(person.personId) };
  });
  const ids = new Set(given.map(({ personId }) => personId));
  const added = [...draft.added.values()]
    .filter(({ personId }) => !ids.has(personId))
    .map((person): ParticipantRow => ({ ...person, takesPart: true, fresh: !draft.saved.added.has(person.personId) }));
  return [...given, ...added].filter((row) => row.kind === kind).sort((a, b) => a.name.localeCompare(b.name, 'ru'));
}

/** Only what differs from the chat, and only people of these tabs. */
export function decisionsOf(
  draft: ParticipantDraft,
  tabs: readonly ParticipantKind[],
): Required<Pick<ParticipantDecisions, 'added' | 'removed'>> {
  const given = new Map(draft.given.map((person) => [person.personId, person]));
  const added = [...draft.added.values()].filter(({ personId, kind }) => !given.has(personId) && tabs.includes(kind));
  const removed = [...draft.removed].filter((personId) => given.get(personId)?.locked === false);
  return {
    added: added.map(({ personId, kind }) => ({ personId, kind })).sort(byPersonId),
    removed: removed.sort(),
  };
}

function byPersonId(a: { personId: string }, b: { personId: string }): number {
  return a.personId < b.personId ? -1 : 1;
}
