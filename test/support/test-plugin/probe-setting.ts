import type { OrganizationSettingContribution } from '../../../src/host/contribution-points.js';

/** Remembers for which organisations it was told of a change. */
export class ProbeSetting implements OrganizationSettingContribution {
  readonly id = 'probe.greeter';
  readonly label = 'Встречающий';
  readonly help = 'Кто встречает гостей.';
  readonly picker = 'administrators';
  readonly grantsMetarole = 'probe.greeter';
  readonly told: string[] = [];

  async changed(organizationId: string): Promise<void> {
    this.told.push(organizationId);
  }
}
