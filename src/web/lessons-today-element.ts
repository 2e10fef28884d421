import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/grid';
import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import '@vaadin/text-field';
import type { TextFieldValueChangedEvent } from '@vaadin/text-field';
import type { LessonsToday, LessonToday } from '../protocol/conference-protocol.js';
import type { ChangeTopic } from './change-feed.js';
import { ConferenceClient } from './conference-client.js';
import { iconView } from './icon-view.js';
import { listStyles } from './list-styles.js';
import { failureView } from './notice-view.js';
import { numberText } from './plural-text.js';
import { conferenceStatusView } from './state-view.js';
import { dayText } from './time-text.js';
import { WindowElement, type WindowContext } from './window-element.js';

const SEARCH_PAUSE_MS = 250;
const MOST = 500;
/** States change with the clock, too. */
const CLOCK_MS = 30_000;

type Filter = 'all' | 'online' | 'problem';

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
    `,
  ];

  @state() private lessons: LessonsToday | undefined;
  @state() private filter: Filter = 'all';
  private search = '';
  private searchTimer: ReturnType<typeof setTimeout> | undefined;
  private clock = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.clock = window.setInterval(() => this.requestRefresh(['conferences']), CLOCK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.clock);
    clearTimeout(this.searchTimer);
  }

  protected async load(): Promise<void> {
    const date = this.params['date'];
    const query = { query: this.search.trim(), limit: MOST, ...(date === undefined ? {} : { date }) };
    this.lessons = await new ConferenceClient(this.api).lessonsToday(query);
  }

  protected async refresh(topics: ReadonlySet<ChangeTopic>): Promise<void> {
    if (topics.has('conferences') || topics.has('rights')) await this.load();
  }

  protected override render(): TemplateResult {
    if (this.failure !== undefined) return failureView('Уроки не загружены', this.failure, this.retry);
    const { context, lessons } = this;
    if (context === undefined || lessons === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    this.toggleAttribute('narrow', context.narrow);
    const shown = lessons.items.filter((lesson) => isShown(lesson, this.filter));
    return html`
      <header>
        <h2>${dayText(`${lessons.date}T12:00:00Z`, 'UTC', new Date())}</h2>
        <span class="muted small">${countsText(lessons)}</span>
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
        <select aria-label="Какие уроки" @change=${this.filterChanged}>
          <option value="all">Все уроки</option>
          <option value="online">Только онлайн</option>
          <option value="problem">С ошибкой</option>
        </select>
      </div>
      ${this.gridView(shown, context)}
    `;
  }

  private gridView(lessons: readonly LessonToday[], { narrow, hostWindow }: WindowContext): TemplateResult {
    const open = (lesson: LessonToday): void => {
      if (lesson.conferenceId !== undefined) {
        hostWindow.openWindow('sferum.conference-editor', { conferenceId: lesson.conferenceId });
      }
    };
    return html`
      <vaadin-grid accessible-name="Уроки дня" item-id-path="id" .items=${[...lessons]}>
        <vaadin-grid-column
          header="Время"
          width="120px"
          flex-grow="0"
          ?hidden=${narrow}
          ${columnBodyRenderer<LessonToday>(timeView, [])}
        ></vaadin-grid-column>
        <vaadin-grid-column
          header="Урок"
          flex-grow="2"
          ${columnBodyRenderer<LessonToday>((lesson) => lessonView(lesson, narrow, open), narrow)}
        ></vaadin-grid-column>
        <vaadin-grid-column
          header="Учитель"
          ?hidden=${narrow}
          ${columnBodyRenderer<LessonToday>(({ teacher }) => html`<span class="cut">${teacher?.name ?? '—'}</span>`, [])}
        ></vaadin-grid-column>
        <vaadin-grid-column
          header="Онлайн-урок"
          ${columnBodyRenderer<LessonToday>(onlineView, [])}
        ></vaadin-grid-column>
        <div slot="empty-state" class="muted" style="padding: 32px; text-align: center">
          ${this.search === '' && this.filter === 'all' ? 'Уроков в этот день нет.' : 'Ничего не найдено.'}
        </div>
      </vaadin-grid>
    `;
  }

  private searchChanged(value: string): void {
    clearTimeout(this.searchTimer);
    if (value === this.search) return;
    this.searchTimer = setTimeout(() => {
      this.search = value;
      this.requestRefresh(['conferences']);
    }, SEARCH_PAUSE_MS);
  }

  private readonly filterChanged = (event: Event): void => {
    this.filter = (event.target as HTMLSelectElement).value as Filter;
  };
}

function isShown({ status, problem }: LessonToday, filter: Filter): boolean {
  if (filter === 'online') return status !== undefined;
  return filter === 'all' || problem !== undefined;
}

function countsText({ items, total }: LessonsToday): string {
  const count = (wanted: (lesson: LessonToday) => boolean): string => numberText(items.filter(wanted).length);
  const parts = [
    `уроков ${numberText(total)}`,
    `онлайн ${count(({ status }) => status !== undefined)}`,
    `идут ${count(({ status }) => status === 'active')}`,
  ];
  const problems = items.filter(({ problem }) => problem !== undefined).length;
  return [...parts, ...(problems > 0 ? [`с ошибкой ${numberText(problems)}`] : [])].join(' · ');
}

function timeView({ startTime, endTime }: LessonToday): TemplateResult {
  return html`<span class="number">${startTime}–${endTime}</span>`;
}

function lessonView(lesson: LessonToday, narrow: boolean, open: (lesson: LessonToday) => void): TemplateResult {
  const { title, startTime, endTime, teacher, room } = lesson;
  const details = narrow
    ? [`${startTime}–${endTime}`, teacher?.name]
    : [room === undefined ? undefined : `кабинет ${room}`];
  const note = details.filter((part) => part !== undefined).join(' · ');
  const name =
    lesson.conferenceId === undefined
      ? html`<span class="cut">${title}</span>`
      : html`<button class="link" @click=${() => open(lesson)}>${title}</button>`;
  return html`<span class="stack"
    >${name}${note === '' ? nothing : html`<span class="small muted cut">${note}</span>`}</span
  >`;
}

function onlineView({ status, statusText, problem }: LessonToday): TemplateResult {
  if (problem !== undefined) {
    return html`<span class="stack">
      <span class="state" data-tone="bad">${iconView('bad')}<span class="cut">${statusText}</span></span>
      <span class="small bad clamp" title=${problem}>${problem}</span>
    </span>`;
  }
  return status === undefined ? html`<span class="muted cut">${statusText}</span>` : conferenceStatusView(status);
}
