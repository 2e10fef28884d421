import { randomUUID } from 'node:crypto';

import { ChatWorkSource } from '../../src/chats/chat-work-source.js';
import { AccountLinkStore } from '../../src/account/account-link-store.js';
import { ConferenceWorkSource } from '../../src/conferences/conference-work-source.js';
import type { WorkSource } from '../../src/delivery/work-source.js';
import type { ConferenceCard } from '../../src/protocol/conference-protocol.js';
import { FakeWorkSource } from '../support/fake-work.js';
import { MemoryMessenger } from '../support/memory-messenger.js';
import { ADMINISTRATOR_ACCOUNT, ConferenceRig, SCHOOL } from './conference-rig.js';
import { workSourceContract, type WorkSourceWorld } from './work-source-contract.js';

function worldOf(rig: ConferenceRig, source: WorkSource): WorkSourceWorld {
  return {
    ...{ source, account: ADMINISTRATOR_ACCOUNT, organizationId: SCHOOL, messenger: rig.messenger },
    lease: () => rig.take(),
    stop: () => rig.stop(),
  };
}

workSourceContract('the double', async () => {
  const messenger = new MemoryMessenger();
  await messenger.send({ accessToken: 'token', userId: '100' }, [{ kind: 'chat.create', title: '5А', userIds: [] }]);
  const titles = Array.from({ length: 12 }, (_, index) => `title ${index}`);
  return {
    ...{ source: new FakeWorkSource(0).want('100', ...titles), account: '100', organizationId: 'o', messenger },
    lease: () => Promise.resolve({ organizationId: 'o', owner: 'p', fence: '1' }),
    stop: () => Promise.resolve(),
  };
});

/** Every chat of the school has somebody to bring in, and a title to change. */
workSourceContract('the chats', async () => {
  const rig = await ConferenceRig.start();
  const people = ['p01', 'p02', 'p07', 'p08', 'e3', 'e4', 'g01', 'g02', 'g07', 'g08'];
  await rig.get(AccountLinkStore).link(
    people.map((personId, index) => ({
      personId,
      profile: { userId: String(1000 + index), givenName: 'Имя', familyName: 'Фамилия' },
      tokens: undefined,
    })),
  );
  await rig.sql(`update chat set title = title || ' школы', due_at = now(), revision = revision + 1`);
  return worldOf(rig, rig.get(ChatWorkSource));
});

/** A dozen calls begin at one moment. */
workSourceContract('the conferences', async () => {
  const rig = await ConferenceRig.start();
  const chatId = await rig.chatId('teachers');
  for (let index = 0; index < 12; index += 1) {
    const { body } = await rig.ask<ConferenceCard>('POST', '/api/conferences', {
      ...{ requestId: randomUUID(), kind: 'call', title: `Собрание ${index}`, chatId },
      ...rig.tomorrow(),
    });
    await rig.shift(body.conference.id, 0, 45);
  }
  return worldOf(rig, rig.get(ConferenceWorkSource));
});
