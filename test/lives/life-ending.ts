import { setTimeout as delay } from 'node:timers/promises';

import type { Life } from './life.js';
import { linkPeople } from './life-links.js';
import { differences } from './lives-comparison.js';
import { expectedChats, type ExpectedChat } from './lives-oracle.js';
import { must } from './host/outside-host-school.js';
import { FAIR_WEATHER } from './host/outside-host-streams.js';

/** So long the state has to stay exact. */
const STAYS_MS = 1500;
const MOST_IDLE_REQUESTS = 30;

/** Faults end, people do what the windows ask of them, and the state has to become exact and stay so. */
export async function endLife(life: Life, patienceMs: number): Promise<readonly string[]> {
  await endFaults(life);
  const deadline = Date.now() + patienceMs;
  let nextHelpAt = 0;
  let round = 0;
  for (;;) {
    let found = await currentDifferences(life);
    if (found.length === 0) {
      found = await differencesAfterRest(life);
      if (found.length === 0) return [];
    }
    if (Date.now() > deadline) return found.map((text) => life.withNames(text));
    if (Date.now() > nextHelpAt) {
      await helpAll(life, round);
      round += 1;
      nextHelpAt = Date.now() + 1500;
    }
    await delay(250);
  }
}

async function endFaults(life: Life): Promise<void> {
  life.messenger.faults.endAll();
  for (const account of life.world.accounts.values()) delete account.refusal;
  life.host.streams.weather = FAIR_WEATHER;
  life.host.streams.settle();
  if (life.host.running === 0) await life.host.startProcess();
}

async function currentDifferences(life: Life): Promise<readonly string[]> {
  const chats = differences(expectedChats(life.facts), life.ownChats(), life.history, life.events);
  const lessons = chats.length > 0 ? [] : await life.lessons.differences(true);
  const pending = [...life.pendingLinks].map((id) => `${id} signed in, but the link is refused`);
  const late = life.messenger.pendingEffects > 0 ? ['effects of the messenger are still to come'] : [];
  return [
    ...chats,
    ...lessons,
    ...pending,
    ...late,
    ...unrevoked(life),
    ...(await unshown(life)),
    ...life.troubles,
    ...life.windows.failures,
  ];
}

/** An exact state stays so by itself, and nobody asks the messenger again and again for what is done or cannot be done. */
async function differencesAfterRest(life: Life): Promise<readonly string[]> {
  const before = life.messenger.requests;
  await delay(STAYS_MS);
  const requests = life.messenger.requests - before;
  const restless =
    requests > MOST_IDLE_REQUESTS
      ? [`the messenger is asked ${requests} times in ${STAYS_MS} ms, and nothing is to do`]
      : [];
  return [...(await currentDifferences(life)), ...restless];
}

/**
 * R-B5: tokens of an account that was unlinked are revoked. A restored database knows them no more; and where VK ID was away, the
 * next attempt may come later than a life lasts.
 */
function unrevoked(life: Life): readonly string[] {
  if (life.restored || life.messenger.identityFailures > 0) return [];
  const open = [...life.unlinked].filter(([, account]) => life.messenger.identity.hasSession(account));
  return open.map(([personId, account]) => `${personId} unlinked ${account}, but its tokens were not revoked`);
}

/** R-C9, G9: a school whose chats nobody can run says so. */
async function unshown(life: Life): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [organizationId, { state }] of life.facts.drivers) {
    if (state === 'works') continue;
    const progress = await life.windows.progress(organizationId);
    const said =
      progress?.problem !== undefined || progress?.lane === 'stopped' || progress?.lane === 'no-administrator';
    const chats = said ? [] : await life.windows.chats(organizationId);
    if (!said && !chats.some((chat) => chat.problem !== undefined)) {
      found.push(`nobody runs the chats of ${organizationId} (${state}), and nothing says so: lane ${progress?.lane}`);
    }
  }
  return found;
}

async function helpAll(life: Life, round: number): Promise<void> {
  if (life.pendingLinks.size > 0) await linkPeople(life, [...life.pendingLinks]);
  const expected = expectedChats(life.facts);
  for (const organizationId of life.school.organizations.keys())
    await helpSchool(life, organizationId, expected, round);
}

