import { fillSchool, openSchool, delivered, type BenchSchool } from './bench-school.js';
import type { Bench } from './figure.js';
import { monotonicMs } from './monotonic-time.js';
import { quantile } from './quantiles.js';
import { waitUntil } from './wait-until.js';
import { rows } from './client-rows.js';

const WARM_UP = 5;
const SAMPLES = 60;
const HOUR_MS = 3_600_000;

/** From the press of «Создать онлайн-урок» until the lesson has its link, one lesson at a time. */
export const lessonLinkBench: Bench = {
  figures: [{ name: 'lesson-link-ms', unit: 'ms', target: { bound: 'below', value: 100 } }],
  limitMs: 120_000,
  async measure(stage) {
    const school = await openSchool(stage, 0);
    await fillSchool(school);
    const samples: { ms: number; ownMs: number }[] = [];
    const lessons = lessonsOfToday(school).slice(0, WARM_UP + SAMPLES);
    // An online lesson begins until its lesson ends, and a bench runs at any hour.
    const endsAt = new Date(Date.now() + HOUR_MS);
    for (const lesson of await school.directory.lessonsById(lessons)) Object.assign(lesson, { endsAt });
    for (const lessonId of lessons) samples.push(await linkMs(school, lessonId));
    const counted = samples.slice(WARM_UP);
    const times = counted.map(({ ms, ownMs }) => ms - ownMs);
    const own = quantile(
      counted.map(({ ownMs }) => ownMs),
      0.5,
    );
    const quantiles = [0.5, 0.99].map((share) => quantile(times, share).toFixed(0));
    const note = `p95 of ${times.length} lessons, p50 ${quantiles[0]} ms, p99 ${quantiles[1]} ms; taken off: the stand-in's ${own.toFixed(1)} ms`;
    return { 'lesson-link-ms': { value: quantile(times, 0.95), note } };
  },
};

function lessonsOfToday({ directory, organizationId }: BenchSchool): string[] {
  const { organizations, lessons } = directory.roster;
  const timeZone = organizations.find(({ id }) => id === organizationId)?.timeZone ?? 'UTC';
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const today = format.format(new Date());
  return lessons.filter(({ startsAt }) => format.format(startsAt) === today).map(({ id }) => id);
}

async function linkMs(school: BenchSchool, lessonId: string): Promise<{ ms: number; ownMs: number }> {
  const { host, client, standIn, administratorId, organizationId } = school;
  await delivered(school);
  const session = host.signIn(administratorId, organizationId);
  const startedAt = monotonicMs();
  await host.button('sferum.lesson.create').press({ session, lessonId });
  await waitUntil('the lesson has its link', () => hasLink(client, lessonId), { everyMs: 1, limitMs: 10_000 });
  const endedAt = monotonicMs();
  return { ms: endedAt - startedAt, ownMs: standIn.ownMs(startedAt, endedAt) };
}

async function hasLink(client: BenchSchool['client'], lessonId: string): Promise<boolean> {
  const found = await rows(
    client,
    `select 1 from conference where lesson_id = $1 and state = 'active' and join_link is not null`,
    [lessonId],
  );
  return found.length > 0;
}
