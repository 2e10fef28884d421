import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/grid';
import type { Grid, GridActiveItemChangedEvent } from '@vaadin/grid';
import '@vaadin/text-field';
import type { TextFieldValueChangedEvent } from '@vaadin/text-field';
import type { LinkRole, LinkRow, LinkState, LinkSummary } from '../protocol/account-protocol.js';
import { LINK_ROLE_TITLE, LINK_STATE_TITLE } from '../protocol/account-texts.js';
import { errorText } from './api-error.js';
import { iconView } from './icon-view.js';
import { LazyGrid } from './lazy-grid.js';
import type { LinkFilter, LinkingClient } from './linking-client.js';
import { linkColumns } from './linking-columns-view.js';
import { listPartStyles, listStyles } from './list-styles.js';
import { failureView, noticeStyles } from './notice-view.js';
import { countText, type PluralForms } from './plural-text.js';
import './question-element.js';
import { themeStyles } from './theme-styles.js';
import type { WindowContext } from './window-element.js';

const SEARCH_PAUSE_MS = 250;
/** After «напомнить». */
const TO_PEOPLE: PluralForms = ['человеку', 'людям', 'людям'];

/** Tab «Люди»: who has linked and who has not, with search, filters, reminders and the list for paper. */
@customElement('sferum-linking-people')
export class LinkingPeopleElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    listStyles,
    listPartStyles,
    css`
      .search {
        max-width: 220px;
      }

      :host([narrow]) .search {
        max-width: none;
      }

      :host([narrow]) select {
        flex: 1 1 30%;
        min-width: 0;
      }

      :host([narrow]) .actions {
        flex-basis: 100%;
        margin: 0;
      }
    `,
  ];

  @property({ attribute: false }) context!: WindowContext;
  @property({ attribute: false }) client!: LinkingClient;
  @property({ attribute: false }) summary!: LinkSummary;
  @state() private selected: LinkRow | undefined;
  @state() private filter: LinkFilter = {};
  @state() private asked: readonly string[] | undefined;
  @state() private busy = false;
  @query('vaadin-grid') private readonly grid!: Grid<LinkRow> | null;

  private searchTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly rows = new LazyGrid<LinkRow>(
    this,
    () => this.grid,
    (offset, limit) => this.client.list({ ...this.filter, offset, limit }),
  );

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.searchTimer);
  }

  refresh(): Promise<void> {
    return this.rows.refresh();
  }

  /** From the tab of classes. */
  showClass(classId: string): void {
    this.change({ classId });
  }

  protected override render(): TemplateResult {
    this.toggleAttribute('narrow', this.context.narrow);
    return html`
      <div class="row">${this.searchView()}${this.filtersView()}${this.actionsView()}</div>
      ${this.rows.error === undefined ? this.gridView() : failureView('Список не загружен', this.rows.error, this.rows.reset)}
      <sferum-question header="Отправить напоминание?" .opened=${this.asked !== undefined} @answered=${this.answered}>
        ${countText(this.asked?.length ?? 0, TO_PEOPLE)} на рабочем столе появится просьба привязать учебный аккаунт
        VK&nbsp;ID. Одному человеку напоминают не чаще раза в семь дней.
      </sferum-question>
    `;
  }

  private searchView(): TemplateResult {
    return html`
      <vaadin-text-field
        class="search"
        accessible-name="Поиск по имени"
        placeholder="Поиск по имени"
        clear-button-visible
        @value-changed=${(event: TextFieldValueChangedEvent) => this.searchChanged(event.detail.value)}
      >
        <span slot="prefix" style="display: flex">${iconView('search')}</span>
      </vaadin-text-field>
    `;
  }

  private filtersView(): TemplateResult {
    const { role, classId, state } = this.filter;
    const roles = Object.entries(LINK_ROLE_TITLE).filter(
      ([id]) => id !== 'employee' || this.summary.employees !== undefined,
    );
    const classes = this.summary.classes.map(({ id, name }) => [id, name] as const);
    return html`
      ${selectView('Роль', 'Все роли', roles, role, (value) => this.change({ role: value as LinkRole | undefined }))}
      ${classes.length < 2 ? nothing : selectView('Класс', 'Все классы', classes, classId, (value) => this.change({ classId: value }))}
      ${selectView('Состояние', 'Все состояния', Object.entries(LINK_STATE_TITLE), state, (value) =>
        this.change({ state: value as LinkState | undefined }),
      )}
    `;
  }

  private actionsView(): TemplateResult {
    const one = this.selected;
    const label = one === undefined ? 'Напомнить всем в списке' : 'Напомнить';
    const possible = one === undefined ? (this.rows.total ?? 0) > 0 : one.canRemind;
    return html`
      <div class="row actions" role="toolbar" aria-label="Действия со списком">
        <vaadin-button ?disabled=${!possible || this.busy} @click=${this.ask}>${label}</vaadin-button>
        <vaadin-button @click=${this.print}>Печать</vaadin-button>
      </div>
    `;
  }

  private gridView(): TemplateResult {
    return html`
      <div class="list">
        <vaadin-grid
          accessible-name="Привязки учётных записей"
          .pageSize=${this.rows.pageSize}
          .dataProvider=${this.rows.dataProvider}
          .selectedItems=${this.selected === undefined ? [] : [this.selected]}
          @active-item-changed=${this.activeChanged}
        >
          ${linkColumns(this.context)}
          <div slot="empty-state" class="muted" style="padding: 32px; text-align: center">
            Никого не найдено. Измените поиск или фильтры.
          </div>
        </vaadin-grid>
        ${this.rows.total === undefined ? html`<div class="veil" role="status">Загрузка…</div>` : nothing}
      </div>
    `;
  }

  private readonly activeChanged = (event: GridActiveItemChangedEvent<LinkRow>): void => {
    this.selected = event.detail.value ?? undefined;
  };

  private readonly print = (): void => this.context.hostWindow.openLink(this.client.printUrl(this.filter));

  private readonly ask = (): Promise<void> =>
    this.trying(async () => {
      const ids = this.selected === undefined ? await this.client.remindable(this.filter) : [this.selected.personId];
      if (ids.length > 0) this.asked = ids;
      else this.context.hostWindow.notify('info', 'Некому напоминать: все привязаны или уже получили напоминание.');
    });

  private readonly answered = (event: CustomEvent<boolean>): void => {
    const ids = this.asked;
    this.asked = undefined;
    if (event.detail && ids !== undefined) void this.trying(() => this.remind(ids));
  };

  private async remind(ids: readonly string[]): Promise<void> {
    const { reminded } = await this.client.remind(ids);
    this.context.hostWindow.notify('success', `Напоминание отправлено: ${countText(reminded, TO_PEOPLE)}.`);
    this.selected = undefined;
    await this.refresh();
  }

  private async trying(act: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await act();
    } catch (error) {
      this.context.hostWindow.notify('error', errorText(error));
    } finally {
      this.busy = false;
    }
  }

  private searchChanged(value: string): void {
    if (value === (this.filter.query ?? '')) return;
    clearTimeout(this.searchTimer);
    this.searchTimer = setTimeout(() => this.change({ query: value }), SEARCH_PAUSE_MS);
  }

  private change(part: { [name in keyof LinkFilter]: LinkFilter[name] | undefined }): void {
    const merged = Object.entries({ ...this.filter, ...part }).filter(([, value]) => value !== undefined);
    this.filter = Object.fromEntries(merged);
    this.selected = undefined;
    this.rows.reset();
  }
}

function selectView(
  label: string,
  all: string,
  options: readonly (readonly [value: string, title: string])[],
  chosen: string | undefined,
  change: (value: string | undefined) => void,
): TemplateResult {
  const changed = (event: Event): void => {
    if (event.target instanceof HTMLSelectElement) change(event.target.value || undefined);
  };
  return html`
    <select aria-label=${label} .value=${chosen ?? ''} @change=${changed}>
      <option value="">${all}</option>
      ${options.map(([value, title]) => html`<option value=${value} ?selected=${value === chosen}>${title}</option>`)}
    </select>
  `;
}
