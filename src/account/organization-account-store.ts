import type { ServiceIdentifier } from 'inversify';

import type { ExternalUserId } from '../messenger/messenger.js';

/** Which account runs an organisation's chats: that of the chat administrator, as the rules saw them last. */
export interface OrganizationAccountStore {
  /** @returns undefined when nobody is chosen */
  chatAdministrator(
    organizationId: string,
  ): Promise<{ readonly personId: string; readonly account: ExternalUserId | undefined } | undefined>;
  /** @returns names of the organisations whose chat administrator the person is */
  administratedBy(personId: string): Promise<readonly string[]>;
}
export const OrganizationAccountStore = Symbol(
  'OrganizationAccountStore',
) as ServiceIdentifier<OrganizationAccountStore>;
