import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { HostDirectory, type PersonKind } from '../host/host-directory.js';

export interface NamedPerson {
  readonly personId: string;
  readonly kind: PersonKind;
}

/** Who belongs to an organisation. */
export interface OrganizationPeople {
  /** @returns those that are not people of this kind in this organisation */
  strangers(organizationId: string, people: readonly NamedPerson[]): Promise<readonly string[]>;
}
export const OrganizationPeople = Symbol('OrganizationPeople') as ServiceIdentifier<OrganizationPeople>;

const PAGE = 1000;
/** From this many names on, reading everybody costs less than searching name by name. */
const SEARCHES = 10;

/** Asks the directory as the pickers do: whoever can be picked belongs. */
export class SearchedOrganizationPeople implements OrganizationPeople {
  constructor(@inject(HostDirectory) private readonly directory: HostDirectory) {}

  async strangers(organizationId: string, people: readonly NamedPerson[]): Promise<readonly string[]> {
    const strangers: string[] = [];
    for (const kind of new Set(people.map((person) => person.kind))) {
      const wanted = new Set(people.filter((person) => person.kind === kind).map(({ personId }) => personId));
      for (const query of await this.queries([...wanted])) await this.strike(organizationId, kind, query, wanted);
      strangers.push(...wanted);
    }
    return strangers;
  }

  private async queries(personIds: readonly string[]): Promise<readonly string[]> {
    if (personIds.length > SEARCHES) return [''];
    const known = await this.directory.people(personIds);
    return [...new Set(known.map(({ familyName }) => familyName))];
  }

  /** Takes out of `wanted` whoever the directory finds. */
  private async strike(organizationId: string, kind: PersonKind, query: string, wanted: Set<string>): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.directory.searchPeople(
        { organizationId, kind, query },
        { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
      );
      for (const { person } of page.items) wanted.delete(person.id);
      cursor = wanted.size === 0 ? undefined : page.cursor;
    } while (cursor !== undefined);
  }
}
