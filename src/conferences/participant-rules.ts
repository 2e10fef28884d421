import type { PersonKind } from '../host/host-directory.js';

/** Who takes part, and why. */
export interface ParticipantStanding {
  readonly personId: string;
  readonly kind: PersonKind;
  readonly origin: 'chat' | 'administrator' | 'host' | 'added' | 'removed';
}

export interface ParticipantSources {
  /** Kinds that take part at all. */
  readonly tabs: readonly PersonKind[];
  readonly chatMembers: readonly { readonly personId: string; readonly kind: PersonKind }[];
  readonly chatAdministratorId: string | undefined;
  /** Host and teachers of joined lessons. */
  readonly leaderIds: readonly string[];
  readonly decisions: readonly {
    readonly personId: string;
    readonly kind: PersonKind;
    readonly hand: 'added' | 'removed';
  }[];
}

/**
 * Each person once, under the reason that holds them most: leaders and chat administrator always take part, then what was
 * decided by hand, then the chat. A removal of somebody who is not in the chat any more says nothing. Pure.
 */
export function participantsOf(sources: ParticipantSources): readonly ParticipantStanding[] {
  const { tabs, chatMembers, chatAdministratorId, leaderIds, decisions } = sources;
  const people = new Map<string, ParticipantStanding>();
  for (const { personId, kind } of chatMembers) {
    if (tabs.includes(kind)) people.set(personId, { personId, kind, origin: 'chat' });
  }
  for (const { personId, kind, hand } of decisions) {
    const inChat = people.get(personId);
    if (hand === 'added' && inChat === undefined && tabs.includes(kind)) {
      people.set(personId, { personId, kind, origin: 'added' });
    }
    if (hand === 'removed' && inChat !== undefined) people.set(personId, { ...inChat, origin: 'removed' });
  }
  if (chatAdministratorId !== undefined) {
    people.set(chatAdministratorId, { personId: chatAdministratorId, kind: 'employee', origin: 'administrator' });
  }
  for (const personId of leaderIds) people.set(personId, { personId, kind: 'employee', origin: 'host' });
  return [...people.values()];
}

/** Host and chat administrator are not taken out. */
export function isLocked({ origin }: Pick<ParticipantStanding, 'origin'>): boolean {
  return origin === 'host' || origin === 'administrator';
}
