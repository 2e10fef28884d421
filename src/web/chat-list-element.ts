import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/grid';
import '@vaadin/grid/vaadin-grid-sort-column.js';
import type { Grid, GridActiveItemChangedEvent } from '@vaadin/grid';
import '@vaadin/text-field';
import type { TextFieldValueChangedEvent } from '@vaadin/text-field';
import type { ChatEntry, ChatEntryPage, ChatRegistryQuery } from '../protocol/chat-protocol.js';
import { CHAT_KIND_TITLE, CHAT_STATE_TITLE } from '../protocol/texts.js';
import { ApiError } from './api-error.js';
import { ChatClient } from './chat-client.js';
import { chatColumns } from './chat-columns-view.js';
import { ChatDeletion } from './chat-deletion.js';
import { iconView } from './icon-view.js';
import { LazyGrid } from './lazy-grid.js';
import { listPartStyles, listStyles } from './list-styles.js';
import { failureView, noticeStyles } from './notice-view.js';
import { themeStyles } from './theme-styles.js';
import './question-element.js';
import type { WindowContext } from './window-element.js';

const SEARCH_PAUSE_MS = 250;
type Sort = NonNullable<ChatRegistryQuery['sort']>;

interface ToolbarAction {
  readonly label: string;
  readonly shown: boolean;
  readonly enabled: boolean;
  readonly theme?: string;
  readonly run: () => void;
}

