import { inject } from 'inversify';

import { HostDirectory } from '../host/host-directory.js';

const AT_ONCE = 1000;

/** Which people some school has, in whatever role. */
export class SchoolBelonging {
  constructor(@inject(HostDirectory) private readonly directory: HostDirectory) {}

  /**
   * One entry per person that the directory knows.
   * @returns true: some school has them as employee, student or guardian
   * @throws the directory's error; nothing is known of anybody then
   */
  async of(personIds: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    const asked = [...new Set(personIds)];
    const belongs = new Map<string, boolean>();
    for (let from = 0; from < asked.length; from += AT_ONCE) {
      const people = await this.directory.people(asked.slice(from, from + AT_ONCE));
      for (const { id, kinds } of people) belongs.set(id, kinds.length > 0);
    }
    return belongs;
  }

  /** @returns those of the people whom no school has; see {@link of} for `@throws` */
  async gone(personIds: readonly string[]): Promise<readonly string[]> {
    const belongs = await this.of(personIds);
    return [...new Set(personIds)].filter((id) => belongs.get(id) !== true);
  }
}
