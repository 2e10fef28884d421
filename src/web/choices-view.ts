import { css, html, nothing, type TemplateResult } from 'lit';
import '@vaadin/button';

/** One way out of a question. */
export interface Choice {
  readonly label: string;
  /** What it does, in one sentence. */
  readonly help: string;
  readonly choose: () => void;
  /** For screen readers where several choices bear one label; begins with it. */
  readonly spoken?: string | undefined;
  /** What the choice is about, above it. */
  readonly about?: TemplateResult | undefined;
}

export const choicesStyles = css`
  ul.choices {
    display: flex;
    flex-direction: column;
    gap: 8px;
    flex: 1 1 100%;
    min-width: 0;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  ul.choices > li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 12px;
    overflow-wrap: anywhere;
  }

  ul.choices vaadin-button {
    flex: none;
    min-width: 180px;
  }

  ul.choices .help {
    flex: 1 1 220px;
    min-width: 0;
  }

  ul.choices .about {
    flex: 1 1 100%;
    min-width: 0;
  }

  ul.choices > li:has(.about) {
    padding-bottom: 8px;
    border-bottom: 1px solid rgb(138 83 0 / 18%);
  }
`;

/** Buttons, each with what it does. */
export function choicesView(choices: readonly Choice[], busy: boolean): TemplateResult {
  return html`<ul class="choices">
    ${choices.map(
      ({ label, help, choose, spoken, about }) =>
        html`<li>
          ${about === undefined ? nothing : html`<div class="about">${about}</div>`}
          <vaadin-button aria-label=${spoken ?? label} ?disabled=${busy} @click=${choose}>${label}</vaadin-button>
          <span class="help small">${help}</span>
        </li>`,
    )}
  </ul>`;
}