/** Tab «Чаты»: search, filters, buttons and the table of chats. */
@customElement('sferum-chat-list')
export class ChatListElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    listStyles,
    listPartStyles,
    css`
      .source {
        width: 216px;
      }

      :host([narrow]) .filter {
        flex: 1 1 0;
        min-width: 0;
      }

      :host([narrow]) select {
        width: 100%;
      }

      :host([narrow]) .actions {
        flex-basis: 100%;
        margin: 0;
      }
    `,
  ];

  @property({ attribute: false }) context!: WindowContext;
  @state() private selected: ChatEntry | undefined;
  @state() private kind: ChatEntry['kind'] | undefined;
  @state() private chatState: ChatEntry['state'] | undefined;
  @state() private source = '';
  @state() private sources: readonly string[] = [];
  @query('vaadin-grid') private readonly grid!: Grid<ChatEntry> | null;

  private search = '';
  private searchTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly rows = new LazyGrid<ChatEntry>(
    this,
    () => this.grid,
    async (offset, limit, order) => {
      const sort = order?.direction ? { sort: order.path as Sort, direction: order.direction } : {};
      const { search, source, kind, chatState } = this;
      const filter = { query: search, source, ...(kind && { kind }), ...(chatState && { state: chatState }) };
      return this.keepSelection(await this.chats.chats({ offset, limit, ...sort, ...filter }));
    },
    { path: 'kind', direction: 'asc' },
  );
  private readonly deletion = new ChatDeletion(
    this,
    () => this.context,
    () => this.rows.refresh(),
  );

  private get chats(): ChatClient {
    return new ChatClient(this.context.api);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.readSources();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.searchTimer);
  }

  async refresh(): Promise<void> {
    await Promise.all([this.rows.refresh(), this.readSources()]);
  }

  protected override render(): TemplateResult {
    this.toggleAttribute('narrow', this.context.narrow);
    return html`
      <div class="row">
        ${this.searchView()}${this.filtersView()}
        <div class="row actions" role="toolbar" aria-label="Действия с чатами">
          ${this.actions().map((action) => this.actionView(action))}
        </div>
      </div>
      ${this.deletion.noticeView()}
      ${this.rows.error === undefined ? this.gridView() : failureView('Чаты не загружены', this.rows.error, this.rows.reset)}
      ${this.deletion.questionView()}
    `;
  }

  private searchView(): TemplateResult {
    return html`
      <vaadin-text-field
        class="search"
        accessible-name="Поиск по названию чата"
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
      <select class="filter" aria-label="Тип чата" @change=${(event: Event) => this.kindChanged(valueOf(event))}>
        <option value="">Все типы</option>
        ${optionViews(CHAT_KIND_TITLE)}
      </select>
      <select class="filter" aria-label="Состояние чата" @change=${(event: Event) => this.stateChanged(valueOf(event))}>
        <option value="">Все состояния</option>
        ${optionViews(CHAT_STATE_TITLE)}
      </select>
      <select
        class="filter source"
        aria-label="Класс или группа"
        ?hidden=${this.sources.length === 0}
        @change=${(event: Event) => this.sourceChanged(valueOf(event))}
      >
        <option value="">Все классы и группы</option>
        ${this.sources.map((name) => html`<option value=${name} ?selected=${name === this.source}>${name}</option>`)}
      </select>
    `;
  }

  /** Left to right. */
  private actions(): ToolbarAction[] {
    const { session, hostWindow } = this.context;
    const chat = this.selected;
    const openLink = (): void => {
      if (chat?.openUrl !== undefined) hostWindow.openLink(chat.openUrl);
    };
    const unlink = (): void => hostWindow.openWindow('sferum.unlink');
    const linked = session.link.state === 'linked' || session.link.state === 'broken';
    const may = (right: string): boolean => session.rights.includes(right);
    const creates = may('sferum.chat.create');
    return [
      { label: 'Добавить', shown: creates, enabled: true, theme: 'primary', run: this.add },
      {
        label: 'Изменить',
        shown: may('sferum.chat.edit'),
        enabled: chat?.actions.edit === true,
        run: this.editSelected,
      },
      {
        label: 'Удалить',
        shown: may('sferum.chat.delete'),
        enabled: chat?.actions.delete === true,
        theme: 'danger',
        run: this.deleteSelected,
      },
      {
        label: 'Открыть',
        shown: true,
        enabled: chat !== undefined,
        theme: creates ? '' : 'primary',
        run: this.openSelected,
      },
      { label: 'Открыть в Сферуме', shown: true, enabled: chat?.openUrl !== undefined, run: openLink },
      { label: 'Отвязать учетную запись', shown: linked, enabled: true, run: unlink },
    ];
  }

  private readonly add = (): void => this.context.hostWindow.openWindow('sferum.chat-editor');

  private readonly editSelected = (): void => {
    const chat = this.selected;
    if (chat?.actions.edit === true) this.context.hostWindow.openWindow('sferum.chat-editor', { chatId: chat.id });
  };

  private readonly deleteSelected = (): void => {
    if (this.selected?.actions.delete === true) this.deletion.ask(this.selected);
  };

  private readonly openSelected = (): void => {
    if (this.selected !== undefined) this.openChat(this.selected);
  };

  private actionView({ label, shown, enabled, theme, run }: ToolbarAction): TemplateResult | typeof nothing {
    if (!shown) return nothing;
    return html`<vaadin-button theme=${theme ?? ''} ?disabled=${!enabled} @click=${run}>${label}</vaadin-button>`;
  }

  private gridView(): TemplateResult {
    const filtered =
      this.search !== '' || this.kind !== undefined || this.chatState !== undefined || this.source !== '';
    const empty = filtered ? 'Ничего не найдено. Измените поиск или фильтры.' : 'Чатов пока нет.';
    return html`
      <div class="list">
        <vaadin-grid
          accessible-name="Чаты"
          item-id-path="id"
          .pageSize=${this.rows.pageSize}
          .dataProvider=${this.rows.dataProvider}
          .activeItem=${this.selected ?? null}
          .selectedItems=${this.selected === undefined ? [] : [this.selected]}
          @active-item-changed=${this.activeChanged}
          @dblclick=${this.rowOpened}
          @keydown=${this.keyPressed}
        >
          ${chatColumns(this.context, (chat) => this.openChat(chat))}
          <div slot="empty-state" class="muted" style="padding: 32px; text-align: center">${empty}</div>
        </vaadin-grid>
        ${this.rows.total === undefined ? html`<div class="veil" role="status">Загрузка…</div>` : nothing}
      </div>
    `;
  }

  /** A second click keeps the row selected, so that a double click does too. */
  private readonly activeChanged = (event: GridActiveItemChangedEvent<ChatEntry>): void => {
    const chat = event.detail.value;
    if (chat !== null && chat !== undefined) this.selected = chat;
    else if (this.selected !== undefined && this.grid !== null) this.grid.activeItem = this.selected;
  };

  private readonly rowOpened = (event: Event): void => {
    const context = this.grid?.getEventContext(event);
    if (context?.section === 'body' && context.item !== undefined) this.openChat(context.item);
  };

  private readonly keyPressed = (event: KeyboardEvent): void => {
    const onButton = event.target instanceof HTMLButtonElement;
    if (event.key === 'Enter' && !onButton) this.rowOpened(event);
    if (event.key === 'Insert' && this.context.session.rights.includes('sferum.chat.create')) this.add();
    if (event.key !== 'Delete') return;
    const row = this.grid?.getEventContext(event);
    if (row?.section === 'body' && row.item !== undefined) this.selected = row.item;
    this.deleteSelected();
  };

  private openChat(chat: ChatEntry): void {
    this.selected = chat;
    this.context.hostWindow.openWindow('sferum.chat', { chatId: chat.id });
  }

  /** Until the pause is over, a refresh still reads what is on the screen. */
  private searchChanged(value: string): void {
    clearTimeout(this.searchTimer);
    if (value === this.search) return;
    this.searchTimer = setTimeout(() => {
      this.search = value;
      this.showFiltered();
    }, SEARCH_PAUSE_MS);
  }

  private kindChanged(value: string): void {
    this.kind = value === '' ? undefined : (value as ChatEntry['kind']);
    this.showFiltered();
  }

  private stateChanged(value: string): void {
    this.chatState = value === '' ? undefined : (value as ChatEntry['state']);
    this.showFiltered();
  }

  private sourceChanged(value: string): void {
    this.source = value;
    this.showFiltered();
  }

  /** The filter by class is a help: without it the list stays as it is. */
  private async readSources(): Promise<void> {
    try {
      this.sources = (await this.chats.sources()).items;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  private readonly showFiltered = (): void => {
    this.selected = undefined;
    this.rows.reset();
  };

  /** The selected row may come with new values. */
  private keepSelection(list: ChatEntryPage): ChatEntryPage {
    const fresh = list.items.find((item) => item.id === this.selected?.id);
    if (fresh !== undefined) this.selected = fresh;
    return list;
  }
}

function valueOf(event: Event): string {
  return event.target instanceof HTMLSelectElement ? event.target.value : '';
}

function optionViews(titles: Readonly<Record<string, string>>): TemplateResult[] {
  return Object.entries(titles).map(([value, title]) => html`<option value=${value}>${title}</option>`);
}
