import type { ConferenceDefaults } from '../protocol/conference-protocol.js';
import type { ConferenceClient } from './conference-client.js';
import { defaultsQuery, type ConferenceForm } from './conference-form.js';

/** What the server fills into the form after its type, chat or lessons changed; a later change overtakes an earlier one. */
export class ConferenceFilling {
  private latest = 0;

  constructor(private readonly server: () => Pick<ConferenceClient, 'defaults'>) {}

  /** @returns undefined when it was overtaken. @throws ApiError */
  async of(form: ConferenceForm): Promise<ConferenceDefaults | undefined> {
    this.latest += 1;
    const run = this.latest;
    try {
      const defaults = await this.server().defaults(defaultsQuery(form));
      return run === this.latest ? defaults : undefined;
    } catch (error) {
      if (run === this.latest) throw error;
      return undefined;
    }
  }
}
