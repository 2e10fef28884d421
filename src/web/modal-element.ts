import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { themeStyles } from './theme-styles.js';

/**
 * A window over a window: header, content in the default slot, buttons in the slot `buttons`. Focus goes to the child
 * with the attribute `data-first` and, when it closes, back to where it was.
 *
 * @fires dismissed - Escape was pressed
 */
@customElement('sferum-modal')
export class ModalElement extends LitElement {
  static override styles = [
    themeStyles,
    css`
      :host {
        display: contents;
      }

      dialog {
        width: min(480px, calc(100vw - 24px));
        max-height: calc(100dvh - 24px);
        padding: 0;
        border: 0;
        border-radius: 12px;
        color: var(--sferum-text);
        background: #fff;
        box-shadow: 0 16px 48px rgb(16 28 52 / 28%);
        overflow: hidden;
      }

      :host([wide]) dialog {
        width: min(760px, calc(100vw - 24px));
      }

      :host([tall]) dialog {
        height: min(640px, calc(100dvh - 24px));
      }

      dialog[open] {
        display: flex;
        flex-direction: column;
      }

      dialog::backdrop {
        background: rgb(20 28 44 / 35%);
      }

      h2 {
        padding: 18px 20px 0;
        flex: none;
      }

      .content {
        display: flex;
        flex-direction: column;
        gap: 12px;
        flex: 1 1 auto;
        min-height: 0;
        padding: 12px 20px 16px;
        overflow: auto;
        overflow-wrap: anywhere;
      }

      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 8px;
        flex: none;
        padding: 12px 20px;
        border-top: 1px solid var(--sferum-line);
      }
    `,
  ];

  @property() header = '';
  @property({ type: Boolean, reflect: true }) wide = false;
  @property({ type: Boolean, reflect: true }) tall = false;
  /** `alertdialog` where the answer matters before anything else goes on. */
  @property() kind: 'dialog' | 'alertdialog' = 'dialog';
  @property({ type: Boolean }) opened = false;
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('opened') || this.opened === this.dialog.open) return;
    if (!this.opened) return this.dialog.close();
    this.dialog.showModal();
    // Children are rendered by whoever holds this element, in the same turn but after it.
    queueMicrotask(() => this.querySelector<HTMLElement>('[data-first]')?.focus());
  }

  protected override render(): TemplateResult {
    return html`
      <dialog role=${this.kind} aria-labelledby="header" @cancel=${this.dismiss}>
        <h2 id="header">${this.header}</h2>
        <div class="content"><slot></slot></div>
        <div class="buttons"><slot name="buttons"></slot></div>
      </dialog>
    `;
  }

  private readonly dismiss = (event: Event): void => {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent('dismissed'));
  };
}
