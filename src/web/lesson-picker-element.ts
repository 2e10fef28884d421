import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/grid';
import type { GridActiveItemChangedEvent } from '@vaadin/grid';
import '@vaadin/text-field';
import type { TextFieldValueChangedEvent } from '@vaadin/text-field';
import type { ConferenceLessonChoice } from '../protocol/conference-protocol.js';
import type { ConferenceClient } from './conference-client.js';
import { conferenceTimeStyles, dayFieldView } from './conference-time-view.js';
import { isDay } from './conference-typed-time.js';
import { iconView } from './icon-view.js';
import { LessonReader, type FoundLessons } from './lesson-reader.js';
import { listStyles } from './list-styles.js';
import './modal-element.js';
import { failureView, noticeStyles } from './notice-view.js';
import { themeStyles } from './theme-styles.js';

const SEARCH_PAUSE_MS = 250;
const TAKEN = 'Этот урок уже выбран';
const NOTHING: FoundLessons = { lessons: [], complete: false };

/**
 * Window «Урок»: lessons of one day of the timetable, with search.
 *
 * @fires picked - `detail` is a {@link ConferenceLessonChoice}, or undefined for «Отмена»
 */
@customElement('sferum-lesson-picker')
export class LessonPickerElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    listStyles,
    conferenceTimeStyles,
    css`
      :host {
        display: contents;
      }

      .date {
        flex: 0 1 160px;
      }

      .search {
        flex: 2 1 200px;
      }

      label.own {
        display: flex;
        align-items: center;
        gap: 8px;
      }

      label.own input {
        width: 18px;
        height: 18px;
        margin: 0;
        accent-color: var(--sferum-accent);
      }

      vaadin-grid {
        min-height: 180px;
      }

      .time {
        flex: none;
        width: 92px;
        font-weight: 500;
      }

      .cell.off {
        color: var(--sferum-muted);
      }

      input[type='radio'] {
        width: 18px;
        height: 18px;
        margin: 0;
        flex: none;
        accent-color: var(--sferum-accent);
      }
    `,
  ];

  @property({ attribute: false }) conferences!: ConferenceClient;
  @property({ type: Boolean }) opened = false;
  /** The day that it opens with. */
  @property({ attribute: false }) day = '';
  /** Only lessons of this chat's class or group, until the person asks for all. */
  @property({ attribute: false }) chatId: string | undefined;
  /** Lesson that stands in the form. */
  @property({ attribute: false }) lessonId: string | undefined;
  /** Conference of the form: its lessons may be chosen. */
  @property({ attribute: false }) conferenceId: string | undefined;
  /** Lessons that stand in other fields of the form. */
  @property({ attribute: false }) taken: ReadonlySet<string | undefined> = new Set();
  /** What it searches for when it opens. */
  @property({ attribute: false }) words = '';
  @state() private found = NOTHING;
  @state() private chosen: ConferenceLessonChoice | undefined;
  @state() private date = '';
  @state() private search = '';
  @state() private onlyChat = true;
  @state() private failure: unknown;

  private searchTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly reader = new LessonReader({ lessons: (query) => this.conferences.lessons(query) }, (found) => {
    this.found = found;
    this.chosen ??= found.lessons.find(({ id }) => id === this.lessonId);
  });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.searchTimer);
    this.reader.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('opened')) return;
    clearTimeout(this.searchTimer);
    this.reader.stop();
    this.chosen = undefined;
    this.search = this.words;
    this.date = isDay(this.day) ? this.day : '';
    this.onlyChat = true;
    if (this.opened) void this.find();
  }

  protected override render(): TemplateResult {
    return html`
      <sferum-modal header="Урок из расписания" wide tall .opened=${this.opened} @dismissed=${this.cancel}>
        ${this.opened ? this.contentView() : nothing}
        <vaadin-button slot="buttons" @click=${this.cancel}>Отмена</vaadin-button>
        <vaadin-button slot="buttons" theme="primary" ?disabled=${this.chosen === undefined} @click=${this.pick}
          >Выбрать</vaadin-button
        >
      </sferum-modal>
    `;
  }

  private contentView(): TemplateResult {
    return html`
      <div class="row">
        <div class="date">
          ${dayFieldView({
            id: 'day',
            label: '',
            name: 'День',
            value: this.date,
            error: this.date === '' || isDay(this.date) ? undefined : 'Укажите дату: 24.11.2026.',
            changed: this.dateChanged,
          })}
        </div>
        <vaadin-text-field
          class="search"
          accessible-name="Поиск по предмету, классу, учителю"
          placeholder="Предмет, класс, учитель"
          clear-button-visible
          .value=${this.search}
          @value-changed=${(event: TextFieldValueChangedEvent) => this.searchChanged(event.detail.value)}
        >
          <span slot="prefix" style="display: flex">${iconView('search')}</span>
        </vaadin-text-field>
        ${this.chatId === undefined ? nothing : this.onlyChatView()}
      </div>
      ${
        this.failure === undefined
          ? this.gridView()
          : failureView('Расписание не загружено', this.failure, () => void this.find())
      }
    `;
  }

  private onlyChatView(): TemplateResult {
    return html`
      <label class="own">
        <input type="checkbox" .checked=${this.onlyChat} @change=${this.onlyChatChanged} />
        Только уроки класса или группы чата
      </label>
    `;
  }

  private gridView(): TemplateResult {
    const { lessons, complete } = this.found;
    const empty = complete ? 'В этот день таких уроков нет. Выберите другой день или измените поиск.' : 'Загрузка…';
    return html`
      <vaadin-grid
        accessible-name="Уроки"
        item-id-path="id"
        .items=${[...lessons]}
        .selectedItems=${this.chosen === undefined ? [] : [this.chosen]}
        @active-item-changed=${this.rowActivated}
        @dblclick=${this.pick}
      >
        <vaadin-grid-column
          header="Урок"
          flex-grow="1"
          ${columnBodyRenderer<ConferenceLessonChoice>((lesson) => this.lessonView(lesson), [this.chosen])}
        ></vaadin-grid-column>
        <div slot="empty-state" class="muted" style="padding: 32px; text-align: center">${empty}</div>
      </vaadin-grid>
    `;
  }

  private lessonView(lesson: ConferenceLessonChoice): TemplateResult {
    const { id, title, startTime, endTime, teacher, room, unavailableText } = lesson;
    const free = this.isFree(lesson);
    const place = room === undefined ? '' : `каб. ${room}`;
    const facts = [teacher?.name ?? 'учитель не назначен', place].filter((fact) => fact !== '');
    return html`
      <div class="cell ${free ? '' : 'off'}">
        <input
          type="radio"
          name="lesson"
          aria-label="${startTime}–${endTime} ${title}"
          .checked=${this.chosen?.id === lesson.id}
          ?disabled=${!free}
          @change=${() => (this.chosen = lesson)}
        />
        <span class="number time">${startTime}–${endTime}</span>
        <div class="stack">
          <span class="clamp" title=${title}>${title}</span>
          <span class="clamp small muted">${facts.join(' · ')}</span>
          ${free ? nothing : html`<span class="small warn">${this.taken.has(id) ? TAKEN : (unavailableText ?? 'Этот урок выбрать нельзя')}</span>`}
        </div>
      </div>
    `;
  }

  /** Lessons of the form's own conference have an online lesson, and may be chosen again. */
  private isFree({ id, unavailable, conferenceId }: ConferenceLessonChoice): boolean {
    if (this.taken.has(id)) return false;
    return unavailable === undefined || (unavailable === 'has-conference' && conferenceId === this.conferenceId);
  }

  private readonly rowActivated = (event: GridActiveItemChangedEvent<ConferenceLessonChoice>): void => {
    const lesson = event.detail.value;
    if (lesson !== null && lesson !== undefined && this.isFree(lesson)) this.chosen = lesson;
  };

  private readonly dateChanged = (date: string): void => {
    this.date = date;
    if (isDay(date)) void this.find();
  };

  private readonly onlyChatChanged = (event: Event): void => {
    this.onlyChat = event.target instanceof HTMLInputElement && event.target.checked;
    void this.find();
  };

  private searchChanged(value: string): void {
    if (value === this.search) return;
    this.search = value;
    clearTimeout(this.searchTimer);
    this.searchTimer = setTimeout(() => void this.find(), SEARCH_PAUSE_MS);
  }

  private async find(): Promise<void> {
    const { chatId, date, search, onlyChat } = this;
    this.failure = undefined;
    this.found = NOTHING;
    this.chosen = undefined;
    try {
      const narrowed = chatId !== undefined && onlyChat ? { chatId } : {};
      await this.reader.find({ ...(date === '' ? {} : { date }), query: search.trim(), ...narrowed });
    } catch (error) {
      this.failure = error;
    }
  }

  private readonly pick = (): void => {
    if (this.chosen !== undefined) this.answer(this.chosen);
  };

  private readonly cancel = (): void => this.answer(undefined);

  private answer(lesson: ConferenceLessonChoice | undefined): void {
    this.dispatchEvent(new CustomEvent<ConferenceLessonChoice | undefined>('picked', { detail: lesson }));
  }
}
