import { fillSchool, openSchool } from './bench-school.js';
import { rows } from './client-rows.js';
import type { Bench } from './figure.js';
import { waitUntil } from './wait-until.js';

const LESSONS = 40;
const RATE = 3;
const CALLS_PER_REQUEST = 25;
const BEGINS_IN_MS = 3_000;

/** Forty online lessons of one school begin at the same moment, at VK's pace, until every one has its link. */
export const fortyLessonsBench: Bench = {
  figures: [{ name: 'forty-lessons-s', unit: 's', target: { bound: 'below', value: 2 } }],
  limitMs: 120_000,
  async measure(stage) {
    const school = await openSchool(stage, RATE);
    const { client, organizationId, administratorId } = school;
    await fillSchool(school);
    const planned = await rows<{ starts_at: Date }>(
      client,
      `with planned as (
         insert into conference (organization_id, kind, title, chat_id, host_id, starts_at, ends_at, due_at, created_by)
         select organization_id, 'lesson', 'Урок ' || source_name, chat_id, $2, at, at + interval '40 minutes', at, $2
         from chat cross join (select now() + $4 * interval '1 millisecond' as at) moment
         where organization_id = $1 and kind = 'class' limit $3
         returning starts_at),
       woken as (update delivery_lane set due_at = (select min(starts_at) from planned) where organization_id = $1)
       select starts_at from planned`,
      [organizationId, administratorId, LESSONS, BEGINS_IN_MS],
    );
    if (planned.length !== LESSONS) throw new Error(`only ${planned.length} lessons could be planned`);
    const beginsMs = planned[0]?.starts_at.getTime() ?? 0;
    await waitUntil(
      'forty links',
      async () => {
        const left = await rows(client, `select 1 from conference where join_link is null limit 1`);
        return left.length === 0;
      },
      { everyMs: 5, limitMs: 60_000 },
    );
    const value = (Date.now() - beginsMs) / 1000;
    const floor = Math.ceil(LESSONS / CALLS_PER_REQUEST) / RATE;
    const note = `${LESSONS} lessons at one moment, ${RATE} requests/s; floor: ⌈calls / ${CALLS_PER_REQUEST}⌉ / ${RATE}`;
    return { 'forty-lessons-s': { value, floor, note } };
  },
};
