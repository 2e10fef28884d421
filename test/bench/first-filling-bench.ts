import { delivered, fillSchool, openSchool, type BenchSchool } from './bench-school.js';
import type { Bench } from './figure.js';
import type { BenchStage } from './bench-stage.js';
import { monotonicMs } from './monotonic-time.js';
import { median } from './quantiles.js';
import { rows } from './client-rows.js';

const CALLS_PER_REQUEST = 25;
const RATE = 3;
const RUNS = 3;

/** From the choice of a chat administrator in a school where everybody is linked, to the last membership delivered. */
export const firstFillingBench: Bench = {
  figures: [{ name: 'first-filling-s', unit: 's', target: { bound: 'below', value: 2 } }],
  limitMs: 180_000,
  async measure(stage) {
    const runs: Awaited<ReturnType<typeof filling>>[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      runs.push(await filling(stage, 0));
      await stage.clear();
    }
    const value = median(runs.map(({ seconds }) => seconds));
    const floor = median(runs.map(({ ownSeconds }) => ownSeconds));
    const note = `median of ${RUNS}; floor: the stand-in's own time; ${runs[0]?.note ?? ''}`;
    return { 'first-filling-s': { value, floor, note } };
  },
};

/** The same at VK's pace. */
export const pacedFillingBench: Bench = {
  figures: [{ name: 'first-filling-ratio', unit: '×', target: { bound: 'at-most', value: 1.1 } }],
  limitMs: 180_000,
  async measure(stage) {
    const { seconds, neededCalls, note } = await filling(stage, RATE);
    const floorSeconds = Math.ceil(neededCalls / CALLS_PER_REQUEST) / RATE;
    const floorNote = `floor ⌈${neededCalls} / ${CALLS_PER_REQUEST}⌉ / ${RATE} = ${floorSeconds.toFixed(2)} s`;
    return {
      'first-filling-ratio': {
        ...{ value: seconds / floorSeconds, floor: 1 },
        note: `${seconds.toFixed(2)} s, ${floorNote}; ${note}`,
      },
    };
  },
};

async function filling(stage: BenchStage, requestsPerSecond: number) {
  const school = await openSchool(stage, requestsPerSecond);
  const startedAt = monotonicMs();
  const seconds = (await fillSchool(school)) / 1000;
  const ownSeconds = school.standIn.ownMs(startedAt, monotonicMs()) / 1000;
  await delivered(school);
  const { chats, requests } = await school.standIn.state();
  const needed = await neededCalls(school);
  const memberships = chats.reduce((sum, { members }) => sum + members.length, 0);
  if (memberships !== needed.memberships) {
    throw new Error(`${memberships} memberships at the messenger, ${needed.memberships} are wanted`);
  }
  const { execute = 0, refused_by_rate: refused = 0, ...methods } = requests;
  const calls = Object.values(methods).reduce((sum, count) => sum + count, 0);
  const note = `${chats.length} chats, ${memberships} memberships, ${calls} calls in ${execute} requests, ${refused} refused`;
  return { seconds, ownSeconds, neededCalls: needed.calls, note };
}

/** A creation with its members and a link per chat, and a promotion of each administrator who does not own the chat. */
async function neededCalls({ client, administratorId }: BenchSchool): Promise<{ calls: number; memberships: number }> {
  const [counted] = await rows<{ chats: string; promoted: string; memberships: string }>(
    client,
    `select (select count(*) from chat) as chats,
            count(*) filter (where wanted_role = 'admin' and person_id <> $1) as promoted, count(*) as memberships
     from chat_member where wanted_role is not null`,
    [administratorId],
  );
  if (counted === undefined) throw new Error('the memberships could not be counted');
  return {
    calls: 2 * Number(counted.chats) + Number(counted.promoted),
    memberships: Number(counted.memberships),
  };
}
