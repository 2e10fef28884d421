import { html, nothing, type TemplateResult } from 'lit';
import { countText, MEMBER_FORMS } from './plural-text.js';

/** More names than these are folded. */
const NAMES_IN_SIGHT = 6;

/** Names after what they have in common: a few in a line, more behind a line that opens. */
export function namesView(label: string, names: readonly string[]): TemplateResult | typeof nothing {
  if (names.length === 0) return nothing;
  if (names.length <= NAMES_IN_SIGHT) {
    return html`<p style="flex-basis: 100%"><span class="muted">${label}:</span> ${names.join(', ')}</p>`;
  }
  return html`
    <details style="flex-basis: 100%">
      <summary>${label}: ${countText(names.length, MEMBER_FORMS)}</summary>
      <ul tabindex="0" aria-label=${label} style="margin: 4px 0 0; max-height: 140px; overflow: auto">
        ${names.map((name) => html`<li>${name}</li>`)}
      </ul>
    </details>
  `;
}
