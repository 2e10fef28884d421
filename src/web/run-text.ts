import type { SynchronizationRun } from '../protocol/synchronization-protocol.js';
import { RUN_CAUSE_TITLE } from '../protocol/synchronization-texts.js';
import { numberText } from './plural-text.js';

export function runTitle({ cause, by }: SynchronizationRun): string {
  const title = RUN_CAUSE_TITLE[cause];
  return cause === 'check' && by !== undefined ? `${title}: ${by}` : title;
}

export function runCounts({ cause, added, removed, archived }: SynchronizationRun): string {
  if (cause === 'comparison') return `вышли из чатов в Сферуме: ${numberText(removed)}`;
  const parts = [`добавлено ${numberText(added)}`, `удалено ${numberText(removed)}`];
  if (archived > 0) parts.push(`в архив ${numberText(archived)}`);
  return parts.join(' · ');
}
