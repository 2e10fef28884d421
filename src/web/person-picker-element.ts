import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '@vaadin/button';
import '@vaadin/grid';
import type { GridActiveItemChangedEvent } from '@vaadin/grid';
import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import '@vaadin/text-field';
import type { TextFieldValueChangedEvent } from '@vaadin/text-field';
import type { PersonChoice, SchoolClasses } from '../protocol/chat-protocol.js';
import { PERSON_TAB_TITLE } from '../protocol/chat-texts.js';
import type { ChatClient } from './chat-client.js';
import { iconView } from './icon-view.js';
import { listStyles } from './list-styles.js';
import type { PersonKind } from './member-draft.js';
import './modal-element.js';
import { failureView, noticeStyles } from './notice-view.js';
import { PeopleReader, type FoundPeople } from './people-reader.js';
import { numberText } from './plural-text.js';
import { themeStyles } from './theme-styles.js';

const SEARCH_PAUSE_MS = 250;
const NOBODY: FoundPeople = { people: [], complete: false };

/**
 * Window «Сотрудники», «Ученики» or «Родители»: people with check boxes.
 *
 * @fires picked - `detail` is a list of {@link PersonChoice}, or undefined for «Отмена»
 */
@customElement('sferum-person-picker')
export class PersonPickerElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    listStyles,
    css`
      :host {
        display: contents;
      }

      .search {
        flex: 2 1 200px;
      }

      select {
        flex: 1 1 120px;
        min-width: 0;
      }

      label.all {
        display: flex;
        align-items: center;
        gap: 10px;
        padding-inline-start: 10px;
        font-weight: 500;
      }

      input[type='checkbox'] {
        width: 18px;
        height: 18px;
        margin: 0;
        flex: none;
        accent-color: var(--sferum-accent);
      }

      vaadin-grid {
        min-height: 140px;
      }

      .count {
        margin-inline-end: auto;
        align-self: center;
      }
    `,
  ];

  @property({ attribute: false }) chats!: ChatClient;
  /** Whose window is open; undefined: closed. */
  @property({ attribute: false }) kind: PersonKind | undefined;
  /** Ids of those who are in the chat already. */
  @property({ attribute: false }) taken: ReadonlySet<string> = new Set();
  @state() private found = NOBODY;
  @state() private chosen: ReadonlyMap<string, PersonChoice> = new Map();
  @state() private classes: SchoolClasses['items'] = [];
  @state() private failure: unknown;
  @state() private search = '';
  @state() private classId = '';

  private searchTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly reader = new PeopleReader({ people: (query) => this.chats.people(query) }, (found) => {
    this.found = found;
  });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.searchTimer);
    this.reader.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('kind')) return;
    clearTimeout(this.searchTimer);
    this.reader.stop();
    this.chosen = new Map();
    this.search = '';
    this.classId = '';
    if (this.kind !== undefined) void this.load(this.kind);
  }

  protected override render(): TemplateResult {
    const { kind } = this;
    const title = kind === undefined ? '' : PERSON_TAB_TITLE[kind];
    return html`
      <sferum-modal header=${title} wide tall .opened=${kind !== undefined} @dismissed=${this.cancel}>
        ${kind === undefined ? nothing : this.contentView(title, kind)}
        <span slot="buttons" class="count muted" role="status">Выбрано: ${numberText(this.chosen.size)}</span>
        <vaadin-button slot="buttons" @click=${this.cancel}>Отмена</vaadin-button>
        <vaadin-button slot="buttons" theme="primary" ?disabled=${this.chosen.size === 0} @click=${this.pick}
          >Выбрать</vaadin-button
        >
      </sferum-modal>
    `;
  }

  private contentView(title: string, kind: PersonKind): TemplateResult {
    return html`
      <div class="row">
        <vaadin-text-field
          class="search"
          data-first
          accessible-name="Поиск по фамилии, имени, отчеству"
          placeholder="Фамилия, имя, отчество"
          clear-button-visible
          .value=${this.search}
          @value-changed=${(event: TextFieldValueChangedEvent) => this.searchChanged(event.detail.value)}
        >
          <span slot="prefix" style="display: flex">${iconView('search')}</span>
        </vaadin-text-field>
        ${kind === 'employee' ? nothing : this.classView()}
      </div>
      ${
        this.failure === undefined
          ? html`${this.allView()}${this.gridView(title)}`
          : failureView('Список не загружен', this.failure, () => void this.find())
      }
    `;
  }

  private classView(): TemplateResult {
    return html`<select aria-label="Класс" .value=${this.classId} @change=${this.classChanged}>
      <option value="">Все классы</option>
      ${this.classes.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
    </select>`;
  }

  private allView(): TemplateResult {
    const free = this.free();
    const chosen = free.filter(({ personId }) => this.chosen.has(personId)).length;
    const count = this.found.complete ? `(${numberText(free.length)})` : '(поиск…)';
    return html`
      <label class="all">
        <input
          type="checkbox"
          .checked=${free.length > 0 && chosen === free.length}
          .indeterminate=${chosen > 0 && chosen < free.length}
          ?disabled=${!this.found.complete || free.length === 0}
          @change=${this.allChanged}
        />
        Выбрать всех найденных ${count}
      </label>
    `;
  }

  private gridView(title: string): TemplateResult {
    const empty = this.found.complete ? 'Никого не найдено. Измените поиск или класс.' : 'Поиск…';
    return html`
      <vaadin-grid
        accessible-name=${title}
        item-id-path="personId"
        .items=${[...this.found.people]}
        @active-item-changed=${this.rowActivated}
      >
        <vaadin-grid-column
          header="Фамилия, имя, отчество"
          flex-grow="1"
          ${columnBodyRenderer<PersonChoice>((person) => this.personView(person), [this.chosen, this.taken])}
        ></vaadin-grid-column>
        <div slot="empty-state" class="muted" style="padding: 32px; text-align: center">${empty}</div>
      </vaadin-grid>
    `;
  }

  private personView(person: PersonChoice): TemplateResult {
    const taken = this.taken.has(person.personId);
    const facts = [person.detail, taken ? 'уже в чате' : '', person.linked ? '' : 'аккаунт не привязан'];
    return html`
      <div class="cell">
        <input
          type="checkbox"
          aria-label=${person.name}
          .checked=${taken || this.chosen.has(person.personId)}
          ?disabled=${taken}
          @change=${() => this.toggle(person)}
        />
        <div class="stack">
          <span class="cut" title=${person.name}>${person.name}</span>
          <span class="cut small muted">${facts.filter((fact) => fact !== '').join(' · ')}</span>
        </div>
      </div>
    `;
  }

  private free(): readonly PersonChoice[] {
    return this.found.people.filter(({ personId }) => !this.taken.has(personId));
  }

  private readonly rowActivated = (event: GridActiveItemChangedEvent<PersonChoice>): void => {
    const person = event.detail.value;
    if (person === null || person === undefined) return;
    this.toggle(person);
    if (event.target instanceof HTMLElement) Object.assign(event.target, { activeItem: null });
  };

  private toggle(person: PersonChoice): void {
    if (this.taken.has(person.personId)) return;
    const chosen = new Map(this.chosen);
    if (!chosen.delete(person.personId)) chosen.set(person.personId, person);
    this.chosen = chosen;
  }

  private readonly allChanged = (event: Event): void => {
    const all = event.target instanceof HTMLInputElement && event.target.checked;
    const chosen = new Map(this.chosen);
    for (const person of this.free()) {
      if (all) chosen.set(person.personId, person);
      else chosen.delete(person.personId);
    }
    this.chosen = chosen;
  };

  private searchChanged(value: string): void {
    if (value === this.search) return;
    this.search = value;
    clearTimeout(this.searchTimer);
    this.searchTimer = setTimeout(() => void this.find(), SEARCH_PAUSE_MS);
  }

  private readonly classChanged = (event: Event): void => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    this.classId = event.target.value;
    void this.find();
  };

  private async load(kind: PersonKind): Promise<void> {
    const finding = this.find();
    if (kind !== 'employee' && this.classes.length === 0) {
      try {
        this.classes = (await this.chats.schoolClasses()).items;
      } catch (error) {
        this.failure = error;
      }
    }
    await finding;
  }

  private async find(): Promise<void> {
    const { kind, classId } = this;
    if (kind === undefined) return;
    this.failure = undefined;
    this.found = NOBODY;
    try {
      await this.reader.find({ kind, classId, query: this.search.trim() });
    } catch (error) {
      this.failure = error;
    }
  }

  private readonly pick = (): void => this.answer([...this.chosen.values()]);

  private readonly cancel = (): void => this.answer(undefined);

  private answer(people: readonly PersonChoice[] | undefined): void {
    this.dispatchEvent(new CustomEvent<readonly PersonChoice[] | undefined>('picked', { detail: people }));
  }
}
