import { expect } from 'chai';
import fc from 'fast-check';

import type { MessengerFailureClass } from '../../src/messenger/messenger.js';
import { SchoolModel } from '../support/school-model.js';
import { SchoolYear } from '../support/school-year-simulation.js';

const STUDENTS = Array.from({ length: 12 }, (_, index) => `p${String(index + 1).padStart(2, '0')}`);
const GUARDIANS = Array.from({ length: 8 }, (_, index) => `g${String(index + 1).padStart(2, '0')}`);
const EMPLOYEES = ['e1', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8'];
const CLASSES = ['2022a', '2021a'];
const TITLES = ['Учительский чат', 'Классный чат 5А', 'Родительский чат 6А'];

/** Named in the test's title. To replay what failed: `FC_SEED`, and `FC_PATH` as it was printed. */
const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000);
const REPLAY = {
  seed: SEED,
  ...(process.env['FC_PATH'] === undefined ? {} : { path: process.env['FC_PATH'] }),
};

const student = fc.constantFrom(...STUDENTS);
const guardian = fc.constantFrom(...GUARDIANS);
const employee = fc.constantFrom(...EMPLOYEES);
const classId = fc.constantFrom(...CLASSES);
const fate = fc.constantFrom<'told' | 'lost' | 'twice'>('told', 'told', 'told', 'lost', 'twice');

type Happening = (model: SchoolModel) => Promise<void>;

function setClass(model: SchoolModel, studentId: string, to: string | undefined): string | undefined {
  const from = model.directory.classMembers.find((row) => row.studentId === studentId)?.classId;
  const others = model.directory.classMembers.filter((row) => row.studentId !== studentId);
  model.directory.classMembers = to === undefined ? others : [...others, { classId: to, studentId }];
  return from;
}

const enrolled = fc.tuple(student, classId, fate).map(([studentId, to, told]): [string, Happening] => [
  `${studentId} → ${to} (${told})`,
  async (model) => {
    const from = setClass(model, studentId, to);
    if (from === undefined) await model.event({ kind: 'student.enrolled', studentId, classId: to }, told);
    else {
      await model.event({ kind: 'student.transferred', studentId, fromClassId: from, toClassId: to }, told);
    }
  },
]);

const expelled = fc.tuple(student, fate).map(([studentId, told]): [string, Happening] => [
  `${studentId} leaves (${told})`,
  async (model) => {
    const from = setClass(model, studentId, undefined);
    if (from !== undefined) await model.event({ kind: 'student.expelled', studentId, classId: from }, told);
  },
]);

const staffed = fc.tuple(employee, fc.boolean(), fate).map(([personId, works, told]): [string, Happening] => [
  `${personId} ${works ? 'teaches' : 'does not teach'} (${told})`,
  async (model) => {
    model.directory.employeeRows = model.directory.employeeRows.map((row) =>
      row.personId === personId ? { ...row, positionTypes: [works ? 'teaching' : 'other'] } : row,
    );
    await model.event({ kind: 'employee.position-changed', personId }, told);
  },
]);

const guarded = fc
  .tuple(student, guardian, fc.boolean(), fate)
  .map(([studentId, guardianId, is, told]): [string, Happening] => [
    `${guardianId} ${is ? 'is' : 'is no'} parent of ${studentId} (${told})`,
    async (model) => {
      const others = model.directory.guardianships.filter(
        (row) => row.studentId !== studentId || row.guardianId !== guardianId,
      );
      model.directory.guardianships = is ? [...others, { studentId, guardianId }] : others;
      await model.event({ kind: is ? 'guardian.added' : 'guardian.removed', studentId, guardianId }, told);
    },
  ]);

const led = fc
  .tuple(classId, fc.option(employee, { nil: undefined }), fate)
  .map(([id, teacherId, told]): [string, Happening] => [
    `${teacherId ?? 'nobody'} leads ${id} (${told})`,
    async (model) => {
      model.directory.classRows = model.directory.classRows.map(({ classTeacherId, ...row }) => {
        const teacher = row.id === id ? teacherId : classTeacherId;
        return teacher === undefined ? row : { ...row, classTeacherId: teacher };
      });
      await model.event({ kind: 'class.teacher-changed', classId: id }, told);
    },
  ]);

const linked = fc
  .tuple(fc.constantFrom(...STUDENTS, ...GUARDIANS, ...EMPLOYEES), fc.boolean())
  .map(([personId, links]): [string, Happening] => [
    `${personId} ${links ? 'links' : 'unlinks'}`,
    (model) => (links ? model.link(personId) : model.unlink(personId)),
  ]);

