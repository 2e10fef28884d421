import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { HostDirectory, type Person } from '../host/host-directory.js';
import { PERSON_GONE_TEXT } from '../protocol/texts.js';

/** Names of people as lists show them. */
export interface PersonNames {
  /** @returns a name for every id; whoever the directory does not know any more has a text in its place */
  of(ids: readonly string[]): Promise<(id: string) => string>;
}
export const PersonNames = Symbol('PersonNames') as ServiceIdentifier<PersonNames>;

const PEOPLE_AT_ONCE = 1000;

export class DirectoryPersonNames implements PersonNames {
  constructor(@inject(HostDirectory) private readonly directory: HostDirectory) {}

  async of(ids: readonly string[]): Promise<(id: string) => string> {
    const names = new Map<string, string>();
    for (let from = 0; from < ids.length; from += PEOPLE_AT_ONCE) {
      for (const person of await this.directory.people(ids.slice(from, from + PEOPLE_AT_ONCE))) {
        names.set(person.id, fullName(person));
      }
    }
    return (id) => names.get(id) ?? PERSON_GONE_TEXT;
  }
}

export function fullName(person: Person): string {
  return [person.familyName, person.givenName, person.middleName].filter((part) => part !== undefined).join(' ');
}
