import { css, html, nothing, type TemplateResult } from 'lit';
import '@vaadin/button';
import type {
  HeldChange,
  SynchronizationError,
  SynchronizationRun,
  SynchronizationState,
} from '../protocol/synchronization-protocol.js';
import { HELD_CHANGE_TEXT } from '../protocol/synchronization-texts.js';
import { CHAT_FORMS, countText, MEMBER_FORMS, numberText } from './plural-text.js';
import { runCounts, runTitle } from './run-text.js';
import { kindMark } from './state-view.js';
import { momentText } from './time-text.js';

export const synchronizationListsStyles = css`
  ul.entries {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  ul.entries > li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 12px;
    padding: 8px 4px;
    border-bottom: 1px solid var(--sferum-line);
  }

  ul.entries .words {
    flex: 1 1 260px;
    min-width: 0;
    overflow-wrap: anywhere;
  }

  ul.entries button.link {
    display: inline;
    white-space: normal;
    color: var(--sferum-accent);
  }

  .nothing {
    padding: 24px 8px;
    text-align: center;
  }
`;

export interface SynchronizationActions {
  readonly openChat: (chatId: string) => void;
  readonly retry: (code: string) => void;
  readonly showRun: (run: SynchronizationRun) => void;
}

/** What waits for a decision; it is made in the chat's window, where the people stand. */
export function heldView(held: readonly HeldChange[], actions: SynchronizationActions): TemplateResult {
  if (held.length === 0) return nothingView('Решений не ждёт ничего.');
  return entries(
    held.map(
      (change) =>
        html`<li>
          <div class="words">
            <strong>${change.title}</strong>
            <div class="muted">${HELD_CHANGE_TEXT[change.kind](countText(change.people, MEMBER_FORMS))}</div>
          </div>
          <vaadin-button @click=${() => actions.openChat(change.chatId)}>Посмотреть и решить</vaadin-button>
        </li>`,
    ),
  );
}

export function errorsView(
  { errors, may }: SynchronizationState,
  timeZone: string,
  busy: boolean,
  actions: SynchronizationActions,
): TemplateResult {
  if (errors.length === 0) return nothingView('Ошибок нет.');
  return entries(errors.map((error) => errorView(error, timeZone, busy, may.run, actions)));
}

function errorView(
  error: SynchronizationError,
  timeZone: string,
  busy: boolean,
  mayRetry: boolean,
  actions: SynchronizationActions,
): TemplateResult {
  const counts = [
    ...(error.people > 0 ? [countText(error.people, MEMBER_FORMS)] : []),
    countText(error.chats, CHAT_FORMS),
    ...againFacts(error, timeZone),
    error.code,
  ];
  return html`<li>
    <div class="words">
      <strong>${error.text}</strong>
      <div class="muted small">${counts.join(' · ')}</div>
      <div class="small">
        ${error.examples.map(
          ({ chatId, title }, place) =>
            html`${place > 0 ? ', ' : ''}<button class="link" @click=${() => actions.openChat(chatId)}>
                ${title}
              </button>`,
        )}${error.chats > error.examples.length ? ` и ещё ${numberText(error.chats - error.examples.length)}` : ''}
      </div>
    </div>
    ${
      mayRetry && error.retriable
        ? html`<vaadin-button ?disabled=${busy} @click=${() => actions.retry(error.code)}
            >Повторить сейчас</vaadin-button
          >`
        : nothing
    }
  </li>`;
}

function againFacts({ nextAttemptAt, retriable }: SynchronizationError, timeZone: string): readonly string[] {
  if (nextAttemptAt !== undefined) return [`следующая попытка: ${momentText(nextAttemptAt, timeZone, new Date())}`];
  return retriable ? ['само не повторится'] : [];
}

export function waitingView(
  { waiting, waitingChats }: Pick<SynchronizationState, 'waiting' | 'waitingChats'>,
  timeZone: string,
  actions: SynchronizationActions,
): TemplateResult {
  if (waiting.length === 0) return nothingView('Очереди нет: всё доставлено.');
  const more = waitingChats - waiting.length;
  return entries([
    ...waiting.map(
      ({ chatId, title, kind, since }) =>
        html`<li>
          ${kindMark(kind)}
          <div class="words">
            <button class="link" @click=${() => actions.openChat(chatId)}>${title}</button>
          </div>
          <span class="muted small">ждёт с ${momentText(since, timeZone, new Date())}</span>
        </li>`,
    ),
    ...(more > 0 ? [html`<li class="muted">и ещё ${countText(more, CHAT_FORMS)}</li>`] : []),
  ]);
}

export function runsView(
  runs: readonly SynchronizationRun[],
  timeZone: string,
  actions: SynchronizationActions,
): TemplateResult {
  if (runs.length === 0) return nothingView('Сверки за 30 дней ничего не изменили.');
  return entries(
    runs.map(
      (run) =>
        html`<li>
          <div class="words">
            <strong>${momentText(run.at, timeZone, new Date())}</strong> · ${runTitle(run)}
            <div class="muted small">${runCounts(run)}</div>
          </div>
          ${
            run.undone === undefined
              ? nothing
              : html`<span class="muted small"
                  >отменена ${momentText(run.undone.at, timeZone, new Date())} · ${run.undone.by}</span
                >`
          }
          <vaadin-button @click=${() => actions.showRun(run)}>Подробнее</vaadin-button>
        </li>`,
    ),
  );
}

function entries(items: readonly TemplateResult[]): TemplateResult {
  return html`<ul class="entries">
    ${items}
  </ul>`;
}

function nothingView(text: string): TemplateResult {
  return html`<p class="nothing muted">${text}</p>`;
}