/** What a person with all rights does about what the windows show: go on, decide, repeat, check. */
async function helpSchool(
  life: Life,
  organizationId: string,
  expected: readonly ExpectedChat[],
  round: number,
): Promise<void> {
  const { windows } = life;
  const state = await windows.synchronization(organizationId);
  if (!state) return;
  if (state.progress.lane === 'stopped')
    await windows.asHead(organizationId, 'POST', '/api/synchronization/resume', {});
  for (const { chatId, kind } of state.held) {
    if (kind === 'archive') {
      await windows.asHead(organizationId, 'POST', `/api/chats/${chatId}/closing`, { decision: 'confirm' });
    } else if (kind === 'reading') {
      await windows.asHead(organizationId, 'POST', `/api/chats/${chatId}/reading`, { decision: 'refuse' });
    } else await decideRemovals(life, organizationId, chatId, expected);
  }
  for (const { code } of state.errors) {
    await windows.asHead(organizationId, 'POST', '/api/synchronization/retry', { code });
  }
  for (const chat of await windows.chats(organizationId)) {
    if (chat.state === 'problem' || chat.state === 'stopped' || chat.failed > 0) {
      await windows.asHead(organizationId, 'POST', `/api/chats/${chat.id}/retry`, {});
      await decideCandidates(life, organizationId, chat.id);
    }
  }
  await joinInvited(life, organizationId, expected);
  if (round % 3 === 0) await windows.asHead(organizationId, 'POST', '/api/synchronization/check', {});
  // A school is checked once in ten minutes; one that was lately is compared chat by chat.
  if (round % 3 === 2) {
    for (const { id } of await windows.chats(organizationId)) {
      await windows.asHead(organizationId, 'POST', `/api/chats/${id}/synchronization`, {});
    }
  }
}

/** Takes the chat in which only people of this chat are; otherwise a new one is made. */
async function decideCandidates(life: Life, organizationId: string, chatId: string): Promise<void> {
  const card = await life.windows.card(organizationId, chatId);
  if (!card?.may.decideCandidates) return;
  // Strangers may have come in by the link.
  const own = card.candidates?.find(({ people, others }) => people.length > others);
  await life.windows.asHead(organizationId, 'POST', `/api/chats/${chatId}/candidates`, { id: own?.id ?? null });
}

/** Confirms where those who would leave must leave, and refuses otherwise. */
async function decideRemovals(
  life: Life,
  organizationId: string,
  chatId: string,
  expected: readonly ExpectedChat[],
): Promise<void> {
  const card = await life.windows.card(organizationId, chatId);
  const personIds = card?.members.filter(({ removalHeld }) => removalHeld).map(({ personId }) => personId) ?? [];
  if (!card || personIds.length === 0) return;
  const accounts = personIds.flatMap((id) => life.facts.links.get(id) ?? []);
  const own = life.ownChats().find(({ inviteLink }) => inviteLink === card.chat.openUrl);
  const wanted = expected.filter(
    (chat) =>
      chat.organizationId === organizationId &&
      chat.kind === card.chat.kind &&
      (own === undefined || own.title.includes(chat.titlePart)),
  );
  const staying = accounts.filter((id) => wanted.some((chat) => chat.members.has(id)));
  const decision = staying.length * 2 > personIds.length ? 'refuse' : 'confirm';
  await life.windows.asHead(organizationId, 'POST', `/api/chats/${chatId}/removals`, { decision, personIds });
}

/** Who was invited joins by the link, as people would. */
async function joinInvited(life: Life, organizationId: string, expected: readonly ExpectedChat[]): Promise<void> {
  for (const entry of await life.windows.chats(organizationId)) {
    const chat = life.ownChats().find(({ inviteLink }) => inviteLink === entry.openUrl);
    if (!chat) continue;
    const card = await life.windows.card(organizationId, entry.id);
    for (const { personId, state } of card?.members ?? []) {
      const account = life.facts.links.get(personId);
      if (state !== 'invited' || account === undefined || chat.members.has(account)) continue;
      if (!expected.some((one) => one.organizationId === organizationId && one.members.has(account))) continue;
      life.world.enter(chat, must(life.world.accounts.get(account), `account ${account}`), account);
    }
  }
}
