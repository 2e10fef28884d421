import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '@vaadin/progress-bar';
import type { Progress } from '../protocol/protocol.js';
import { ApiError } from './api-error.js';
import { noticeStyles, noticeView } from './notice-view.js';
import { progressText, type ProgressText } from './progress-text.js';
import { themeStyles } from './theme-styles.js';
import type { WindowContext } from './window-element.js';

/** How far the school's deliveries are, in one strip. Shows nothing to those who may not see it. */
@customElement('sferum-progress-strip')
export class ProgressStripElement extends LitElement {
  static override styles = [
    themeStyles,
    noticeStyles,
    css`
      :host {
        gap: 6px;
        flex: none;
      }

      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 0;
        color: var(--sferum-muted);
        font-variant-numeric: tabular-nums;
      }

      .facts span:not(:last-child)::after {
        content: '·';
        margin: 0 8px;
        color: var(--sferum-muted);
        font-weight: 400;
      }

      .facts .lead {
        color: var(--sferum-text);
        font-weight: 600;
      }

      @media (max-width: 640px) {
        .facts {
          font-size: 12px;
          line-height: 16px;
        }
      }
    `,
  ];

  @property({ attribute: false }) context: WindowContext | undefined;
  @state() private progress: Progress | undefined;

  async refresh(): Promise<void> {
    if (this.context === undefined) return;
    try {
      this.progress = await this.context.api.progress();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 403) throw error;
      this.progress = undefined;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    this.hidden = this.progress === undefined || this.context === undefined;
    if (this.progress === undefined || this.context === undefined) return nothing;
    const text = progressText(this.progress, this.context.session.organization.timeZone, new Date());
    if (text.tone === 'calm' || text.tone === 'running')
      return html`${this.factsView(text, text.headline)}${barView(text)}`;
    const { tone, headline: title, advice } = text;
    return html`${noticeView({ tone, title, text: advice })}${this.factsView(text)}${barView(text)}`;
  }

  private factsView(text: ProgressText, lead?: string): TemplateResult | typeof nothing {
    const facts = text.facts.map((fact) => html`<span>${fact}</span>`);
    if (lead === undefined && facts.length === 0) return nothing;
    return html`<div class="facts">
      ${lead === undefined ? nothing : html`<span class="lead">${lead}</span>`}${facts}
    </div>`;
  }
}

function barView({ share }: ProgressText): TemplateResult | typeof nothing {
  if (share === undefined) return nothing;
  return html`<vaadin-progress-bar aria-label="Обновление чатов" .value=${share}></vaadin-progress-bar>`;
}
