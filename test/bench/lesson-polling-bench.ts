import { openSchool, type BenchSchool } from './bench-school.js';
import type { Bench } from './figure.js';
import { quantile } from './quantiles.js';

const PUPILS = 1_000;
/** A window of «Журнал на урок» asks again after so long. */
const ASKS_EVERY_MS = 900;
const SECONDS = 10;

/** A thousand pupils of one school have «Журнал на урок» open, and each window asks for the lesson's state. */
export const lessonPollingBench: Bench = {
  figures: [
    { name: 'lesson-polls-per-s', unit: '/s', target: { bound: 'at-least', value: 1_000 } },
    { name: 'lesson-poll-p99-ms', unit: 'ms', target: { bound: 'below', value: 500 } },
  ],
  limitMs: 120_000,
  async measure(stage) {
    const school = await openSchool(stage, 0);
    const until = performance.now() + SECONDS * 1000;
    const samples: number[] = [];
    const lessons = school.directory.roster.lessons.slice(0, 40).map(({ id }) => id);
    await Promise.all(
      Array.from({ length: PUPILS }, (_, pupil) =>
        poll(school, `pupil-${pupil}`, lessons[pupil % lessons.length] ?? '', until, samples),
      ),
    );
    const wanted = (PUPILS / ASKS_EVERY_MS) * 1000;
    const note = `${PUPILS} windows for ${SECONDS} s, each asking ${ASKS_EVERY_MS} ms after its answer; floor of the pace: ${wanted.toFixed(0)}/s`;
    return {
      'lesson-polls-per-s': { value: samples.length / SECONDS, floor: wanted, note },
      'lesson-poll-p99-ms': { value: quantile(samples, 0.99), note: `p50 ${quantile(samples, 0.5).toFixed(0)} ms` },
    };
  },
};

async function poll(
  { host, organizationId }: BenchSchool,
  personId: string,
  lessonId: string,
  until: number,
  samples: number[],
): Promise<void> {
  const session = host.signIn(personId, organizationId);
  const button = host.button('sferum.lesson.connect');
  await pause(Math.random() * ASKS_EVERY_MS);
  while (performance.now() < until) {
    const startedAt = performance.now();
    await button.state({ session, lessonId });
    samples.push(performance.now() - startedAt);
    await pause(ASKS_EVERY_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
