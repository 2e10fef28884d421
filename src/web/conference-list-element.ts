import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/grid';
import '@vaadin/grid/vaadin-grid-sort-column.js';
import type { Grid, GridActiveItemChangedEvent } from '@vaadin/grid';
import '@vaadin/text-field';
import type { TextFieldValueChangedEvent } from '@vaadin/text-field';
import type { ConferenceEntry, ConferenceEntryPage, ConferenceRegistryQuery } from '../protocol/conference-protocol.js';
import { CONFERENCE_ACTION_TEXT } from '../protocol/conference-texts.js';
import { CONFERENCE_KIND_TITLE, CONFERENCE_STATUS_TITLE } from '../protocol/texts.js';
import { ConferenceActions } from './conference-actions.js';
import './calendar-dialog-element.js';
import { ConferenceClient } from './conference-client.js';
import { conferenceColumns } from './conference-columns-view.js';
import { iconView } from './icon-view.js';
import { LazyGrid } from './lazy-grid.js';
import { listPartStyles, listStyles } from './list-styles.js';
import { failureView, noticeStyles } from './notice-view.js';
import { themeStyles } from './theme-styles.js';
import { utcOffsetText } from './time-text.js';
import type { WindowContext } from './window-element.js';

const SEARCH_PAUSE_MS = 250;
const EDITOR = 'sferum.conference-editor';
type Sort = NonNullable<ConferenceRegistryQuery['sort']>;

interface ToolbarAction {
  readonly label: string;
  readonly shown: boolean;
  readonly enabled: boolean;
  readonly theme?: string;
  readonly run: () => void;
}

