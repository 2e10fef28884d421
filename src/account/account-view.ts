import type { Person } from '../host/host-directory.js';
import type { AccountLinkView } from '../protocol/account-protocol.js';
import { EXTERNAL_ROLE_TITLE, PERSON_KIND_TITLE } from '../protocol/texts.js';
import type { AccountLink } from './account-link-store.js';
import type { LinkCandidate } from './link-attempt-store.js';
import { compareProfile } from './link-comparison.js';

/** How a person's link stands, for their windows. Pure. */
export function accountLinkView(
  link: AccountLink | undefined,
  problem: string,
): Omit<AccountLinkView, 'candidate' | 'replaces'> {
  if (link === undefined) return { state: 'none' };
  const profile = { ...shownProfile(link), linkedAt: link.linkedAt.toISOString() };
  return { state: link.state, profile, ...(link.state === 'broken' ? { problem } : {}) };
}

/** A profile that waits for the person's yes. @param link the broken one, where there is one */
export function candidateView(
  person: Person,
  candidate: LinkCandidate & { readonly id: string },
  link: AccountLink | undefined,
): AccountLinkView {
  const { profile, id } = candidate;
  const another = link !== undefined && link.externalUserId !== profile.userId;
  return {
    state: 'confirming',
    candidate: {
      id,
      own: { name: fullName(person), roles: person.kinds.map((kind) => PERSON_KIND_TITLE[kind]) },
      external: shownProfile({ ...profile, roles: profile.learning?.roles ?? [] }),
      mismatches: compareProfile(person, profile),
    },
    ...(another ? { replaces: shownProfile(link) } : {}),
  };
}

export function fullName(person: Person): string {
  return [person.familyName, person.givenName, person.middleName].filter((part) => part !== undefined).join(' ');
}

function shownProfile(profile: Pick<AccountLink, 'familyName' | 'givenName' | 'roles'>): {
  name: string;
  roles: string[];
} {
  return {
    name: `${profile.familyName} ${profile.givenName}`.trim(),
    roles: profile.roles.map((role) => EXTERNAL_ROLE_TITLE[role] ?? role),
  };
}
