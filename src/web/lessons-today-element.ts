import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/grid';
import type { Grid } from '@vaadin/grid';
import '@vaadin/text-field';
import type { TextFieldValueChangedEvent } from '@vaadin/text-field';
import type { LessonCounts, LessonFilter, LessonsToday, LessonToday } from '../protocol/conference-protocol.js';
import { LESSON_FILTER_TITLE } from '../protocol/conference-texts.js';
import type { ChangeTopic } from './change-feed.js';
import { ConferenceClient } from './conference-client.js';
import { iconView } from './icon-view.js';
import { LazyGrid } from './lazy-grid.js';
import { lessonTodayColumns } from './lessons-today-columns-view.js';
import { listStyles } from './list-styles.js';
import { failureView } from './notice-view.js';
import { numberText } from './plural-text.js';
import { dayText } from './time-text.js';
import { WindowElement, type WindowContext } from './window-element.js';

const SEARCH_PAUSE_MS = 250;
/** States change with the clock, too. */
const CLOCK_MS = 30_000;

/** Window «Онлайн-уроки сегодня»: lessons of the day with the state of their online lessons, for the head of studies. */
@customElement('sferum-lessons-today')
export class LessonsTodayElement extends WindowElement {
  static override styles = [
    WindowElement.styles,
    listStyles,
    css`
      :host {
        height: 100%;
        min-height: 420px;
        padding: 12px 16px 16px;
      }

      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 12px;
        flex: none;
      }

      .search {
        flex: 1 1 180px;
        max-width: 320px;
      }

      :host([narrow]) .search {
        flex-basis: 100%;
        max-width: none;
      }

      :host([narrow]) .filter {
        flex: 1 1 100%;
      }

      .problem {
        white-space: normal;
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** The day and its counts, as they were read last. */
  @state() private day: Pick<LessonsToday, 'date' | 'counts'> | undefined;
  @state() private show: LessonFilter | undefined;
  @query('vaadin-grid') private readonly grid!: Grid<LessonToday> | null;
  private search = '';
  private searchTimer: ReturnType<typeof setTimeout> | undefined;
  private clock = 0;
  private readonly rows = new LazyGrid<LessonToday>(
    this,
    () => this.grid,
    async (offset, limit) => {
      const { show, search } = this;
      const date = this.params['date'];
      const filter = { query: search.trim(), ...(date && { date }), ...(show && { show }) };
      const lessons = await new ConferenceClient(this.api).lessonsToday({ ...filter, offset, limit });
      // An answer may be overtaken by that to newer words, or of another day.
      if (search === this.search && date === this.params['date']) this.day = lessons;
      return lessons;
    },
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.clock = window.setInterval(() => this.requestRefresh(['conferences']), CLOCK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.clock);
    clearTimeout(this.searchTimer);
  }

  /** The table reads what it shows; another day starts it again. */
  protected load(): Promise<void> {
    if (this.day !== undefined) this.rows.reset();
    return Promise.resolve();
  }

  protected async refresh(topics: ReadonlySet<ChangeTopic>): Promise<void> {
    if (topics.has('conferences') || topics.has('rights')) await this.rows.refresh();
  }

  protected override render(): TemplateResult {
    if (this.failure !== undefined) return failureView('Уроки не загружены', this.failure, this.retry);
    const { context } = this;
    const day = this.rows.error === undefined ? this.day : undefined;
    if (context === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    this.toggleAttribute('narrow', context.narrow);
    return html`
      <header>
        <h2>${day === undefined ? '\u00a0' : dayText(`${day.date}T12:00:00Z`, 'UTC', new Date())}</h2>
        <span class="muted small">${day === undefined ? '' : countsText(day.counts)}</span>
      </header>
      <div class="row">
        <vaadin-text-field
          class="search"
          accessible-name="Поиск по предмету, классу и учителю"
          placeholder="Предмет, класс, учитель"
          clear-button-visible
          @value-changed=${(event: TextFieldValueChangedEvent) => this.searchChanged(event.detail.value)}
        >
          <span slot="prefix" style="display: flex">${iconView('search')}</span>
        </vaadin-text-field>
        ${this.filterView(day?.counts)}
      </div>
      ${this.rows.error === undefined ? this.gridView(context) : failureView('Уроки не загружены', this.rows.error, this.rows.reset)}
    `;
  }

  private filterView(counts: LessonCounts | undefined): TemplateResult {
    const title = (name: string, count: number | undefined): string =>
      count === undefined ? name : `${name}: ${numberText(count)}`;
    return html`
      <select class="filter" aria-label="Какие уроки" @change=${this.filterChanged}>
        <option value="">${title('Все уроки', counts?.all)}</option>
        ${(Object.entries(LESSON_FILTER_TITLE) as [LessonFilter, string][]).map(
          ([filter, name]) =>
            html`<option value=${filter} ?selected=${filter === this.show}>${title(name, counts?.[filter])}</option>`,
        )}
      </select>
    `;
  }

  private gridView({ narrow, hostWindow }: WindowContext): TemplateResult {
    const open = (conferenceId: string): void => hostWindow.openWindow('sferum.conference-editor', { conferenceId });
    const filtered = this.search !== '' || this.show !== undefined;
    return html`
      <div class="list">
        <vaadin-grid
          accessible-name="Уроки дня"
          item-id-path="id"
          .pageSize=${this.rows.pageSize}
          .dataProvider=${this.rows.dataProvider}
        >
          ${lessonTodayColumns(narrow, open)}
          <div slot="empty-state" class="muted" style="padding: 32px; text-align: center">
            ${filtered ? 'Ничего не найдено.' : 'Уроков в этот день нет.'}
          </div>
        </vaadin-grid>
        ${this.rows.total === undefined ? html`<div class="veil" role="status">Загрузка…</div>` : nothing}
      </div>
    `;
  }

  private searchChanged(value: string): void {
    clearTimeout(this.searchTimer);
    if (value === this.search) return;
    this.searchTimer = setTimeout(() => {
      this.search = value;
      this.rows.reset();
    }, SEARCH_PAUSE_MS);
  }

  private readonly filterChanged = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    this.show = value === '' ? undefined : (value as LessonFilter);
    this.rows.reset();
  };
}

function countsText({ all, planned, running, over, problem }: LessonCounts): string {
  const parts = [
    `уроков ${numberText(all)}`,
    `с онлайн-уроком ${numberText(planned + running + over)}`,
    `идут ${numberText(running)}`,
  ];
  return [...parts, ...(problem > 0 ? [`с ошибкой ${numberText(problem)}`] : [])].join(' · ');
}