/** Tab «Видеоконференции»: search, filters, buttons and the table of conferences. */
@customElement('sferum-conference-list')
export class ConferenceListElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    listStyles,
    listPartStyles,
    css`
      :host([narrow]) .filter {
        flex: 1 1 0;
        min-width: 0;
      }

      :host([narrow]) .actions {
        flex-basis: 100%;
        margin: 0;
      }

      a.join {
        color: var(--sferum-accent);
        font-weight: 600;
      }

      a.join:focus-visible {
        outline: 2px solid var(--sferum-accent);
        outline-offset: 1px;
      }
    `,
  ];

  @property({ attribute: false }) context!: WindowContext;
  @state() private selected: ConferenceEntry | undefined;
  @state() private kind: ConferenceEntry['kind'] | undefined;
  @state() private status: ConferenceEntry['status'] | undefined;
  @state() private calendarOpened = false;
  @query('vaadin-grid') private readonly grid!: Grid<ConferenceEntry> | null;

  private search = '';
  private searchTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly rows = new LazyGrid<ConferenceEntry>(
    this,
    () => this.grid,
    async (offset, limit, order) => {
      const sort = order?.direction ? { sort: order.path as Sort, direction: order.direction } : {};
      const { kind, status, search } = this;
      const filter = { query: search, ...(kind && { kind }), ...(status && { status }) };
      const conferences = new ConferenceClient(this.context.api);
      return this.keepSelection(await conferences.conferences({ offset, limit, ...sort, ...filter }));
    },
  );
  private readonly changes = new ConferenceActions(
    this,
    () => this.context,
    (deleted) => {
      if (deleted !== undefined && deleted.id === this.selected?.id) this.selected = undefined;
      return this.rows.refresh();
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
      <div class="row">
        ${this.searchView()}${this.filtersView()}
        <div class="row actions" role="toolbar" aria-label="Действия с видеоконференциями">
          ${this.actions().map(actionView)}
        </div>
      </div>
      ${this.changes.problemView()}
      ${
        this.rows.error === undefined
          ? this.gridView()
          : failureView('Видеоконференции не загружены', this.rows.error, this.rows.reset)
      }
      ${this.zoneView()}${this.changes.questionsView()}
      <sferum-calendar-dialog
        .client=${new ConferenceClient(this.context.api)}
        .timeZone=${this.context.session.organization.timeZone}
        .opened=${this.calendarOpened}
        @closed=${() => (this.calendarOpened = false)}
      ></sferum-calendar-dialog>
    `;
  }

  private searchView(): TemplateResult {
    return html`
      <vaadin-text-field
        class="search"
        accessible-name="Поиск по названию видеоконференции"
        placeholder="Поиск по названию"
        clear-button-visible
        @value-changed=${(event: TextFieldValueChangedEvent) => this.searchChanged(event.detail.value)}
      >
        <span slot="prefix" style="display: flex">${iconView('search')}</span>
      </vaadin-text-field>
    `;
  }

  private filtersView(): TemplateResult {
    return html`
      <select class="filter" aria-label="Тип видеоконференции" @change=${this.kindChanged}>
        <option value="">Все типы</option>
        ${optionViews(CONFERENCE_KIND_TITLE)}
      </select>
      <select class="filter" aria-label="Статус видеоконференции" @change=${this.statusChanged}>
        <option value="">Все статусы</option>
        ${optionViews(CONFERENCE_STATUS_TITLE)}
      </select>
    `;
  }

  /** Left to right, in the order of the manual. */
  private actions(): ToolbarAction[] {
    const { rights } = this.context.session;
    const { selected } = this;
    const may = (right: string): boolean => rights.includes(right);
    return [
      {
        label: CONFERENCE_ACTION_TEXT.add,
        shown: may('sferum.conference.create'),
        enabled: true,
        theme: 'primary',
        run: this.add,
      },
      {
        label: CONFERENCE_ACTION_TEXT.edit,
        shown: may('sferum.conference.edit') || selected?.actions.edit === true,
        enabled: selected?.actions.edit === true,
        run: this.editSelected,
      },
      { label: 'Начать сейчас', shown: selected?.actions.start === true, enabled: true, run: this.startSelected },
      {
        label: CONFERENCE_ACTION_TEXT.end,
        shown: may('sferum.conference.end') || selected?.actions.end === true,
        enabled: selected?.actions.end === true,
        run: this.endSelected,
      },
      {
        label: CONFERENCE_ACTION_TEXT.delete,
        shown: may('sferum.conference.delete') || selected?.actions.delete === true,
        enabled: selected?.actions.delete === true,
        theme: 'danger',
        run: this.deleteSelected,
      },
      { label: 'Календарь', shown: true, enabled: true, run: () => (this.calendarOpened = true) },
    ];
  }

  private readonly add = (): void => this.context.hostWindow.openWindow(EDITOR);

  private readonly editSelected = (): void => {
    if (this.selected?.actions.edit === true) this.edit(this.selected);
  };

  private readonly startSelected = (): void => {
    if (this.selected?.actions.start === true) this.changes.start(this.selected);
  };

  private readonly endSelected = (): void => {
    if (this.selected?.actions.end === true) this.changes.ask('end', this.selected);
  };

  private readonly deleteSelected = (): void => {
    if (this.selected?.actions.delete === true) this.changes.ask('delete', this.selected);
  };

  private edit({ id }: ConferenceEntry): void {
    this.context.hostWindow.openWindow(EDITOR, { conferenceId: id });
  }

  private gridView(): TemplateResult {
    const filtered = this.search !== '' || this.kind !== undefined || this.status !== undefined;
    const empty = filtered ? 'Ничего не найдено. Измените поиск или фильтры.' : 'Видеоконференций пока нет.';
    return html`
      <div class="list">
        <vaadin-grid
          accessible-name="Видеоконференции"
          item-id-path="id"
          .pageSize=${this.rows.pageSize}
          .dataProvider=${this.rows.dataProvider}
          .selectedItems=${this.selected === undefined ? [] : [this.selected]}
          .activeItem=${this.selected ?? null}
          @active-item-changed=${this.activeChanged}
          @dblclick=${this.rowOpened}
          @keydown=${this.keyPressed}
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

  /** A second click keeps the row selected, so that a double click does too. */
  private readonly activeChanged = (event: GridActiveItemChangedEvent<ConferenceEntry>): void => {
    const conference = event.detail.value;
    if (conference !== null && conference !== undefined) this.selected = conference;
    else if (this.selected !== undefined && this.grid !== null) this.grid.activeItem = this.selected;
  };

  private readonly rowOpened = (event: Event): void => {
    const row = this.grid?.getEventContext(event);
    if (row?.section !== 'body' || row.item === undefined || !row.item.actions.edit) return;
    this.selected = row.item;
    this.edit(row.item);
  };

  private readonly keyPressed = (event: KeyboardEvent): void => {
    const onLink = event.composedPath()[0] instanceof HTMLAnchorElement;
    if (event.key === 'Enter' && !onLink) this.rowOpened(event);
    if (event.key === 'Insert' && this.context.session.rights.includes('sferum.conference.create')) this.add();
    if (event.key !== 'Delete') return;
    const row = this.grid?.getEventContext(event);
    if (row?.section === 'body' && row.item !== undefined) this.selected = row.item;
    this.deleteSelected();
  };

  /** Until the pause is over, a refresh still reads what is on the screen. */
  private searchChanged(value: string): void {
    clearTimeout(this.searchTimer);
    if (value === this.search) return;
    this.searchTimer = setTimeout(() => {
      this.search = value;
      this.showFiltered();
    }, SEARCH_PAUSE_MS);
  }

  private readonly kindChanged = (event: Event): void => {
    this.kind = (valueOf(event) || undefined) as ConferenceEntry['kind'] | undefined;
    this.showFiltered();
  };

  private readonly statusChanged = (event: Event): void => {
    this.status = (valueOf(event) || undefined) as ConferenceEntry['status'] | undefined;
    this.showFiltered();
  };

  private readonly showFiltered = (): void => {
    this.selected = undefined;
    this.rows.reset();
  };

  /** The selected row may come with new values. */
  private keepSelection(list: ConferenceEntryPage): ConferenceEntryPage {
    const fresh = list.items.find((item) => item.id === this.selected?.id);
    if (fresh !== undefined) this.selected = fresh;
    return list;
  }
}

function actionView({ label, shown, enabled, theme, run }: ToolbarAction): TemplateResult | typeof nothing {
  if (!shown) return nothing;
  return html`<vaadin-button theme=${theme ?? ''} ?disabled=${!enabled} @click=${run}>${label}</vaadin-button>`;
}

function optionViews(titles: Readonly<Record<string, string>>): TemplateResult[] {
  return Object.entries(titles).map(([value, title]) => html`<option value=${value}>${title}</option>`);
}

function valueOf(event: Event): string {
  return event.target instanceof HTMLSelectElement ? event.target.value : '';
}
