import { html, nothing, type TemplateResult } from 'lit';
import '@vaadin/button';
import type { ConferenceCard, ConferenceWarning } from '../protocol/conference-protocol.js';
import { errorText } from './api-error.js';
import type { ChangeLine } from './chat-difference.js';
import './modal-element.js';
import { noticeView } from './notice-view.js';
import type { ConflictChoice } from './save-dialogs-view.js';

const NAMES_SHOWN = 12;

/** Instead of the form. */
export function closedConferenceView({ conference }: ConferenceCard): TemplateResult {
  const text = 'Она завершена, завершается или отменена, либо у вас больше нет права её изменять.';
  return noticeView({ tone: 'warning', title: `Видеоконференцию «${conference.title}» изменить нельзя`, text });
}

/**
 * What stands above the form: why it was not saved, and that there is a newer version.
 * @param compare undefined: there is none
 */
export function formNoticesView(problem: unknown, compare: (() => void) | undefined): TemplateResult {
  const extra = html`<vaadin-button @click=${compare}>Сравнить</vaadin-button>`;
  const title = 'Эту видеоконференцию только что изменил другой человек или расписание';
  return html`
    ${
      problem === undefined
        ? nothing
        : noticeView({ tone: 'error', title: 'Не сохранено, введённое осталось', text: errorText(problem) })
    }
    ${compare === undefined ? nothing : noticeView({ tone: 'warning', title, extra })}
  `;
}

/** Named, but allowed: a strip in the form. */
export function warningsView(warnings: readonly ConferenceWarning[]): TemplateResult | typeof nothing {
  if (warnings.length === 0) return nothing;
  const lines = warnings.map(({ text }) => html`<li>${text}</li>`);
  const extra = html`<ul class="warnings">
    ${lines}
  </ul>`;
  return noticeView({ tone: 'warning', title: 'Обратите внимание, сохранить можно', extra });
}

/** The same before saving, where the person has not seen it yet. */
export function warnedView(
  warnings: readonly ConferenceWarning[] | undefined,
  accept: () => void,
  cancel: () => void,
): TemplateResult {
  return html`
    <sferum-modal
      kind="alertdialog"
      header="Сохранить видеоконференцию?"
      .opened=${warnings !== undefined}
      @dismissed=${cancel}
    >
      <ul class="people">
        ${(warnings ?? []).map(({ text }) => html`<li>${text}</li>`)}
      </ul>
      <vaadin-button slot="buttons" @click=${cancel}>Отмена</vaadin-button>
      <vaadin-button slot="buttons" theme="primary" data-first @click=${accept}>Сохранить</vaadin-button>
    </sferum-modal>
  `;
}

export interface ConferenceVersions {
  readonly mine: readonly ChangeLine[];
  readonly theirs: readonly ChangeLine[];
}

/** Both versions of a conference that two people, or a person and the timetable, changed at once. */
export function conferenceConflictView(
  versions: ConferenceVersions | undefined,
  choice: ConflictChoice,
): TemplateResult {
  return html`
    <sferum-modal
      kind="alertdialog"
      wide
      header="Видеоконференцию уже изменили"
      .opened=${versions !== undefined}
      @dismissed=${choice.back}
    >
      <p>Пока это окно было открыто, её изменил другой человек или расписание. Ваши изменения не потеряны.</p>
      <div class="versions">
        <section class="version">
          <h3>Ваши изменения</h3>
          ${linesView(versions?.mine ?? [])}
        </section>
        <section class="version">
          <h3>Уже сохранено</h3>
          ${linesView(versions?.theirs ?? [])}
        </section>
      </div>
      <vaadin-button slot="buttons" data-first @click=${choice.back}>Вернуться в окно</vaadin-button>
      <vaadin-button slot="buttons" @click=${choice.theirs}>Оставить как сейчас</vaadin-button>
      <vaadin-button slot="buttons" theme="primary" @click=${choice.mine}>Сохранить и мои изменения</vaadin-button>
    </sferum-modal>
  `;
}

function linesView(lines: readonly ChangeLine[]): TemplateResult {
  if (lines.length === 0) return html`<p class="muted">Ничего, что видно в этом окне.</p>`;
  return html`<dl style="margin: 0">
    ${lines.map(
      ({ label, items }) =>
        html`<dt>${label}</dt>
          <dd>${namesText(items)}</dd>`,
    )}
  </dl>`;
}

function namesText(items: readonly string[]): string {
  const rest = items.length - NAMES_SHOWN;
  return rest <= 0 ? items.join(', ') : `${items.slice(0, NAMES_SHOWN).join(', ')} и ещё ${rest}`;
}
