import { css } from 'lit';

/** Window «Добавление чата» / «Редактирование чата». */
export const chatEditorStyles = css`
  :host {
    height: 100%;
    min-height: 520px;
    padding: 16px 16px 0;
  }

  .panel {
    display: flex;
    flex-direction: column;
    gap: 8px;
    flex: 1 1 auto;
    min-height: 220px;
  }

  .members {
    display: flex;
    flex-direction: column;
    flex: 1 1 auto;
    min-height: 0;
    gap: 12px;
  }

  .members vaadin-grid {
    min-height: 140px;
  }

  footer {
    position: sticky;
    bottom: 0;
    z-index: 2;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    flex: none;
    margin: 0 -16px;
    padding: 12px 16px;
    border-top: 1px solid var(--sferum-line);
    background: #fff;
  }

  footer .hint {
    flex: 1 1 200px;
    min-width: 0;
  }

  :host([narrow]) footer .hint {
    flex: 1 1 0;
  }

  .named {
    flex-wrap: wrap;
    row-gap: 0;
  }

  .person {
    font-weight: 500;
  }

  .person.gone {
    color: var(--sferum-muted);
    text-decoration: line-through;
  }

  .mark {
    flex: none;
    padding: 0 8px;
    border-radius: 9px;
    font-size: 12px;
    line-height: 18px;
    color: var(--sferum-muted);
    background: #ebeff5;
    white-space: nowrap;
  }

  .mark.good {
    color: var(--sferum-good);
    background: var(--sferum-good-soft);
  }

  .mark.bad {
    color: var(--sferum-bad);
    background: var(--sferum-bad-soft);
  }

  .mark.info {
    color: var(--sferum-accent);
    background: var(--sferum-accent-soft);
  }

  .tools {
    gap: 2px 12px;
  }

  button.tool {
    padding: 2px 0;
    border: 0;
    border-radius: 3px;
    background: none;
    color: var(--sferum-accent);
    font: inherit;
    cursor: pointer;
    text-align: start;
  }

  button.tool:hover {
    text-decoration: underline;
  }

  button.tool:focus-visible {
    outline: 2px solid var(--sferum-accent);
    outline-offset: 1px;
  }

  label.cell input {
    width: 18px;
    height: 18px;
    margin: 0;
    accent-color: var(--sferum-accent);
  }
`;
