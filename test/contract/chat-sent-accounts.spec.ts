import { expect } from 'chai';

import type { MessengerCall } from '../../src/messenger/messenger.js';
import { SchoolModel } from '../support/school-model.js';

const CHAT = 'Классный чат 5А';
const PUPIL = 'p01';

/** One call per request, so that a crash comes right after one effect. */
const ONE_CALL = 1;

type Loss = 'the answer is lost' | 'the process dies';

describe('an account that a request may have put into a chat', function () {
  this.timeout(60_000);
  let model: SchoolModel;

  beforeEach(async () => {
    model = await SchoolModel.start(ONE_CALL);
    for (const personId of ['p02', 'e3']) await model.link(personId);
  });
  afterEach(() => model?.stop());

  const members = async (): Promise<readonly string[]> => (await model.actual())[CHAT] ?? [];

  /** Delivers until the messenger has done this, whose answer nobody hears. */
  async function unheard(loss: Loss, isIt: (call: MessengerCall) => boolean): Promise<void> {
    let done = false;
    model.messenger.fault = (call) => {
      if (done || !isIt(call)) return undefined;
      done = true;
      if (loss === 'the process dies') model.messenger.crashAfter = 1;
      return loss === 'the answer is lost' ? 'lost-answer' : undefined;
    };
    // Nothing is tried again before time passes.
    await model.deliver();
    delete model.messenger.fault;
    model.messenger.crashAfter = undefined;
    expect(done, 'the request was made').to.equal(true);
  }

  /** Carries on as the next process does, until nothing is due. */
  async function carryOn(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      await model.server.letTimePass();
      expect(await model.deliver()).to.equal('done');
    }
  }

  async function expectRight(): Promise<void> {
    expect(await model.actual()).to.deep.equal(model.expected());
    expect(await model.orphans()).to.deep.equal([]);
  }

  for (const loss of ['the answer is lost', 'the process dies'] as const) {
    it(`is taken out when its person unlinks before the addition is tried again: ${loss}`, async () => {
      await model.deliver();
      const before = await members();
      await model.link(PUPIL);
      await unheard(loss, (call) => call.kind === 'member.add');
      const account = (await members()).find((one) => !before.includes(one));
      expect(account, 'the addition took effect').not.to.equal(undefined);
      await model.unlink(PUPIL);
      await carryOn();
      expect(await members()).to.deep.equal(before);
      await expectRight();
    });

    it(`makes room for the other account that its person links instead: ${loss}`, async () => {
      await model.deliver();
      const before = await members();
      await model.link(PUPIL);
      await unheard(loss, (call) => call.kind === 'member.add');
      const first = (await members()).find((one) => !before.includes(one));
      await model.unlink(PUPIL);
      await model.link(PUPIL);
      await carryOn();
      const after = await members();
      expect(after).not.to.include(first);
      expect(after).to.have.length(before.length + 1);
      await expectRight();
    });

    it(`is taken out when it was among the first members of a chat and its person unlinked since: ${loss}`, async () => {
      await model.link(PUPIL);
      await unheard(loss, (call) => call.kind === 'chat.create' && call.title === CHAT);
      const created = [...model.messenger.chats.values()].find(({ title }) => title === CHAT);
      const first = [...(created?.members.keys() ?? [])];
      await model.unlink(PUPIL);
      await carryOn();
      const after = await members();
      expect(
        first.filter((account) => !after.includes(account)),
        'who went',
      ).to.have.length(1);
      await expectRight();
    });
  }

  it('stays when its person is wanted after all', async () => {
    await model.deliver();
    await model.link(PUPIL);
    await unheard('the process dies', (call) => call.kind === 'member.add');
    await carryOn();
    await expectRight();
    expect(model.messenger.sent('member.remove')).to.deep.equal([]);
  });
});
