import { css, html, nothing, type TemplateResult } from 'lit';
import '@vaadin/combo-box';
import type { ComboBoxDataProvider, ComboBoxSelectedItemChangedEvent } from '@vaadin/combo-box';
import { comboBoxRenderer } from '@vaadin/combo-box/lit.js';
import '@vaadin/text-field';
import type { TextFieldValueChangedEvent } from '@vaadin/text-field';
import type { HandMadeKind, StudyGroupChoice } from '../protocol/chat-protocol.js';
import { CHAT_KIND_TITLE } from '../protocol/texts.js';
import type { ChatForm, FormErrors } from './chat-form.js';
import { countText } from './plural-text.js';

const PUPIL_FORMS = ['ученик', 'ученика', 'учеников'] as const;

export interface ChatFields {
  readonly form: ChatForm;
  readonly errors: FormErrors;
  /** What was typed fits no group. */
  readonly noGroupFound: boolean;
  readonly groups: ComboBoxDataProvider<StudyGroupChoice>;
  readonly titleChanged: (title: string) => void;
  readonly kindChanged: (kind: HandMadeKind) => void;
  readonly groupChanged: (group: StudyGroupChoice | undefined) => void;
  readonly ruleTitle: () => void;
}

export const chatFieldsStyles = css`
  .fields {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 2fr);
    gap: 12px 16px;
    flex: none;
  }

  :host([narrow]) .fields {
    grid-template-columns: minmax(0, 1fr);
  }

  .fields .whole {
    grid-column: 1 / -1;
  }

  .field {
    display: flex;
    flex-direction: column;
    gap: 4px;
    min-width: 0;
  }

  .field label {
    font-weight: 500;
  }

  .field select[aria-invalid='true'] {
    border-color: var(--sferum-bad);
  }

  .field .error {
    color: var(--sferum-bad);
  }

  .field .fixed {
    overflow-wrap: anywhere;
  }

  .field select {
    height: 34px;
    background-position-y: 14px;
  }

  [invalid]::part(error-message) {
    color: var(--sferum-bad);
    font-size: 12px;
    line-height: 16px;
  }

  [invalid]::part(input-field) {
    border-color: var(--sferum-bad);
  }

  vaadin-combo-box {
    --_vaadin-icon-chevron-down: linear-gradient(#000, #000);
    --vaadin-combo-box-overlay-max-height: 320px;
    width: 100%;
  }

  vaadin-combo-box::part(clear-button)::before {
    mask-size: 11px;
    mask-position: center;
    mask-repeat: no-repeat;
  }

  vaadin-combo-box::part(toggle-button)::before {
    clip-path: polygon(20% 36%, 30% 28%, 50% 50%, 70% 28%, 80% 36%, 50% 70%);
  }
`;

/** «Наименование чата», «Тип чата», «Предмет/Группа (Класс)». */
export function chatFieldsView(fields: ChatFields): TemplateResult {
  return html`<div class="fields">${titleView(fields)}${kindView(fields)}${groupView(fields)}</div>`;
}

function titleView({ form, errors, titleChanged, ruleTitle }: ChatFields): TemplateResult {
  const { card, title, titleLength } = form;
  const byRule = card?.ruleTitle;
  const own = byRule !== undefined && title.trim() !== byRule;
  return html`
    <div class="whole">
      <vaadin-text-field
        id="title"
        style="width: 100%"
        label="Наименование чата"
        required
        maxlength=${titleLength}
        .value=${title}
        .invalid=${errors.title !== undefined}
        .manualValidation=${true}
        error-message=${errors.title ?? ''}
        @value-changed=${(event: TextFieldValueChangedEvent) => titleChanged(event.detail.value)}
      ></vaadin-text-field>
      ${
        own
          ? html`<div class="row small muted">
              По правилу: «${byRule}».
              <button class="tool" @click=${ruleTitle}>Вернуть наименование к правилу</button>
            </div>`
          : nothing
      }
    </div>
  `;
}

function kindView({ form, errors, kindChanged }: ChatFields): TemplateResult {
  const { card, kind } = form;
  if (card !== undefined) return fixedView('Тип чата', CHAT_KIND_TITLE[card.chat.kind]);
  const changed = (event: Event): void => {
    if (event.target instanceof HTMLSelectElement) kindChanged(event.target.value as HandMadeKind);
  };
  return html`
    <div class="field">
      <label for="kind">Тип чата <span aria-hidden="true" class="bad">*</span></label>
      <select
        id="kind"
        required
        aria-invalid=${errors.kind === undefined ? 'false' : 'true'}
        aria-describedby="kind-error"
        @change=${changed}
      >
        <option value="" disabled ?selected=${kind === undefined}>Выберите тип</option>
        <option value="subject" ?selected=${kind === 'subject'}>${CHAT_KIND_TITLE.subject}</option>
        <option value="other" ?selected=${kind === 'other'}>${CHAT_KIND_TITLE.other}</option>
      </select>
      <div id="kind-error" class="error small">${errors.kind ?? ''}</div>
    </div>
  `;
}

function groupView({ form, errors, groups, noGroupFound, groupChanged }: ChatFields): TemplateResult | typeof nothing {
  const { card, kind, group } = form;
  if (card !== undefined) {
    const source = group?.title ?? card.chat.source;
    const label = group === undefined ? 'Класс' : 'Предмет/Группа (Класс)';
    return source === undefined ? nothing : fixedView(label, source);
  }
  return html`
    <vaadin-combo-box
      id="group"
      label="Предмет/Группа (Класс)"
      placeholder=${kind === 'subject' ? 'Начните вводить предмет, класс или учителя' : ''}
      item-id-path="id"
      item-value-path="id"
      item-label-path="title"
      .dataProvider=${groups}
      .selectedItem=${group ?? null}
      ?disabled=${kind !== 'subject'}
      ?required=${kind === 'subject'}
      .invalid=${errors.groupId !== undefined}
      .manualValidation=${true}
      error-message=${errors.groupId ?? ''}
      helper-text=${noGroupFound ? 'Ничего не найдено. Измените поиск.' : ''}
      clear-button-visible
      @selected-item-changed=${(event: ComboBoxSelectedItemChangedEvent<StudyGroupChoice>) =>
        groupChanged(event.detail.value ?? undefined)}
      ${comboBoxRenderer<StudyGroupChoice>((choice) => choiceView(choice), [])}
    ></vaadin-combo-box>
  `;
}

function choiceView({ title, teacher, students }: StudyGroupChoice): TemplateResult {
  const facts = [teacher?.name ?? 'учитель не назначен', countText(students, PUPIL_FORMS)].join(' · ');
  // The list of choices stands outside this window's style sheet.
  return html`
    <div style="flex: 1; min-width: 0; font-size: 14px; line-height: 18px; overflow-wrap: anywhere">
      ${title}
      <div style="font-size: 12px; line-height: 16px; color: #566176">${facts}</div>
    </div>
  `;
}

function fixedView(label: string, value: string): TemplateResult {
  return html`<div class="field">
    <span class="small muted">${label}</span>
    <span class="fixed">${value}</span>
  </div>`;
}
