import { hasEffect } from '../messenger/messenger-result.js';
import type { WorkItem } from './work-source.js';

/** More often no source asks in one run what was answered: it is known then. */
const MOST_TIMES = 20;

/** Calls without an effect that were answered in one run. A source that does not learn from their answers would ask for ever. */
export class RepeatedQuestions {
  private readonly times = new Map<string, number>();

  /** @returns whether one of these was asked and answered too often */
  add(items: readonly WorkItem[]): boolean {
    let tooOften = false;
    for (const { subjectId, account, call } of items) {
      if (hasEffect(call)) continue;
      const key = JSON.stringify([subjectId, account, call]);
      const times = (this.times.get(key) ?? 0) + 1;
      this.times.set(key, times);
      tooOften ||= times > MOST_TIMES;
    }
    return tooOften;
  }
}
