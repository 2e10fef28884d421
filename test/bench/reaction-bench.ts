import { callFloorSamples } from './call-floor.js';
import { delivered, fillSchool, openSchool, type BenchSchool } from './bench-school.js';
import type { Bench } from './figure.js';
import { monotonicMs } from './monotonic-time.js';
import { quantile } from './quantiles.js';

const WARM_UP = 10;
const SAMPLES = 150;

/** A pupil changes class while nothing else happens: until the first byte of the call reaches the messenger. */
export const reactionBench: Bench = {
  figures: [
    { name: 'event-to-call-p50-ms', unit: 'ms', target: { bound: 'below', value: 50 } },
    { name: 'event-to-call-p99-ms', unit: 'ms', target: { bound: 'below', value: 250 } },
  ],
  limitMs: 180_000,
  async measure(stage) {
    const school = await openSchool(stage, 0);
    await fillSchool(school);
    const samples: number[] = [];
    for (let run = 0; run < WARM_UP + SAMPLES; run += 1) {
      const sample = await reactionMs(school, run);
      if (run >= WARM_UP) samples.push(sample);
    }
    const floors = await callFloorSamples(school);
    const note = `${SAMPLES} transfers, one at a time; floor: one durable transaction and one request`;
    return {
      'event-to-call-p50-ms': { value: quantile(samples, 0.5), floor: quantile(floors, 0.5), note },
      'event-to-call-p99-ms': { value: quantile(samples, 0.99), floor: quantile(floors, 0.99), note },
    };
  },
};

async function reactionMs(school: BenchSchool, run: number): Promise<number> {
  const { organizationId, directory, host, standIn } = school;
  const { classes, classMembers } = directory.roster;
  const member = classMembers[(run * 7) % classMembers.length];
  const toClassId = classes.find(({ id }) => id !== member?.classId)?.id;
  if (member === undefined || toClassId === undefined) throw new Error('the school has no pupil to transfer');
  await delivered(school);
  directory.transfer(member.studentId, member.classId, toClassId);
  const startedAt = monotonicMs();
  host.transferred(organizationId, member.studentId, member.classId, toClassId);
  return (await standIn.firstArrivalMs(startedAt)) - startedAt;
}
