import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '@vaadin/grid';
import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import type { SchoolStates } from '../protocol/synchronization-protocol.js';
import { iconView, type IconName } from './icon-view.js';
import { listStyles } from './list-styles.js';
import { failureView, noticeStyles } from './notice-view.js';
import { numberText } from './plural-text.js';
import type { SynchronizationClient } from './synchronization-client.js';
import { themeStyles } from './theme-styles.js';
import { momentText } from './time-text.js';

type School = SchoolStates['items'][number];

const LOOK: Readonly<Record<School['state'], readonly [tone: string, icon: IconName, title: string]>> = {
  idle: ['good', 'good', 'В порядке'],
  running: ['busy', 'busy', 'Обновляется'],
  problem: ['bad', 'bad', 'Есть ошибки'],
  stopped: ['bad', 'stop', 'Остановлена'],
};

/** All schools at once, for a super-administrator: what needs somebody first. */
@customElement('sferum-school-states')
export class SchoolStatesElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    listStyles,
    css`
      :host {
        flex: 1 1 auto;
        min-height: 220px;
      }
    `,
  ];

  @property({ attribute: false }) client: SynchronizationClient | undefined;
  @property() timeZone = 'UTC';
  @property({ type: Boolean }) narrow = false;
  @state() private schools: SchoolStates | undefined;
  @state() private failure: unknown;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.updateComplete.then(() => this.refresh());
  }

  async refresh(): Promise<void> {
    try {
      this.schools = await this.client?.schools();
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    }
  }

  protected override render(): TemplateResult {
    if (this.failure !== undefined) return failureView('Школы не прочитаны', this.failure, () => void this.refresh());
    if (this.schools === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    return html`
      <vaadin-grid accessible-name="Школы" item-id-path="organizationId" .items=${[...this.schools.items]}>
        <vaadin-grid-column
          header="Школа"
          flex-grow="2"
          ${columnBodyRenderer<School>((school) => this.nameView(school), [this.timeZone, this.narrow])}
        ></vaadin-grid-column>
        <vaadin-grid-column
          header="Состояние"
          auto-width
          flex-grow="0"
          ${columnBodyRenderer<School>(({ state: shown }) => stateView(shown), [])}
        ></vaadin-grid-column>
        <vaadin-grid-column
          header="Ждут"
          text-align="end"
          width="90px"
          flex-grow="0"
          ?hidden=${this.narrow}
          ${columnBodyRenderer<School>(({ waitingChats }) => countView(waitingChats), [])}
        ></vaadin-grid-column>
        <vaadin-grid-column
          header="Ошибки"
          text-align="end"
          width="100px"
          flex-grow="0"
          ?hidden=${this.narrow}
          ${columnBodyRenderer<School>(({ failed }) => countView(failed), [])}
        ></vaadin-grid-column>
      </vaadin-grid>
    `;
  }

  private nameView({ name, problem, chats, oldest }: School): TemplateResult {
    const since = oldest === undefined ? '' : ` · ждёт с ${momentText(oldest, this.timeZone, new Date())}`;
    const note = problem ?? `чатов: ${numberText(chats)}${since}`;
    return html`<span class="stack">
      <span class=${this.narrow ? 'clamp' : 'cut'}>${name}</span>
      <span class="small muted ${this.narrow ? 'clamp' : 'cut'}" title=${note}>${note}</span>
    </span>`;
  }
}

function stateView(shown: School['state']): TemplateResult {
  const [tone, icon, title] = LOOK[shown];
  return html`<span class="state" data-tone=${tone}>${iconView(icon)}<span class="cut">${title}</span></span>`;
}

function countView(count: number): TemplateResult {
  return html`<span class="number ${count === 0 ? 'zero' : ''}">${numberText(count)}</span>`;
}
