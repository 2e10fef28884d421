import { expect } from 'chai';

import type { SynchronizationRun } from '../../../src/protocol/synchronization-protocol.js';
import { runCounts, runTitle } from '../../../src/web/run-text.js';

function run(change: Partial<SynchronizationRun> = {}): SynchronizationRun {
  return { id: '1', cause: 'pass', at: '2026-11-23T09:05:00Z', added: 2, removed: 3, archived: 0, ...change };
}

describe('runTitle', () => {
  it('says what was compared with what, and who asked', () => {
    expect(runTitle(run())).to.equal('Полная сверка со школой');
    expect(runTitle(run({ cause: 'check', by: 'Иванов Иван' }))).to.equal('Синхронизация чата: Иванов Иван');
    expect(runTitle(run({ cause: 'comparison' }))).to.equal('Сверка со списками Сферума');
  });
});

describe('runCounts', () => {
  it('counts what the rules changed', () => {
    expect(runCounts(run())).to.equal('добавлено 2 · удалено 3');
    expect(runCounts(run({ archived: 1 }))).to.equal('добавлено 2 · удалено 3 · в архив 1');
  });

  it('counts who left by themselves: a comparison adds and removes nobody', () => {
    expect(runCounts(run({ cause: 'comparison', added: 0 }))).to.equal('вышли из чатов в Сферуме: 3');
  });
});
