import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/grid';
import type { Grid, GridActiveItemChangedEvent } from '@vaadin/grid';
import '@vaadin/text-field';
import type { TextFieldValueChangedEvent } from '@vaadin/text-field';
import type { ConferenceRow } from '../protocol/protocol.js';
import { errorText } from './api-error.js';
import { conferenceColumns } from './conference-columns-view.js';
import { iconView } from './icon-view.js';
import { LazyGrid } from './lazy-grid.js';
import { listPartStyles, listStyles } from './list-styles.js';
import { failureView, noticeStyles } from './notice-view.js';
import './question-element.js';
import { themeStyles } from './theme-styles.js';
import { utcOffsetText } from './time-text.js';
import type { WindowContext } from './window-element.js';

const SEARCH_PAUSE_MS = 250;

/** Tab «Видеоконференции». */
@customElement('sferum-conference-list')
export class ConferenceListElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    listStyles,
    listPartStyles,
    css`
      :host([narrow]) .actions {
        margin: 0;
      }

      a.join {
        color: var(--sferum-accent);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) context!: WindowContext;
  @state() private selected: ConferenceRow | undefined;
  @state() private ending: ConferenceRow | undefined;
  @query('vaadin-grid') private readonly grid!: Grid<ConferenceRow> | null;

  private search = '';
  private searchTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly rows = new LazyGrid<ConferenceRow>(
    this,
    () => this.grid,
    async (offset, limit) => {
      const list = await this.context.api.conferences({ offset, limit, query: this.search });
      this.selected = list.items.find((item) => item.id === this.selected?.id) ?? this.selected;
      return list;
    },
  );

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.searchTimer);
  }

  refresh(): Promise<void> {
    return this.rows.refresh();
  }

  protected override render(): TemplateResult {
    this.toggleAttribute('narrow', this.context.narrow);
    return html`
      ${this.toolbarView()}
      ${
        this.rows.error === undefined
          ? this.gridView()
          : failureView('Видеоконференции не загружены', this.rows.error, this.rows.reset)
      }
      ${this.zoneView()}${this.confirmView()}
    `;
  }

  private toolbarView(): TemplateResult {
    const canEnd = this.selected?.actions.end === true;
    return html`
      <div class="row">
        <vaadin-text-field
          class="search"
          accessible-name="Поиск по названию видеоконференции"
          placeholder="Поиск по названию"
          clear-button-visible
          @value-changed=${(event: TextFieldValueChangedEvent) => this.searchChanged(event.detail.value)}
        >
          <span slot="prefix" style="display: flex">${iconView('search')}</span>
        </vaadin-text-field>
        <div class="row actions" role="toolbar" aria-label="Действия с видеоконференциями">
          <vaadin-button ?disabled=${!canEnd} @click=${this.askToEnd}>Закончить видеоконференцию</vaadin-button>
        </div>
      </div>
    `;
  }

  private gridView(): TemplateResult {
    const empty = this.search === '' ? 'Видеоконференций пока нет.' : 'Ничего не найдено. Измените поиск.';
    return html`
      <div class="list">
        <vaadin-grid
          accessible-name="Видеоконференции"
          item-id-path="id"
          .pageSize=${this.rows.pageSize}
          .dataProvider=${this.rows.dataProvider}
          .selectedItems=${this.selected === undefined ? [] : [this.selected]}
          @active-item-changed=${this.activeChanged}
        >
          ${conferenceColumns(this.context)}
          <div slot="empty-state" class="muted" style="padding: 32px; text-align: center">${empty}</div>
        </vaadin-grid>
        ${this.rows.total === undefined ? html`<div class="veil" role="status">Загрузка…</div>` : nothing}
      </div>
    `;
  }

  /** Said only to a person whose clock differs from the school's. */
  private zoneView(): TemplateResult | typeof nothing {
    const { timeZone } = this.context.session.organization;
    const now = new Date();
    const school = utcOffsetText(timeZone, now);
    if (school === utcOffsetText(Intl.DateTimeFormat().resolvedOptions().timeZone, now)) return nothing;
    return html`<p class="small muted">Время школы: ${school}</p>`;
  }

  private confirmView(): TemplateResult {
    return html`
      <sferum-question
        header="Закончить видеоконференцию?"
        .opened=${this.ending !== undefined}
        @answered=${this.answered}
      >
        «${this.ending?.title}» завершится для всех участников. Подключиться к ней снова будет нельзя.
      </sferum-question>
    `;
  }

  private readonly activeChanged = (event: GridActiveItemChangedEvent<ConferenceRow>): void => {
    this.selected = event.detail.value ?? undefined;
  };

  private readonly askToEnd = (): void => {
    this.ending = this.selected;
  };

  private readonly answered = (event: CustomEvent<boolean>): void => {
    const conference = this.ending;
    this.ending = undefined;
    if (event.detail && conference !== undefined) void this.end(conference);
  };

  private async end(conference: ConferenceRow): Promise<void> {
    const { api, hostWindow } = this.context;
    try {
      this.selected = await api.endConference(conference.id);
      hostWindow.notify('success', `Видеоконференция «${conference.title}» завершается.`);
      await this.refresh();
    } catch (error) {
      hostWindow.notify('error', errorText(error));
    }
  }

  private searchChanged(value: string): void {
    if (value === this.search) return;
    this.search = value;
    clearTimeout(this.searchTimer);
    this.searchTimer = setTimeout(this.rows.reset, SEARCH_PAUSE_MS);
  }
}
