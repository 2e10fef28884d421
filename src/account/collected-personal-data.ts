import { inject, multiInject } from 'inversify';

import { HostLogger } from '../host/host-services.js';
import type { PersonalData, PersonalDataErasure, PersonalDataExport } from '../host/personal-data.js';
import { DatabaseClock } from '../storage/database-clock.js';
import { AccountPersonalData } from './account-personal-data.js';
import { PersonalDataPart } from './personal-data-part.js';

/** Puts the parts of all features together. */
export class CollectedPersonalData implements PersonalData {
  constructor(
    @inject(AccountPersonalData) private readonly account: PersonalDataPart,
    @multiInject(PersonalDataPart) private readonly parts: PersonalDataPart[],
    @inject(DatabaseClock) private readonly clock: DatabaseClock,
    @inject(HostLogger) private readonly logger: HostLogger,
  ) {}

  async export(personId: string): Promise<PersonalDataExport> {
    const kept: Record<string, unknown> = {};
    const sent: string[] = [];
    for (const part of this.parts) {
      const own = await part.export(personId);
      if (own !== undefined) kept[part.id] = own;
      sent.push(...(await part.sent(personId)));
    }
    return { personId, exportedAt: this.clock.now().toISOString(), parts: kept, sent };
  }

  async erase(personId: string): Promise<PersonalDataErasure> {
    const others = this.parts.filter((part) => part !== this.account);
    const remains = [];
    for (const part of [this.account, ...others]) {
      for (const { reason } of await part.erase(personId)) remains.push({ part: part.id, reason });
    }
    this.logger.info('the data of a person was erased', { parts: this.parts.length, remains: remains.length });
    return { remains };
  }
}
