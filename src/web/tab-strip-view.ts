import { css, html, type TemplateResult } from 'lit';

export interface TabStrip {
  /** Accessible name of the strip. */
  readonly label: string;
  /** `id` becomes the tab's element id `tab-<id>`, for the panel's `aria-labelledby`. */
  readonly tabs: readonly { readonly id: string; readonly title: string; readonly count?: string }[];
  readonly selected: number;
  readonly select: (index: number) => void;
}

export const tabStripStyles = css`
  .tabs {
    display: flex;
    gap: 4px;
    flex: none;
    overflow-x: auto;
    scrollbar-width: none;
    box-shadow: inset 0 -1px var(--sferum-line);
  }

  .tabs button {
    flex: none;
    padding: 9px 12px;
    border: 0;
    border-radius: 4px 4px 0 0;
    background: none;
    color: var(--sferum-muted);
    font: inherit;
    font-weight: 500;
    cursor: pointer;
  }

  .tabs button:hover {
    color: var(--sferum-text);
  }

  .tabs button[aria-selected='true'] {
    color: var(--sferum-accent);
    box-shadow: inset 0 -2px var(--sferum-accent);
  }

  .tabs button:focus-visible {
    outline: 2px solid var(--sferum-accent);
    outline-offset: -2px;
  }

  .tabs .count {
    margin-inline-start: 4px;
    color: var(--sferum-muted);
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }
`;

/**
 * A row of tabs by the ARIA pattern (arrows, Home, End). Own, because the shadow tree of `vaadin-tabs` puts a focusable
 * element between the list and its tabs, which breaks the list for screen readers (axe: aria-required-children).
 */
export function tabStripView({ label, tabs, selected, select }: TabStrip): TemplateResult {
  const move = (event: KeyboardEvent): void => {
    const next = targetOf(event.key, selected, tabs.length);
    if (next === undefined) return;
    event.preventDefault();
    select(next);
    const strip = event.currentTarget;
    if (strip instanceof HTMLElement) strip.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${label} @keydown=${move}>
      ${tabs.map(
        ({ id, title, count }, index) =>
          html`<button
            type="button"
            role="tab"
            id="tab-${id}"
            aria-selected=${index === selected ? 'true' : 'false'}
            tabindex=${index === selected ? 0 : -1}
            @click=${() => select(index)}
          >
            ${title}${count === undefined ? '' : html` <span class="count">${count}</span>`}
          </button>`,
      )}
    </div>
  `;
}

function targetOf(key: string, selected: number, length: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (selected + 1) % length;
    case 'ArrowLeft':
      return (selected + length - 1) % length;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return undefined;
  }
}
