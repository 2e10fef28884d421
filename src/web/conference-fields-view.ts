import { css, html, nothing, type TemplateResult } from 'lit';
import '@vaadin/combo-box';
import type { ComboBoxDataProvider, ComboBoxSelectedItemChangedEvent } from '@vaadin/combo-box';
import { comboBoxRenderer } from '@vaadin/combo-box/lit.js';
import '@vaadin/text-field';
import type { TextFieldValueChangedEvent } from '@vaadin/text-field';
import type { ConferenceChatChoice, ConferenceKind } from '../protocol/conference-protocol.js';
import { CONFERENCE_FORM_TEXT } from '../protocol/conference-texts.js';
import { CHAT_KIND_TITLE, CONFERENCE_KIND_TITLE } from '../protocol/texts.js';
import {
  differsFromTimetable,
  hasBegun,
  ruleOfLesson,
  type ChosenChat,
  type ConferenceErrors,
  type ConferenceForm,
  type LessonTimes,
} from './conference-form.js';
import { clockFieldView, dayFieldView } from './conference-time-view.js';
import { typedDay } from './conference-typed-time.js';
import { iconView } from './icon-view.js';
import { joinedLessonsView } from './joined-lessons-view.js';
import { countText, MEMBER_FORMS } from './plural-text.js';

export interface ConferenceFields {
  readonly form: ConferenceForm;
  readonly errors: ConferenceErrors;
  /** «UTC+5» */
  readonly zone: string;
  /** What was typed fits no chat. */
  readonly noChatFound: boolean;
  readonly chats: ComboBoxDataProvider<ConferenceChatChoice>;
  readonly titleChanged: (title: string) => void;
  readonly kindChanged: (kind: ConferenceKind) => void;
  readonly chatChanged: (chat: ChosenChat | undefined) => void;
  readonly pickLesson: () => void;
  readonly clearLesson: () => void;
  readonly joinLesson: () => void;
  readonly leaveLesson: (lessonId: string) => void;
  readonly timeChanged: (change: Partial<LessonTimes>, field: keyof LessonTimes) => void;
}

export const conferenceFieldsStyles = css`
  .fields .times {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 148px 156px 156px;
    gap: 12px 16px;
    grid-column: 1 / -1;
  }

  :host([narrow]) .fields .times {
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  }

  :host([narrow]) .fields .times > :nth-child(-n + 2) {
    grid-column: 1 / -1;
  }

  .picked[data-invalid] {
    border-color: var(--sferum-bad);
  }

  .picked[data-disabled] {
    color: var(--sferum-muted);
    background: var(--sferum-soft);
  }

  .picked button:focus-visible {
    outline: 2px solid var(--sferum-accent);
    outline-offset: -1px;
  }

  .picked {
    display: flex;
    align-items: stretch;
    min-height: 34px;
    border: 1px solid var(--vaadin-border-color);
    border-radius: 6px;
    background: #fff;
  }

  .picked button {
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 34px;
    padding: 6px 8px;
    border: 0;
    border-radius: 5px;
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
    cursor: pointer;
  }

  .picked button.value {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }

  .picked button:disabled {
    cursor: default;
  }

  .picked button:hover:not(:disabled) {
    background: var(--sferum-soft);
  }

  .fields .field {
    gap: 6px;
  }

  .fields .error:empty {
    display: none;
  }

  .fields ::part(required-indicator) {
    color: var(--sferum-bad);
  }

  .zone {
    grid-column: 1 / -1;
  }
`;

/** The fields of the form, in the order of the manual. */
export function conferenceFieldsView(fields: ConferenceFields): TemplateResult {
  return html`
    <div class="fields">
      ${titleView(fields)}${kindView(fields)}${chatView(fields)}
      <div class="times">
        ${lessonView(fields)}${dateView(fields)}${clockView(fields, 'startTime')}${clockView(fields, 'endTime')}
      </div>
      ${zoneView(fields)}${joinedView(fields)}
    </div>
  `;
}

function joinedView({ form, errors, joinLesson, leaveLesson }: ConferenceFields): TemplateResult | typeof nothing {
  return joinedLessonsView({ form, error: errors.joinedLessonIds, add: joinLesson, remove: leaveLesson });
}

function titleView({ form, errors, titleChanged }: ConferenceFields): TemplateResult {
  return html`
    <vaadin-text-field
      id="title"
      class="whole"
      label=${CONFERENCE_FORM_TEXT.title}
      ?required=${form.kind === 'call'}
      .placeholder=${form.kind === 'lesson' ? form.offeredTitle : ''}
      maxlength=${form.titleLength}
      .value=${form.title}
      .invalid=${errors.title !== undefined}
      .manualValidation=${true}
      error-message=${errors.title ?? ''}
      @value-changed=${(event: TextFieldValueChangedEvent) => titleChanged(event.detail.value)}
    ></vaadin-text-field>
  `;
}

function kindView({ form, errors, kindChanged }: ConferenceFields): TemplateResult {
  const changed = (event: Event): void => {
    if (event.target instanceof HTMLSelectElement) kindChanged(event.target.value as ConferenceKind);
  };
  return html`
    <div class="field">
      ${labelView('kind', CONFERENCE_FORM_TEXT.kind, true)}
      <select
        id="kind"
        required
        ?disabled=${hasBegun(form)}
        aria-invalid=${errors.kind === undefined ? 'false' : 'true'}
        aria-describedby="kind-error"
        @change=${changed}
      >
        ${(['lesson', 'call'] as const).map(
          (kind) => html`<option value=${kind} ?selected=${form.kind === kind}>${CONFERENCE_KIND_TITLE[kind]}</option>`,
        )}
      </select>
      ${errorView('kind', errors.kind)}
    </div>
  `;
}

