import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { LaneStore } from '../../src/delivery/lane-store.js';
import { LeaseLostError, WorkSource, type LaneLease, type WorkItem } from '../../src/delivery/work-source.js';
import { AccountLinkStore } from '../../src/account/account-link-store.js';
import { RosterSynchronizer } from '../../src/chats/roster-synchronizer.js';
import { everythingScope } from '../../src/chats/roster-scope.js';
import { DoubtStore } from '../../src/delivery/doubt-store.js';
import { hasEffect, succeeded } from '../../src/messenger/messenger-result.js';
import type { Messenger, MessengerResult } from '../../src/messenger/messenger.js';
import type { ConferenceCard } from '../../src/protocol/conference-protocol.js';
import { ADMINISTRATOR_ACCOUNT, ConferenceRig, SCHOOL } from './conference-rig.js';

const LATE = '00000000-0000-4000-8000-00000000000a';
const NEXT = '00000000-0000-4000-8000-00000000000b';
const LONG_MS = 60_000;

function answerOf({ call }: WorkItem): MessengerResult {
  return call.kind === 'call.start'
    ? succeeded(call.kind, { callId: 'late', joinLink: 'https://late.example/' })
    : succeeded('member.add', {});
}

describe('a process that lost its lane', () => {
  let rig: ConferenceRig;
  let conferenceId: string;

  beforeEach(async () => {
    rig = await ConferenceRig.start();
    // Something for every source to do: a lesson to start, and a person to bring into chats.
    const { body } = await rig.ask<ConferenceCard>('POST', '/api/conferences', {
      ...{ requestId: randomUUID(), kind: 'call', title: 'Собрание', chatId: await rig.chatId('class', '2022a') },
      ...rig.tomorrow(),
    });
    conferenceId = body.conference.id;
    await rig.deliver();
    await rig
      .get(AccountLinkStore)
      .link([
        { personId: 'p01', profile: { userId: '901', givenName: 'Артём', familyName: 'Белов' }, tokens: undefined },
      ]);
    await rig.get(RosterSynchronizer).synchronize(SCHOOL, everythingScope());
    await rig.sql('update chat set due_at = now()');
    await rig.shift(conferenceId, 0, 45);
  });
  afterEach(() => rig?.stop());

  async function take(owner: string): Promise<LaneLease> {
    const lease = await rig.get(LaneStore).take(owner, LONG_MS);
    if (lease === undefined) throw new Error('no lane was due');
    return lease;
  }
  async function takeAway(): Promise<void> {
    await rig.forgetLeases();
    await take(NEXT);
  }
  /** All that deliveries write. */
  const written = (): Promise<unknown[]> =>
    rig.sql(`select (select jsonb_agg(to_jsonb(conference) order by conference_id) from conference) as conferences,
      (select jsonb_agg(to_jsonb(chat) order by chat_id) from chat) as chats,
      (select jsonb_agg(to_jsonb(member) order by chat_id, person_id) from chat_member member) as members,
      (select jsonb_agg(to_jsonb(doubt)) from delivery_doubt doubt) as doubts,
      (select jsonb_agg(to_jsonb(lane)) from delivery_lane lane) as lanes`);

  async function lost(what: string, deed: () => Promise<unknown>): Promise<void> {
    await deed().then(
      () => expect.fail(`${what}: nothing was refused`),
      (error: unknown) => expect(error, what).to.be.instanceOf(LeaseLostError),
    );
  }

  it('writes no intent, books no answer and moves nothing on, whatever source it works for', async () => {
    const lease = await take(LATE);
    const sources = rig.getAll(WorkSource);
    const works = new Map<WorkSource, readonly WorkItem[]>();
    for (const source of sources) works.set(source, await source.next(lease, ADMINISTRATOR_ACCOUNT, 25));
    expect([...works.values()].map((items) => items.length > 0)).to.deep.equal([true, true]);
    // Chats in which nothing is to do any more: a look marks them so.
    await rig.sql('update chat set due_at = now()');
    await takeAway();
    const before = await written();
    for (const [source, items] of works) {
      const { name } = source.constructor;
      const starts = items.filter(({ call }) => call.kind === 'call.start' || call.kind === 'member.add');
      expect(starts.length, name).to.be.greaterThan(0);
      const calls = starts.flatMap(({ call, account, subjectId }) =>
        hasEffect(call) ? [{ doubtId: randomUUID(), subjectId, people: new Map(), account, call }] : [],
      );
      await lost(`${name}: what is sent`, () => rig.get(DoubtStore).book(lease, calls, 30_000));
      const results = starts.map((item) => ({
        ...{ item, doubtId: undefined, sure: true },
        result: answerOf(item),
      }));
      await lost(`${name}: an answer`, () => source.settle(lease, results));
      await lost(`${name}: what comes next`, () => source.next(lease, ADMINISTRATOR_ACCOUNT, 25));
    }
    expect(await written()).to.deep.equal(before);
  });

  it('leaves what it was answered to the process that has the lane now', async () => {
    let sent = 0;
    const stolen: Messenger = {
      abilities: rig.messenger.abilities,
      send: async (credential, calls) => {
        const results = await rig.messenger.send(credential, calls);
        sent += 1;
        if (sent === 1) await takeAway();
        return results;
      },
    };
    await lost('a run', () => rig.deliver(stolen));
    expect(sent).to.equal(1);
    const [row] = await rig.sql<{ join_link: string | null; doubts: number }>(
      `select join_link, (select count(*)::integer from delivery_doubt where subject_id = conference_id) as doubts
       from conference`,
    );
    expect(row).to.deep.equal({ join_link: null, doubts: 1 });
    await rig.forgetLeases();
    await rig.deliver();
    expect(rig.messenger.calls.size, 'no second call').to.equal(1);
    const { body } = await rig.ask<ConferenceCard>('GET', `/api/conferences/${conferenceId}`);
    expect(body.conference.problem).to.contain('не ответил');
  });
});
