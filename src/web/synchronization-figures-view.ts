import { css, html, type TemplateResult } from 'lit';
import type { SynchronizationState } from '../protocol/synchronization-protocol.js';
import { numberText } from './plural-text.js';
import { momentText } from './time-text.js';

export const synchronizationFiguresStyles = css`
  .figures {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
    gap: 8px;
    flex: none;
  }

  .tile {
    padding: 8px 12px;
    border: 1px solid var(--sferum-line);
    border-radius: 8px;
    min-width: 0;
  }

  .tile .value {
    font-size: 18px;
    line-height: 26px;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }

  .tile[data-tone='bad'] .value {
    color: var(--sferum-bad);
  }

  .tile[data-tone='warn'] .value {
    color: var(--sferum-warn);
  }
`;

interface Tile {
  readonly title: string;
  readonly value: string;
  readonly note: string;
  readonly tone?: 'bad' | 'warn';
}

/** What waits, what is delivered, what failed, how much of the messenger's pace is used. */
export function synchronizationFiguresView(state: SynchronizationState, timeZone: string): TemplateResult {
  return html`<div class="figures">
    ${[waitingTile(state, timeZone), deliveredTile(state), failedTile(state), quotaTile(state)].map(tileView)}
  </div>`;
}

function tileView({ title, value, note, tone }: Tile): TemplateResult {
  return html`<div class="tile" data-tone=${tone ?? 'calm'}>
    <div class="small muted">${title}</div>
    <div class="value">${value}</div>
    <div class="small muted">${note}</div>
  </div>`;
}

function waitingTile({ backlog, waiting, waitingChats }: SynchronizationState, timeZone: string): Tile {
  return { title: 'Ждёт доставки', value: numberText(backlog), note: waitingNote() };

  function waitingNote(): string {
    const oldest = waiting[0];
    if (oldest === undefined) return 'Очереди нет';
    if (backlog === 0) return `сверяются чаты: ${numberText(waitingChats)}`;
    return `самое давнее: ${momentText(oldest.since, timeZone, new Date())}`;
  }
}

function deliveredTile({ progress: { memberships } }: SynchronizationState): Tile {
  const waits = memberships.waitingForLink;
  return {
    title: 'Участники в чатах',
    value: `${numberText(memberships.done)} из ${numberText(memberships.total)}`,
    note: waits === 0 ? 'Все привязали аккаунты' : `ждут привязки: ${numberText(waits)}`,
  };
}

function failedTile({ errors }: SynchronizationState): Tile {
  const people = errors.reduce((sum, error) => sum + error.people, 0);
  const chats = errors.reduce((sum, error) => sum + (error.people === 0 ? error.chats : 0), 0);
  const count = people + chats;
  return {
    title: 'С ошибкой',
    value: numberText(count),
    note: count === 0 ? 'Ошибок нет' : `причин: ${numberText(errors.length)}`,
    ...(count === 0 ? {} : { tone: 'bad' }),
  };
}

function quotaTile({ quota }: SynchronizationState): Tile {
  const { usedLastMinute, perMinute, refusedLastHour } = quota;
  return {
    title: 'Запросы за минуту',
    value: `${numberText(usedLastMinute)} из ${numberText(perMinute)}`,
    note: refusedLastHour === 0 ? 'отказов по частоте нет' : `отказов за час: ${numberText(refusedLastHour)}`,
    ...(refusedLastHour === 0 ? {} : { tone: 'warn' }),
  };
}
