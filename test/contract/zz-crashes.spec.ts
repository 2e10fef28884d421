import { expect } from 'chai';

import { SchoolModel } from '../support/school-model.js';

/** One call per request, so that a crash comes after every single effect. */
const ONE_CALL = 1;
const PEOPLE = ['p01', 'p02', 'p07', 'e3', 'e4', 'g01', 'g03'];

async function linkedSchool(): Promise<SchoolModel> {
  const model = await SchoolModel.start(ONE_CALL);
  for (const personId of PEOPLE) await model.link(personId);
  return model;
}

/** Carries on after the crash as the next process does, until nothing is due. */
async function carryOn(model: SchoolModel): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await model.server.letTimePass();
    expect(await model.deliver()).to.equal('done');
  }
}

async function expectRight(model: SchoolModel, after: string): Promise<void> {
  expect(await model.actual(), after).to.deep.equal(model.expected());
  expect(await model.orphans(), `${after}: chats nobody knows of`).to.deep.equal([]);
}

/** Every request that an undisturbed run makes is once the last one before a crash. */
async function crashEverywhere(
  prepare: (model: SchoolModel) => Promise<void>,
  change: (model: SchoolModel) => Promise<void>,
): Promise<number> {
  const undisturbed = await linkedSchool();
  await prepare(undisturbed);
  const before = undisturbed.messenger.requests.length;
  await change(undisturbed);
  await undisturbed.deliver();
  const requests = undisturbed.messenger.requests.length - before;
  await expectRight(undisturbed, 'undisturbed');
  await undisturbed.stop();
  for (let effect = 1; effect <= requests; effect += 1) {
    const model = await linkedSchool();
    try {
      await prepare(model);
      await change(model);
      expect(await model.deliver(effect), `effect ${effect}`).to.equal('crashed');
      await carryOn(model);
      await expectRight(model, `a crash after effect ${effect} of ${requests}`);
    } finally {
      await model.stop();
    }
  }
  return requests;
}

describe('a crash after every single effect', function () {
  this.timeout(900_000);

  it('of the first filling leaves every chat made once, with everybody in it', async () => {
    const effects = await crashEverywhere(
      () => Promise.resolve(),
      () => Promise.resolve(),
    );
    expect(effects).to.be.at.least(10);
  });

  it('of a transfer leaves the pupil and the parents in the new chats only', async () => {
    const effects = await crashEverywhere(
      async (model) => {
        await model.deliver();
      },
      async (model) => {
        model.directory.classMembers = model.directory.classMembers.map((row) =>
          row.studentId === 'p01' ? { ...row, classId: '2021a' } : row,
        );
        await model.event({
          kind: 'student.transferred',
          studentId: 'p01',
          fromClassId: '2022a',
          toClassId: '2021a',
        });
      },
    );
    expect(effects).to.be.at.least(3);
  });

  it('of the turn of the school year leaves last year’s people in the archive, this year’s in the new chats', async () => {
    await crashEverywhere(
      async (model) => {
        await model.deliver();
      },
      async (model) => {
        model.directory.classRows = model.directory.classRows.map((one) => ({
          ...one,
          name: `${one.name} новый`,
          schoolYear: '2027',
        }));
        await model.event({ kind: 'school-year.turned', schoolYear: '2027' });
      },
    );
  });
});
