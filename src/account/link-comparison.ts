import type { Person, PersonKind } from '../host/host-directory.js';
import type { ExternalProfile } from '../messenger/identity-provider.js';
import type { LinkMismatch } from '../protocol/protocol.js';
import { LINK_MISMATCH_TEXT } from '../protocol/texts.js';

type ExternalRole = NonNullable<ExternalProfile['learning']>['roles'][number];

/** Which roles of a learning profile fit what a person is at school. */
const FITTING: Readonly<Record<PersonKind, readonly ExternalRole[]>> = {
  employee: ['teacher', 'administrator'],
  student: ['student'],
  guardian: ['parent'],
};

/**
 * What does not fit between a person and an external profile: a child signed in as their parent, or the other way
 * round, on one device. Pure. Shown before the link is kept; it forbids nothing, since names are written differently.
 */
export function compareProfile(person: Person, profile: ExternalProfile): LinkMismatch[] {
  const mismatches: LinkMismatch[] = [];
  if (!sameName(person, profile)) mismatches.push(mismatch('name'));
  if (profile.learning === undefined) mismatches.push(mismatch('no-learning-profile'));
  else if (profile.learning.roles.length === 0) mismatches.push(mismatch('role-unknown'));
  else if (!person.kinds.some((kind) => FITTING[kind].some((role) => profile.learning?.roles.includes(role)))) {
    mismatches.push(mismatch('role'));
  }
  return mismatches;
}

function mismatch(kind: LinkMismatch['kind']): LinkMismatch {
  return { kind, text: LINK_MISMATCH_TEXT[kind] };
}

function sameName(person: Person, profile: ExternalProfile): boolean {
  return (
    normalized(person.familyName) === normalized(profile.familyName) &&
    normalized(person.givenName) === normalized(profile.givenName)
  );
}

function normalized(name: string): string {
  return name
    .normalize('NFC')
    .toLocaleLowerCase('ru')
    .replaceAll('ё', 'е')
    .replaceAll(/[\s-]+/g, ' ')
    .trim();
}
