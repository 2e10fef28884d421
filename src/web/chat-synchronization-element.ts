import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '@vaadin/button';
import type { ChatEntry, ChatSynchronization } from '../protocol/chat-protocol.js';
import type { ChatClient } from './chat-client.js';
import './modal-element.js';
import { failureView, noticeStyles, noticeView } from './notice-view.js';
import { countText, MEMBER_FORMS } from './plural-text.js';
import { themeStyles } from './theme-styles.js';
import { momentText } from './time-text.js';

/**
 * What synchronising a chat now would do, before it is done.
 *
 * @fires closed - nothing is to be done
 * @fires accepted - it is to be done
 */
@customElement('sferum-chat-synchronization')
export class ChatSynchronizationElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    css`
      :host {
        display: contents;
      }

      h3 {
        margin: 4px 0;
        font-size: 14px;
      }

      ul {
        margin: 0;
        padding-inline-start: 20px;
        max-height: 180px;
        overflow: auto;
      }
    `,
  ];

  @property({ attribute: false }) chats: ChatClient | undefined;
  /** Undefined: closed. */
  @property({ attribute: false }) chat: ChatEntry | undefined;
  @property() timeZone = 'UTC';
  @state() private preview: ChatSynchronization | undefined;
  @state() private failure: unknown;

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('chat');
    if (changed.has('chat') && this.chat?.id !== before?.id) void this.read();
  }

  protected override render(): TemplateResult {
    const { chat, preview } = this;
    return html`
      <sferum-modal
        header="Синхронизация чата${chat === undefined ? '' : ` «${chat.title}»`}"
        .opened=${chat !== undefined}
        @dismissed=${this.close}
      >
        ${this.contentView()}
        <vaadin-button slot="buttons" data-first @click=${this.close}>Отмена</vaadin-button>
        <vaadin-button
          slot="buttons"
          theme="primary"
          ?disabled=${preview === undefined || preview.availableAt !== undefined}
          @click=${this.accept}
          >Синхронизировать</vaadin-button
        >
      </sferum-modal>
    `;
  }

  private contentView(): TemplateResult {
    if (this.failure !== undefined) return failureView('Состав не прочитан', this.failure, this.readAgain);
    if (this.preview === undefined) return html`<p class="muted" role="status">Сверка со школой…</p>`;
    const { preview, timeZone } = this;
    const { coming, leaving } = preview;
    return html`
      <p>Список участников будет прочитан из Сферума и сверен с «Электронной школой». ${compared(preview, timeZone)}</p>
      ${warningView(preview, timeZone)}
      ${coming.length + leaving.length === 0 ? html`<p><strong>Расхождений, известных заранее, нет.</strong></p>` : nothing}
      ${listView('Будут добавлены', coming)}${listView('Будут выведены', leaving)}
      ${
        preview.waiting === 0
          ? nothing
          : html`<p class="muted">Ещё не привязали аккаунт: ${countText(preview.waiting, MEMBER_FORMS)}.</p>`
      }
    `;
  }

  private readonly readAgain = (): void => void this.read();

  private async read(): Promise<void> {
    const { chat, chats } = this;
    this.preview = undefined;
    this.failure = undefined;
    if (chat === undefined || chats === undefined) return;
    try {
      const preview = await chats.synchronization(chat.id);
      if (this.chat?.id === chat.id) this.preview = preview;
    } catch (error) {
      if (this.chat?.id === chat.id) this.failure = error;
    }
  }

  private readonly close = (): void => {
    this.dispatchEvent(new CustomEvent('closed'));
  };

  private readonly accept = (): void => {
    this.dispatchEvent(new CustomEvent('accepted'));
  };
}

function compared({ comparedAt }: ChatSynchronization, timeZone: string): string {
  if (comparedAt === undefined) return 'Раньше этот чат не сверялся.';
  return `Прошлая сверка: ${momentText(comparedAt, timeZone, new Date())}.`;
}

function warningView(preview: ChatSynchronization, timeZone: string): TemplateResult | typeof nothing {
  const { availableAt } = preview;
  if (availableAt !== undefined) {
    const when = momentText(availableAt, timeZone, new Date());
    return noticeView({ tone: 'info', title: 'Чат только что синхронизировали', text: `Повторить можно в ${when}.` });
  }
  if (preview.archives) {
    return noticeView({
      tone: 'warning',
      title: 'Чат уйдёт в архив',
      text: 'Его класса или группы больше нет, либо начался новый учебный год.',
    });
  }
  if (preview.guarded) {
    return noticeView({
      tone: 'warning',
      title: 'Удаление будет ждать подтверждения',
      text: 'Из чата ушло бы больше половины участников.',
    });
  }
  return nothing;
}

function listView(title: string, people: ChatSynchronization['coming']): TemplateResult | typeof nothing {
  if (people.length === 0) return nothing;
  return html`
    <section>
      <h3>${title}: ${countText(people.length, MEMBER_FORMS)}</h3>
      <ul tabindex="0" aria-label=${title}>
        ${people.map(
          ({ name, reasons }) => html`<li>${name} <span class="muted small">${reasons.join(', ')}</span></li>`,
        )}
      </ul>
    </section>
  `;
}
