import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '@vaadin/button';
import type { RunDetail, SynchronizationRun } from '../protocol/synchronization-protocol.js';
import { RUN_TEXT } from '../protocol/synchronization-texts.js';
import './modal-element.js';
import { failureView, noticeStyles, noticeView } from './notice-view.js';
import type { SynchronizationClient } from './synchronization-client.js';
import { runCounts, runTitle } from './run-text.js';
import { themeStyles } from './theme-styles.js';
import { momentText } from './time-text.js';

const NAMES_SHOWN = 30;

/**
 * What a run changed, chat by chat, and taking it back.
 *
 * @fires closed
 * @fires undo - the run is to be taken back
 */
@customElement('sferum-run-dialog')
export class RunDialogElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    css`
      :host {
        display: contents;
      }

      h3 {
        margin: 0 0 2px;
        font-size: 14px;
      }

      section {
        padding: 8px 0;
        border-bottom: 1px solid var(--sferum-line);
      }
    `,
  ];

  @property({ attribute: false }) client: SynchronizationClient | undefined;
  /** Undefined: closed. */
  @property({ attribute: false }) run: SynchronizationRun | undefined;
  @property() timeZone = 'UTC';
  @property({ type: Boolean }) mayUndo = false;
  @property({ type: Boolean }) busy = false;
  @state() private detail: RunDetail | undefined;
  @state() private failure: unknown;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('run') && this.run?.id !== changed.get('run')?.id) void this.read();
  }

  protected override render(): TemplateResult {
    const { run } = this;
    const title = run === undefined ? '' : `${runTitle(run)}, ${momentText(run.at, this.timeZone, new Date())}`;
    return html`
      <sferum-modal wide tall header=${title} .opened=${run !== undefined} @dismissed=${this.close}>
        ${run === undefined ? nothing : this.contentView(run)}
        <vaadin-button slot="buttons" data-first @click=${this.close}>Закрыть</vaadin-button>
        ${
          run !== undefined && run.undone === undefined && this.mayUndo
            ? html`<vaadin-button
                slot="buttons"
                theme="danger"
                ?disabled=${this.busy || this.detail === undefined}
                @click=${this.undo}
                >Отменить эту синхронизацию</vaadin-button
              >`
            : nothing
        }
      </sferum-modal>
    `;
  }

  private contentView(run: SynchronizationRun): TemplateResult {
    if (this.failure !== undefined) return failureView('Журнал не прочитан', this.failure, this.readAgain);
    if (this.detail === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    const { chats, cut } = this.detail;
    return html`
      <p class="muted">${runCounts(run)}</p>
      ${
        run.undone === undefined
          ? noticeView({
              tone: 'info',
              title: 'Что сделает отмена',
              text: RUN_TEXT[run.cause].undo,
            })
          : nothing
      }
      <div tabindex="0" role="region" aria-label="Изменения по чатам">
        ${chats.map((chat) => chatView(chat, RUN_TEXT[run.cause].removed))}
        ${cut ? html`<p class="muted">Показаны не все изменения.</p>` : nothing}
      </div>
    `;
  }

  private readonly readAgain = (): void => void this.read();

  private async read(): Promise<void> {
    const { run, client } = this;
    this.detail = undefined;
    this.failure = undefined;
    if (run === undefined || client === undefined) return;
    try {
      const detail = await client.run(run.id);
      if (this.run?.id === run.id) this.detail = detail;
    } catch (error) {
      if (this.run?.id === run.id) this.failure = error;
    }
  }

  private readonly close = (): void => {
    this.dispatchEvent(new CustomEvent('closed'));
  };

  private readonly undo = (): void => {
    this.dispatchEvent(new CustomEvent('undo'));
  };
}

function chatView(
  { title, added, removed, changed }: RunDetail['chats'][number],
  removedTitle: string,
): TemplateResult {
  return html`<section>
    <h3>${title}</h3>
    ${namesView(removedTitle, removed)}${namesView('Добавлены', added)}${namesView('Сменилась роль', changed)}
  </section>`;
}

function namesView(title: string, names: readonly string[]): TemplateResult | typeof nothing {
  if (names.length === 0) return nothing;
  const rest = names.length - NAMES_SHOWN;
  const shown = rest > 0 ? `${names.slice(0, NAMES_SHOWN).join(', ')} и ещё ${rest}` : names.join(', ');
  return html`<div><span class="muted">${title} (${names.length}):</span> ${shown}</div>`;
}
