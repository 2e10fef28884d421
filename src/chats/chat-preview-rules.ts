import type { DesiredMember } from './chat-rules.js';

/** A member as they are known. */
export interface KnownMember {
  readonly personId: string;
  readonly kind: DesiredMember['kind'];
  readonly reasons: readonly string[];
  readonly wantedRole: DesiredMember['role'] | undefined;
  readonly hand: 'added' | 'removed' | 'left' | 'kept' | undefined;
  /** Linked account; undefined: waits for linking. */
  readonly account: string | undefined;
  readonly deliveredAccount: string | undefined;
}

/** A person who would come or leave. */
export interface PreviewedMember {
  readonly personId: string;
  readonly kind: DesiredMember['kind'];
  /** Ids of the rules; empty for whoever leaves. */
  readonly reasons: readonly string[];
}

export interface PreviewedChat {
  readonly coming: readonly PreviewedMember[];
  readonly leaving: readonly PreviewedMember[];
  /** Belong there, have not linked. */
  readonly waiting: number;
  /** So many lose their rule that the removal would be held. */
  readonly guarded: boolean;
}

/** A removal of more than half of a chat of this many or more waits for a person (R-C10). */
export const GUARD_MEMBERS_FROM = 5;

/** So many or more wait, too, when nobody of their kind is left in a list that no event made us read, whatever the chat's size. */
export const EMPTY_LIST_FROM = 2;

/**
 * What a synchronisation would change on the messenger's side. Pure.
 * @param desired what the rules want now; undefined: they leave the chat as it is
 * @param linked people of `desired` who have linked
 */
export function previewChat(
  members: readonly KnownMember[],
  desired: readonly DesiredMember[] | undefined,
  linked: ReadonlySet<string>,
): PreviewedChat {
  const ruled = new Map((desired ?? []).map((member) => [member.personId, member]));
  const known = new Map(members.map((member) => [member.personId, member]));
  const ofRules = members.filter(({ reasons }) => reasons.length > 0);
  const losing = desired === undefined ? [] : ofRules.filter(({ personId }) => !ruled.has(personId));
  const guarded =
    (ofRules.length >= GUARD_MEMBERS_FROM && losing.length * 2 > ofRules.length) || hasEmptyList(ofRules, losing);
  const wanted = (personId: string): boolean => {
    const member = known.get(personId);
    const rule = ruled.get(personId);
    if (desired === undefined) return member?.wantedRole !== undefined;
    if (rule?.reasons.includes('chat-administrator')) return true;
    if (member?.hand === 'removed' || member?.hand === 'left') return false;
    const held = guarded && member !== undefined && losing.includes(member);
    return rule !== undefined || held || member?.hand !== undefined;
  };
  const people = [...members, ...(desired ?? []).filter(({ personId }) => !known.has(personId))];
  const isLinked = (personId: string): boolean => known.get(personId)?.account !== undefined || linked.has(personId);
  const missing = people.filter(
    ({ personId }) => wanted(personId) && known.get(personId)?.deliveredAccount === undefined,
  );
  return {
    coming: missing
      .filter(({ personId }) => isLinked(personId))
      .map(({ personId, kind, reasons }) => ({
        personId,
        kind,
        reasons: ruled.get(personId)?.reasons ?? reasons,
      })),
    leaving: members
      .filter(({ personId, deliveredAccount }) => deliveredAccount !== undefined && !wanted(personId))
      .map(({ personId, kind }) => ({ personId, kind, reasons: [] })),
    waiting: missing.filter(({ personId }) => !isLinked(personId)).length,
    guarded,
  };
}

/** All of a kind would go at once. Whoever runs the chats is in them for that. */
function hasEmptyList(ofRules: readonly KnownMember[], losing: readonly KnownMember[]): boolean {
  const counted = (members: readonly KnownMember[]): Map<DesiredMember['kind'], number> => {
    const counts = new Map<DesiredMember['kind'], number>();
    for (const { kind, reasons } of members) {
      if (!reasons.includes('chat-administrator')) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return counts;
  };
  const all = counted(ofRules);
  return [...counted(losing)].some(([kind, count]) => count >= EMPTY_LIST_FROM && count === all.get(kind));
}
