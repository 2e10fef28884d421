import { css, html, nothing, type TemplateResult } from 'lit';
import { errorText } from './api-error.js';
import { iconView, type IconName } from './icon-view.js';

export type NoticeTone = 'info' | 'warning' | 'error' | 'success';

export interface Notice {
  readonly tone: NoticeTone;
  readonly title: string;
  readonly text?: string | undefined;
  /** Buttons or a list below the text. */
  readonly extra?: unknown;
}

const ICONS: Readonly<Record<NoticeTone, IconName>> = { info: 'link', warning: 'bad', error: 'stop', success: 'good' };

export const noticeStyles = css`
  .notice {
    display: flex;
    gap: 10px;
    padding: 10px 12px;
    border-radius: 8px;
    background: var(--notice-soft);
    flex: none;
  }

  .notice > svg.icon {
    color: var(--notice-color);
    margin-top: 1px;
  }

  .notice .body {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 16px;
    flex: 1;
    min-width: 0;
  }

  .notice .words {
    flex: 1 1 260px;
    min-width: 0;
    overflow-wrap: anywhere;
  }

  .notice strong {
    font-weight: 600;
  }

  .notice[data-tone='info'] {
    --notice-color: var(--sferum-accent);
    --notice-soft: var(--sferum-accent-soft);
  }

  .notice[data-tone='success'] {
    --notice-color: var(--sferum-good);
    --notice-soft: var(--sferum-good-soft);
  }

  .notice[data-tone='warning'] {
    --notice-color: var(--sferum-warn);
    --notice-soft: var(--sferum-warn-soft);
  }

  .notice[data-tone='error'] {
    --notice-color: var(--sferum-bad);
    --notice-soft: var(--sferum-bad-soft);
  }
`;

/** A coloured strip with a picture; errors are announced at once by a screen reader. */
export function noticeView({ tone, title, text, extra }: Notice): TemplateResult {
  return html`
    <div class="notice" data-tone=${tone} role=${tone === 'error' ? 'alert' : 'status'}>
      ${iconView(ICONS[tone])}
      <div class="body">
        <div class="words"><strong>${title}</strong>${text === undefined ? nothing : html`<p>${text}</p>`}</div>
        ${extra ?? nothing}
      </div>
    </div>
  `;
}

/** What went wrong, with a button that tries again. */
export function failureView(title: string, error: unknown, retry: () => void): TemplateResult {
  const extra = html`<vaadin-button @click=${retry}>Повторить</vaadin-button>`;
  return noticeView({ tone: 'error', title, text: errorText(error), extra });
}
