import { css } from 'lit';

/**
 * The look of every window: values for the tokens of Vaadin's base styles, plus the few classes that windows share.
 * Colours are plain so that contrast can be checked; text on its ground is at least 4.5 : 1.
 */
export const themeStyles = css`
  :host {
    color-scheme: light;
    --sferum-text: #1c2433;
    --sferum-muted: #566176;
    --sferum-line: #dde2ea;
    --sferum-ground: #ffffff;
    --sferum-soft: #f5f7fa;
    --sferum-accent: #1f5fbf;
    --sferum-accent-soft: #eaf1fc;
    --sferum-good: #1a7446;
    --sferum-good-soft: #e6f4ec;
    --sferum-warn: #8a5300;
    --sferum-warn-soft: #fff5e1;
    --sferum-bad: #b3261e;
    --sferum-bad-soft: #fdeceb;
    --vaadin-background-color: var(--sferum-ground);
    --vaadin-background-container: var(--sferum-soft);
    --vaadin-background-container-strong: #e9edf3;
    --vaadin-border-color: #b4bdcb;
    --vaadin-border-color-secondary: var(--sferum-line);
    --vaadin-text-color: var(--sferum-text);
    --vaadin-text-color-secondary: var(--sferum-muted);
    --vaadin-text-color-disabled: #8b94a5;
    --vaadin-focus-ring-color: var(--sferum-accent);
    --vaadin-clickable-cursor: pointer;
    --vaadin-padding-xs: 4px;
    --vaadin-grid-header-font-size: 12px;
    --vaadin-grid-header-font-weight: 600;
    --vaadin-grid-header-text-color: var(--sferum-muted);
    --vaadin-grid-cell-padding: 6px 10px;
    --vaadin-grid-border-color: var(--sferum-line);
    --vaadin-grid-row-hover-background-color: #f3f6fb;
    --vaadin-grid-row-selected-background-color: rgb(31 95 191 / 13%);
    --vaadin-progress-bar-value-background: var(--sferum-accent);
    --vaadin-progress-bar-height: 6px;
    --vaadin-progress-bar-border-width: 0px;
    --vaadin-progress-bar-background: #dfe5ee;
    --vaadin-button-font-weight: 500;
    --vaadin-button-padding: 5px 14px;
    /* Vaadin's own icons are data: addresses, which the host's content policy refuses; these are drawn by the style sheet. */
    --_vaadin-icon-sort: linear-gradient(#000, #000);
    --_vaadin-icon-checkmark: linear-gradient(#000, #000);
    --_vaadin-icon-cross:
      linear-gradient(45deg, transparent 46%, #000 46% 54%, transparent 54%),
      linear-gradient(-45deg, transparent 46%, #000 46% 54%, transparent 54%);
    display: flex;
    flex-direction: column;
    gap: 12px;
    box-sizing: border-box;
    min-width: 0;
    color: var(--sferum-text);
    background: var(--sferum-ground);
    font:
      14px/20px system-ui,
      'Segoe UI',
      Roboto,
      'Noto Sans',
      Arial,
      sans-serif;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  * {
    box-sizing: border-box;
  }

  vaadin-button[theme~='primary'] {
    --vaadin-button-background: var(--sferum-accent);
    --vaadin-button-text-color: #fff;
    --vaadin-button-border-color: transparent;
  }

  vaadin-button[theme~='primary']:hover {
    --vaadin-button-background: #194f9f;
  }

  vaadin-button[theme~='danger'] {
    --vaadin-button-text-color: var(--sferum-bad);
    --vaadin-button-border-color: #e3b1ae;
    --vaadin-button-background: #fff;
  }

  vaadin-button[theme~='primary'][theme~='danger'] {
    --vaadin-button-background: var(--sferum-bad);
    --vaadin-button-text-color: #fff;
  }

  vaadin-button[disabled] {
    --vaadin-button-background: var(--sferum-soft);
    --vaadin-button-text-color: var(--vaadin-text-color-disabled);
  }

  vaadin-grid-sorter::part(indicators)::before {
    height: 12px !important;
    padding: 0 !important;
    clip-path: polygon(0 42%, 50% 0, 100% 42%, 0 42%, 0 58%, 50% 100%, 100% 58%, 0 58%);
  }

  vaadin-grid-sorter[direction='asc']::part(indicators)::before {
    clip-path: polygon(0 46%, 50% 4%, 100% 46%);
  }

  vaadin-grid-sorter[direction='desc']::part(indicators)::before {
    clip-path: polygon(0 54%, 50% 96%, 100% 54%);
  }

  vaadin-text-field::part(clear-button)::before {
    mask-size: 11px;
    mask-position: center;
    mask-repeat: no-repeat;
  }

  vaadin-checkbox[checked]::part(checkbox) {
    background: var(--sferum-accent);
    border-color: transparent;
  }

  vaadin-checkbox::part(checkbox)::after {
    clip-path: polygon(14% 53%, 24% 43%, 42% 60%, 76% 24%, 86% 34%, 42% 80%);
  }

  h2 {
    margin: 0;
    font-size: 18px;
    line-height: 24px;
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  p {
    margin: 0;
  }

  .muted {
    color: var(--sferum-muted);
  }

  .small {
    font-size: 12px;
    line-height: 16px;
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }

  .grow {
    flex: 1 1 0;
    min-width: 0;
  }

  .cut {
    display: block;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .clamp {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    white-space: normal;
    overflow-wrap: anywhere;
  }

  svg.icon {
    width: 18px;
    height: 18px;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
`;