function chatView({ form, errors, chats, noChatFound, chatChanged }: ConferenceFields): TemplateResult {
  const optional = form.card !== undefined && form.card.conference.chatId === undefined;
  return html`
    <vaadin-combo-box
      id="chatId"
      label=${CONFERENCE_FORM_TEXT.chat}
      placeholder="Выберите чат или начните вводить название"
      item-id-path="id"
      item-value-path="id"
      item-label-path="title"
      .dataProvider=${chats}
      .selectedItem=${form.chat ?? null}
      ?disabled=${hasBegun(form)}
      ?required=${!optional}
      .invalid=${errors.chatId !== undefined}
      .manualValidation=${true}
      error-message=${errors.chatId ?? ''}
      helper-text=${noChatFound ? 'Ничего не найдено. Измените поиск.' : ''}
      @selected-item-changed=${(event: ComboBoxSelectedItemChangedEvent<ConferenceChatChoice>) =>
        chatChanged(event.detail.value ?? undefined)}
      ${comboBoxRenderer<ConferenceChatChoice>((choice) => choiceView(choice), [])}
    ></vaadin-combo-box>
  `;
}

function choiceView({ kind, title, source, members }: ConferenceChatChoice): TemplateResult {
  const facts = [CHAT_KIND_TITLE[kind], source ?? '', countText(members, MEMBER_FORMS)];
  // The list of choices stands outside this window's style sheet.
  return html`
    <div style="flex: 1; min-width: 0; font-size: 14px; line-height: 18px; overflow-wrap: anywhere">
      ${title}
      <div style="font-size: 12px; line-height: 16px; color: #566176">
        ${facts.filter((fact) => fact !== '').join(' · ')}
      </div>
    </div>
  `;
}

function lessonView({ form, errors, pickLesson, clearLesson }: ConferenceFields): TemplateResult {
  const rule = ruleOfLesson(form);
  const { lesson } = form;
  const disabled = rule === 'forbidden' || hasBegun(form);
  const empty = rule === 'forbidden' ? 'Для видеозвонка урок не выбирается' : 'Выберите урок из расписания';
  const shown = lesson === undefined ? html`<span class="muted">${empty}</span>` : lesson.title;
  return html`
    <div class="field">
      <span id="lesson-label" style="font-weight: 500"
        >${CONFERENCE_FORM_TEXT.lesson}${rule === 'required' ? html` <span aria-hidden="true" class="bad">*</span>` : nothing}</span
      >
      <div class="picked" ?data-disabled=${disabled} ?data-invalid=${errors.lessonId !== undefined}>
        <button
          id="lessonId"
          class="value"
          type="button"
          aria-haspopup="dialog"
          aria-labelledby="lesson-label lesson-value"
          aria-describedby="lessonId-error"
          ?disabled=${disabled}
          @click=${pickLesson}
        >
          ${iconView('lesson')}<span id="lesson-value">${shown}</span>
        </button>
        ${
          lesson === undefined || disabled
            ? nothing
            : html`<button type="button" aria-label="Убрать урок" @click=${clearLesson}>${iconView('cross')}</button>`
        }
      </div>
      ${errorView('lessonId', errors.lessonId)}
    </div>
  `;
}

function dateView({ form, errors, timeChanged }: ConferenceFields): TemplateResult {
  return dayFieldView({
    id: 'date',
    label: CONFERENCE_FORM_TEXT.date,
    value: form.date,
    error: errors.date,
    disabled: hasBegun(form),
    changed: (date) => timeChanged({ date }, 'date'),
  });
}

function clockView({ form, errors, timeChanged }: ConferenceFields, field: 'startTime' | 'endTime'): TemplateResult {
  return clockFieldView({
    id: field,
    label: CONFERENCE_FORM_TEXT[field],
    value: form[field],
    error: errors[field],
    disabled: field === 'startTime' && hasBegun(form),
    changed: (time) => timeChanged({ [field]: time }, field),
  });
}

/** Whose clock it is, and what the timetable says where the form says something else. */
function zoneView({ form, zone, timeChanged }: ConferenceFields): TemplateResult {
  const times = form.lesson?.times;
  const off = form.card?.conference.ownLessonOff === true && form.lesson?.id === form.card.conference.lessonId;
  const differs = times !== undefined && differsFromTimetable(form) && !hasBegun(form);
  return html`
    <div class="zone row small muted">
      <span>Время школы: ${zone}.</span>
      ${off ? html`<span class="warn">Урок отменён, онлайн-урок идёт для присоединённых классов.</span>` : nothing}
      ${
        differs
          ? html`<span class="warn">В расписании: ${timesText(times)}.</span>
              <button class="tool" type="button" @click=${() => timeChanged(times, 'date')}>
                Взять из расписания
              </button>`
          : nothing
      }
    </div>
  `;
}

/** «24.11.2026, 10:30–11:15» */
export function timesText({ date, startTime, endTime }: LessonTimes): string {
  return `${typedDay(date)}, ${startTime}–${endTime}`;
}

function labelView(id: string, text: string, required: boolean): TemplateResult {
  return html`<label for=${id}
    >${text}${required ? html` <span aria-hidden="true" class="bad">*</span>` : nothing}</label
  >`;
}

function errorView(field: string, text: string | undefined): TemplateResult {
  return html`<div id="${field}-error" class="error small">${text ?? ''}</div>`;
}
