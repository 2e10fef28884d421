import { css } from 'lit';

/** Lists that fill their window. */
export const listStyles = css`
  vaadin-grid {
    flex: 1 1 auto;
    height: auto;
    min-height: 180px;
  }

  .list {
    position: relative;
    display: flex;
    flex-direction: column;
    flex: 1 1 auto;
    min-height: 180px;
  }

  .cell {
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
  }

  .stack {
    display: flex;
    flex-direction: column;
    min-width: 0;
    flex: 1 1 auto;
  }

  .number {
    font-variant-numeric: tabular-nums;
  }

  .zero {
    color: var(--sferum-muted);
  }

  .bad {
    color: var(--sferum-bad);
  }

  .warn {
    color: var(--sferum-warn);
  }

  .kind {
    display: grid;
    place-items: center;
    width: 26px;
    height: 26px;
    border-radius: 7px;
    flex: none;
    color: var(--kind-color);
    background: var(--kind-soft);
  }

  .kind svg.icon {
    width: 16px;
    height: 16px;
  }

  .kind[data-kind='teachers'] {
    --kind-color: #1f5fbf;
    --kind-soft: #e5eefb;
  }

  .kind[data-kind='class'],
  .kind[data-kind='lesson'] {
    --kind-color: #1a7446;
    --kind-soft: #e2f3e9;
  }

  .kind[data-kind='guardians'] {
    --kind-color: #97440b;
    --kind-soft: #fdeee1;
  }

  .kind[data-kind='subject'] {
    --kind-color: #6a3fb5;
    --kind-soft: #f0eafb;
  }

  .kind[data-kind='other'],
  .kind[data-kind='call'] {
    --kind-color: #47566f;
    --kind-soft: #ebeff5;
  }

  .state {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-width: 0;
    flex: none;
    max-width: 100%;
    white-space: nowrap;
  }

  .state svg.icon {
    width: 16px;
    height: 16px;
  }

  .state[data-tone='good'] svg {
    color: var(--sferum-good);
  }

  .state[data-tone='busy'] svg {
    color: var(--sferum-accent);
  }

  .state[data-tone='wait'],
  .state[data-tone='wait'] svg {
    color: var(--sferum-warn);
  }

  .state[data-tone='bad'],
  .state[data-tone='bad'] svg {
    color: var(--sferum-bad);
  }

  .state[data-tone='off'],
  .state[data-tone='off'] svg {
    color: var(--sferum-muted);
  }

  button.link {
    display: block;
    max-width: 100%;
    padding: 0;
    border: 0;
    border-radius: 3px;
    background: none;
    color: inherit;
    font: inherit;
    font-weight: 500;
    text-align: start;
    cursor: pointer;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  button.link:hover {
    color: var(--sferum-accent);
    text-decoration: underline;
  }

  button.link:focus-visible,
  select:focus-visible {
    outline: 2px solid var(--sferum-accent);
    outline-offset: 1px;
  }

  select {
    height: 32px;
    max-width: 100%;
    padding: 0 28px 0 10px;
    border: 1px solid var(--vaadin-border-color);
    border-radius: 6px;
    color: inherit;
    font: inherit;
    appearance: none;
    background:
      linear-gradient(45deg, transparent 50%, currentColor 50%) calc(100% - 15px) 13px / 5px 5px no-repeat,
      linear-gradient(-45deg, transparent 50%, currentColor 50%) calc(100% - 10px) 13px / 5px 5px no-repeat,
      #fff;
  }

  .veil {
    position: absolute;
    inset: 34px 1px 1px;
    display: grid;
    place-items: center;
    background: #fff;
    color: var(--sferum-muted);
    border-radius: 6px;
    z-index: 1;
    /* A quick answer never shows it. */
    animation: veil 120ms 250ms backwards;
  }

  @keyframes veil {
    from {
      opacity: 0;
    }
  }
`;

/** A list that is a part of a window: its row of search and buttons above the table. */
export const listPartStyles = css`
  :host {
    flex: 1 1 auto;
    min-height: 0;
    gap: 8px;
  }

  .search {
    flex: 1 1 180px;
    max-width: 320px;
  }

  .actions {
    margin-inline-start: auto;
  }

  :host([narrow]) .search {
    flex-basis: 100%;
    max-width: none;
  }
`;
