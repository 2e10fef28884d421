import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import '@vaadin/combo-box';
import type { ComboBoxValueChangedEvent } from '@vaadin/combo-box';
import '@vaadin/text-field';
import type { TextField } from '@vaadin/text-field';
import { clockOfTyped, dayOfTyped, isDay, OFFERED_CLOCKS, typedDay } from './conference-typed-time.js';
import { iconView } from './icon-view.js';

interface TimeField {
  readonly id: string;
  /** Shown above the field; empty: only `name` is said. */
  readonly label: string;
  /** Accessible name where no label is shown. */
  readonly name?: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
  readonly changed: (value: string) => void;
}

export const conferenceTimeStyles = css`
  .calendar {
    position: relative;
    display: flex;
  }

  .calendar button {
    display: flex;
    padding: 1px;
    border: 0;
    border-radius: 4px;
    background: none;
    color: var(--sferum-muted);
    cursor: pointer;
  }

  .calendar button:disabled {
    cursor: default;
  }

  .calendar button:focus-visible {
    outline: 2px solid var(--sferum-accent);
  }

  /* Only its calendar is used: what it shows follows the browser's language, not the page's. */
  .calendar input {
    position: absolute;
    inset: auto 0 0 auto;
    width: 1px;
    height: 1px;
    padding: 0;
    border: 0;
    opacity: 0;
    pointer-events: none;
  }

  vaadin-text-field.day,
  vaadin-combo-box.clock {
    width: 100%;
    font-variant-numeric: tabular-nums;
  }
`;

/** A date, typed as «24.11.2026» or picked in the browser's calendar. */
export function dayFieldView({ id, label, name, value, error, disabled, changed }: TimeField): TemplateResult {
  const typed = ({ target }: Event): void => {
    const field = target as TextField;
    const day = dayOfTyped(field.value) ?? field.value.trim();
    field.value = typedDay(day);
    changed(day);
  };
  return html`
    <vaadin-text-field
      id=${id}
      class="day"
      label=${label || nothing}
      accessible-name=${name ?? nothing}
      placeholder="дд.мм.гггг"
      autocomplete="off"
      required
      .value=${typedDay(value)}
      .disabled=${disabled ?? false}
      .invalid=${error !== undefined}
      .manualValidation=${true}
      error-message=${error ?? ''}
      @change=${typed}
    >
      <span slot="suffix" class="calendar">${calendarView(value, disabled ?? false, changed)}</span>
    </vaadin-text-field>
  `;
}

function calendarView(value: string, disabled: boolean, changed: (value: string) => void): TemplateResult {
  const open = ({ currentTarget }: Event): void => {
    const input = currentTarget instanceof HTMLElement ? currentTarget.nextElementSibling : null;
    if (input instanceof HTMLInputElement) input.showPicker();
  };
  const picked = (event: Event): void => {
    event.stopPropagation();
    if (event.target instanceof HTMLInputElement && event.target.value !== '') changed(event.target.value);
  };
  return html`
    <button type="button" aria-label="Открыть календарь" ?disabled=${disabled} @click=${open}>
      ${iconView('calendar')}
    </button>
    <input type="date" tabindex="-1" aria-hidden="true" .value=${live(isDay(value) ? value : '')} @change=${picked} />
  `;
}

/** A time, typed as «10:30» or picked from a list of quarters of an hour. */
export function clockFieldView({ id, label, value, error, disabled, changed }: TimeField): TemplateResult {
  const entered = ({ detail, target }: ComboBoxValueChangedEvent & { readonly target: EventTarget | null }): void => {
    const next = clockOfTyped(detail.value) ?? detail.value.trim();
    // Writing it the usual way announces it once more.
    if (next !== detail.value && target !== null) Object.assign(target, { value: next });
    else if (next !== value) changed(next);
  };
  return html`
    <vaadin-combo-box
      id=${id}
      class="clock"
      label=${label}
      placeholder="чч:мм"
      required
      allow-custom-value
      .items=${OFFERED_CLOCKS}
      .value=${live(value)}
      .disabled=${disabled ?? false}
      .invalid=${error !== undefined}
      .manualValidation=${true}
      error-message=${error ?? ''}
      @value-changed=${entered}
    ></vaadin-combo-box>
  `;
}
