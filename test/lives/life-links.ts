import type { AccountLinkImportResult, KnownAccountLink } from '../../src/host/account-link-import.js';
import type { Life } from './life.js';
import { must } from './host/outside-host-school.js';

/** Signs people in at the messenger and hands their links to the plugin, tokens included. */
export async function linkPeople(life: Life, personIds: readonly string[]): Promise<void> {
  const links = personIds.map((personId) => knownLink(life, personId));
  const result = (await life.host.ask({ kind: 'import', links })) as AccountLinkImportResult;
  const refused = new Map(result.refused.map(({ personId, code }) => [personId, code]));
  for (const { personId, tokens } of links) {
    if (refused.has(personId)) {
      if (tokens) life.messenger.identity.forget(tokens.accessToken);
      life.pendingLinks.add(personId);
    } else {
      life.pendingLinks.delete(personId);
      for (const [former, account] of life.unlinked)
        if (account === life.accountOf(personId)) life.unlinked.delete(former);
      life.facts.links.set(personId, life.accountOf(personId));
    }
  }
  settleDrivers(life);
}

function knownLink(life: Life, personId: string): KnownAccountLink {
  const account = life.accountOf(personId);
  const { givenName, familyName } = must(life.school.people.get(personId), personId);
  const tokens = life.messenger.identity.signIn(account);
  const employee = life.school.employees.some((one) => one.personId === personId);
  return {
    personId,
    externalUserId: String(account),
    givenName,
    familyName,
    roles: employee ? ['teacher'] : life.school.classesOfStudent(personId).length > 0 ? ['student'] : ['parent'],
    tokens: {
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken,
      deviceId: tokens.deviceId,
      expiresAt: new Date(Date.now() + 3_600_000),
      scopes: ['vkid.personal_info', 'messages'],
    },
  };
}

/** Who runs each school's chats, after a link or a choice changed. A lost account that comes back takes its chats up again. */
export function settleDrivers(life: Life): void {
  const { drivers, links } = life.facts;
  for (const { id, administratorId } of life.school.organizations.values()) {
    const before = drivers.get(id) ?? { state: 'absent' };
    const account = administratorId === null ? undefined : links.get(administratorId);
    const formerLinked = before.personId !== undefined && links.get(before.personId) === before.account;
    if (before.state === 'works' && !formerLinked) drivers.set(id, { ...before, state: 'lost' });
    else if (
      administratorId !== null &&
      account !== undefined &&
      (before.state !== 'lost' || account === before.account)
    ) {
      drivers.set(id, { state: 'works', personId: administratorId, account });
    }
  }
  life.remember();
}
