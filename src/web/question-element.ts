import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import '@vaadin/button';
import { themeStyles } from './theme-styles.js';

/**
 * A question with «Да» and «Нет» over the page; Escape means «Нет». The text stands in the slot.
 *
 * @fires answered - `detail` is true for «Да»
 */
@customElement('sferum-question')
export class QuestionElement extends LitElement {
  static override styles = [
    themeStyles,
    css`
      :host {
        display: contents;
      }

      dialog {
        width: min(440px, calc(100vw - 32px));
        padding: 20px;
        border: 0;
        border-radius: 12px;
        color: var(--sferum-text);
        background: #fff;
        box-shadow: 0 16px 48px rgb(16 28 52 / 28%);
      }

      dialog::backdrop {
        background: rgb(20 28 44 / 35%);
      }

      .text {
        margin: 8px 0 20px;
        overflow-wrap: anywhere;
      }

      .row {
        justify-content: flex-end;
      }

      vaadin-button {
        min-width: 72px;
      }
    `,
  ];

  /** The question itself. */
  @property() header = '';
  /** The answer «Да» takes something away. */
  @property({ type: Boolean }) danger = false;
  @property({ type: Boolean }) opened = false;
  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('.first') private readonly first!: HTMLElement;

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('opened') || this.opened === this.dialog.open) return;
    if (!this.opened) return this.dialog.close();
    this.dialog.showModal();
    this.first.focus();
  }

  protected override render(): TemplateResult {
    return html`
      <dialog role="alertdialog" aria-labelledby="header" aria-describedby="text" @cancel=${this.refuse}>
        <h2 id="header">${this.header}</h2>
        <div class="text" id="text"><slot></slot></div>
        <div class="row">
          <vaadin-button class=${this.danger ? 'first' : ''} @click=${this.refuse}>Нет</vaadin-button>
          <vaadin-button
            class=${this.danger ? '' : 'first'}
            theme=${this.danger ? 'primary danger' : 'primary'}
            @click=${this.agree}
            >Да</vaadin-button
          >
        </div>
      </dialog>
    `;
  }

  private readonly agree = (): void => this.answer(true);

  private readonly refuse = (event: Event): void => {
    event.preventDefault();
    this.answer(false);
  };

  private answer(yes: boolean): void {
    this.dispatchEvent(new CustomEvent<boolean>('answered', { detail: yes }));
  }
}
