import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '@vaadin/button';
import type { CalendarState } from '../protocol/conference-protocol.js';
import type { ConferenceClient } from './conference-client.js';
import { copyText } from './copy-text.js';
import './modal-element.js';
import { failureView, noticeStyles, noticeView } from './notice-view.js';
import { themeStyles } from './theme-styles.js';
import { momentText } from './time-text.js';

/**
 * The dialog «Календарь»: the secret address of a person's own calendar, to be made anew and to be taken back.
 *
 * @fires closed
 */
@customElement('sferum-calendar-dialog')
export class CalendarDialogElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    css`
      :host {
        display: contents;
      }

      input {
        width: 100%;
        height: 34px;
        padding: 0 10px;
        border: 1px solid var(--vaadin-border-color);
        border-radius: 6px;
        color: inherit;
        font: inherit;
      }

      input:focus-visible {
        outline: 2px solid var(--sferum-accent);
        outline-offset: 1px;
      }
    `,
  ];

  @property({ attribute: false }) client: ConferenceClient | undefined;
  @property({ type: Boolean }) opened = false;
  @property() timeZone = 'UTC';
  @state() private calendar: CalendarState | undefined;
  /** Shown once, right after it was made. */
  @state() private url: string | undefined;
  @state() private copied = false;
  @state() private busy = false;
  @state() private failure: unknown;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('opened') || !this.opened) return;
    this.url = undefined;
    this.copied = false;
    void this.act(async (client) => (this.calendar = await client.calendar()));
  }

  protected override render(): TemplateResult {
    const { calendar, busy } = this;
    const exists = calendar?.createdAt !== undefined;
    return html`
      <sferum-modal header="Календарь видеоконференций" .opened=${this.opened} @dismissed=${this.close}>
        ${this.contentView()}
        ${
          exists
            ? html`<vaadin-button slot="buttons" theme="danger" ?disabled=${busy} @click=${this.revoke}
                >Отключить</vaadin-button
              >`
            : nothing
        }
        <vaadin-button slot="buttons" ?disabled=${busy || calendar === undefined} @click=${this.create}
          >${exists ? 'Создать новый адрес' : 'Создать адрес'}</vaadin-button
        >
        <vaadin-button slot="buttons" theme="primary" data-first @click=${this.close}>Готово</vaadin-button>
      </sferum-modal>
    `;
  }

  private contentView(): TemplateResult {
    const { calendar, url } = this;
    if (this.failure !== undefined) return failureView('Не получилось', this.failure, this.readAgain);
    if (calendar === undefined) return html`<p class="muted" role="status">Загрузка…</p>`;
    return html`
      <p>
        Ваши видеоконференции и онлайн-уроки появятся в календаре телефона или компьютера и будут обновляться сами.
        Ссылки ведут в «Электронную школу».
      </p>
      ${url === undefined ? this.stateView(calendar) : this.addressView(url)}
    `;
  }

  private stateView({ createdAt }: CalendarState): TemplateResult {
    if (createdAt === undefined) return html`<p class="muted">Адрес ещё не создан.</p>`;
    return html`<p class="muted">
      Адрес создан ${momentText(createdAt, this.timeZone, new Date())}. Он показывается один раз; если адрес потерян или
      попал к чужим, создайте новый — прежний перестанет работать.
    </p>`;
  }

  private addressView(url: string): TemplateResult {
    const select = (event: Event): void => (event.target as HTMLInputElement).select();
    return html`
      <input readonly aria-label="Адрес календаря" .value=${url} @focus=${select} />
      <div class="row">
        <vaadin-button @click=${this.copy}>Скопировать адрес</vaadin-button>
        <span class="muted small" role="status">${this.copied ? 'Скопировано.' : ''}</span>
      </div>
      ${noticeView({
        tone: 'warning',
        title: 'Адрес показывается один раз',
        text: 'Добавьте его в календарь как подписку. Никому не передавайте: по нему видно ваше расписание.',
      })}
    `;
  }

  private readonly copy = async (): Promise<void> => {
    this.copied = this.url !== undefined && (await copyText(this.url));
    if (!this.copied) this.renderRoot.querySelector('input')?.select();
  };

  private readonly create = (): void =>
    void this.act(async (client) => {
      const { url, ...calendar } = await client.createCalendar();
      this.calendar = calendar;
      this.url = url;
      this.copied = false;
    });

  private readonly revoke = (): void =>
    void this.act(async (client) => {
      this.calendar = await client.revokeCalendar();
      this.url = undefined;
    });

  private readonly readAgain = (): void => void this.act(async (client) => (this.calendar = await client.calendar()));

  private async act(action: (client: ConferenceClient) => Promise<unknown>): Promise<void> {
    if (this.client === undefined || this.busy) return;
    this.busy = true;
    this.failure = undefined;
    try {
      await action(this.client);
    } catch (error) {
      this.failure = error;
    } finally {
      this.busy = false;
    }
  }

  private readonly close = (): void => {
    this.dispatchEvent(new CustomEvent('closed'));
  };
}