const byHand = fc
  .tuple(fc.constantFrom(...TITLES), fc.constantFrom(...STUDENTS, ...GUARDIANS, ...EMPLOYEES))
  .map(([title, personId]): [string, Happening] => [
    `${personId} is taken out of «${title}» by hand`,
    (model) => model.removeByHand(title, personId),
  ]);

const stranger = fc
  .constantFrom(...TITLES)
  .map((title): [string, Happening] => [
    `a stranger comes into «${title}»`,
    (model) => Promise.resolve(model.inviteStranger(title)),
  ]);

const FAULTS: readonly (MessengerFailureClass | 'lost-answer')[] = ['retry', 'unknown', 'rate', 'lost-answer', 'stop'];

/** A messenger that refuses for ever because of its rate would be asked for ever. */
const FAULTS_AT_ONCE = 30;

const disturbed = fc
  .tuple(fc.constantFrom(...FAULTS), fc.integer({ min: 2, max: 6 }))
  .map(([kind, every]): [string, Happening] => [
    `every ${every}th call meets ${kind}`,
    async (model) => {
      let left = FAULTS_AT_ONCE;
      model.messenger.fault = (_call, index) => {
        if (index % every !== 0 || left === 0) return undefined;
        left -= 1;
        if (kind === 'lost-answer') return 'lost-answer';
        return { class: kind, code: `test.${kind}`, ...(kind === 'rate' ? { retryAfterMs: 1 } : {}) };
      };
      await model.deliver();
      delete model.messenger.fault;
    },
  ]);

const delivered: fc.Arbitrary<[string, Happening]> = fc.constant([
  'deliveries',
  async (model) => {
    await model.deliver();
  },
]);

const crashed = fc.integer({ min: 1, max: 4 }).map((after): [string, Happening] => [
  `a crash after ${after} requests, and a restart`,
  async (model) => {
    await model.deliver(after);
    await model.server.letTimePass();
  },
]);

const looked: fc.Arbitrary<[string, Happening]> = fc.constant([
  'a gap: everything is looked at',
  (model) => model.event({ kind: 'gap' }),
]);

const happening = fc.oneof(
  { weight: 4, arbitrary: enrolled },
  { weight: 2, arbitrary: expelled },
  { weight: 2, arbitrary: staffed },
  { weight: 2, arbitrary: guarded },
  { weight: 1, arbitrary: led },
  { weight: 4, arbitrary: linked },
  { weight: 1, arbitrary: byHand },
  { weight: 1, arbitrary: stranger },
  { weight: 2, arbitrary: disturbed },
  { weight: 3, arbitrary: delivered },
  { weight: 2, arbitrary: crashed },
  { weight: 1, arbitrary: looked },
);

describe('a school on which anything happens', function () {
  this.timeout(180_000);

  it(`has the right members in every chat once events stop and the messenger answers (seed ${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 15, maxLength: 45 }), async (happenings) => {
        const model = await SchoolModel.start();
        const told: string[] = [];
        try {
          // What hangs is ended by its count, and says what it lived through so far.
          const step = async (what: string, happen: () => Promise<void>): Promise<void> => {
            told.push(what);
            await happen().catch((error: unknown) => {
              throw new Error(`seed ${SEED}, after\n${told.join('\n')}`, { cause: error });
            });
          };
          for (const [what, happen] of happenings) await step(what, () => happen(model));
          const strangers = model.strangers();
          await step('everything is settled', () => model.settle());
          expect(await model.actual(), told.join('\n')).to.deep.equal(model.expected());
          expect(await model.orphans(), `chats nobody knows of after\n${told.join('\n')}`).to.deep.equal([]);
          expect(model.strangers(), 'strangers').to.equal(strangers);
        } finally {
          await model.stop();
        }
      }),
      { numRuns: 15, endOnFailure: true, ...REPLAY },
    );
  });

  it('is right at every hour of a simulated school year', async () => {
    const seed = Number(process.env['YEAR_SEED'] ?? Date.now() % 1_000_000);
    const model = await SchoolModel.start();
    try {
      const year = new SchoolYear(model, seed, { students: STUDENTS, guardians: GUARDIANS, employees: EMPLOYEES });
      const hours = await year.run(new Date('2026-08-25T00:00:00Z'), new Date('2027-09-03T00:00:00Z'));
      expect(hours, `seed ${seed}`).to.be.greaterThan(8_000);
      expect(year.events, `seed ${seed}`).to.be.greaterThan(200);
    } finally {
      await model.stop();
    }
  });
});
