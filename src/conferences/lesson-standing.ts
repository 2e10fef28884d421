import type { LessonCounts, LessonStanding } from '../protocol/conference-protocol.js';
import type { Conference } from './conference-store.js';

/** How a lesson stands as to its online lesson. */
export function standingOf(
  lesson: { readonly cancelled: boolean },
  conference: Conference | undefined,
): LessonStanding {
  if (lesson.cancelled) return 'cancelled';
  switch (conference?.state) {
    case undefined:
    case 'cancelled':
      return 'none';
    case 'planned':
      return 'planned';
    case 'starting':
    case 'active':
    case 'ending':
      return 'running';
    case 'finished':
      return 'over';
  }
}

/** How many lessons of a list stand how. */
export function lessonCounts(
  lessons: readonly { readonly standing: LessonStanding; readonly problem: boolean }[],
): LessonCounts {
  const counts = { all: lessons.length, none: 0, planned: 0, running: 0, over: 0, cancelled: 0, problem: 0 };
  for (const { standing, problem } of lessons) {
    counts[standing] += 1;
    if (problem) counts.problem += 1;
  }
  return counts;
}
