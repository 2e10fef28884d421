import { css, html, nothing, type TemplateResult } from 'lit';
import '@vaadin/button';
import type { ChatCard, ChatCheck } from '../protocol/chat-protocol.js';
import { CHAT_KIND_TITLE, PERSON_KIND_TITLE } from '../protocol/texts.js';
import { changesBetween, ownChanges, type ChangeLine } from './chat-difference.js';
import type { ChatForm } from './chat-form.js';
import './modal-element.js';
import { countText, pluralForm } from './plural-text.js';
import { momentText } from './time-text.js';

const NAMES_SHOWN = 12;
const PERSON_FORMS = ['человек', 'человека', 'человек'] as const;

export const saveDialogStyles = css`
  ul.people {
    margin: 0;
    padding-inline-start: 20px;
    max-height: 260px;
    overflow: auto;
  }

  .versions {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(240px, 1fr));
    gap: 12px;
  }

  .version {
    padding: 12px 14px;
    border: 1px solid var(--sferum-line);
    border-radius: 10px;
    min-width: 0;
  }

  .version h3 {
    margin: 0 0 8px;
    font-size: 14px;
  }

  .version dt {
    font-size: 12px;
    color: var(--sferum-muted);
  }

  .version dd {
    margin: 0 0 8px;
  }
`;

/** Warns about people who have not linked: «Ок» goes on, «Отмена» returns to the form. */
export function unlinkedWarningView(
  unlinked: ChatCheck['unlinked'] | undefined,
  accept: () => void,
  cancel: () => void,
): TemplateResult {
  const people = unlinked ?? [];
  return html`
    <sferum-modal
      kind="alertdialog"
      header="Не все участники привязали аккаунт"
      .opened=${unlinked !== undefined}
      @dismissed=${cancel}
    >
      <p>
        <strong>${countText(people.length, PERSON_FORMS)}</strong> ещё не
        ${pluralForm(people.length, ['связал', 'связали', 'связали'])} учётную запись ЭШ с учебным профилем Сферума.
      </p>
      <ul class="people" tabindex="0" aria-label="Участники без привязки">
        ${people.map(
          ({ name, kind }) => html`<li>${name} <span class="muted small">${PERSON_KIND_TITLE[kind]}</span></li>`,
        )}
      </ul>
      <p>
        ${people.length === 1 ? 'Он будет добавлен' : 'Они будут добавлены'} в чат реестра «Сферум» в ЭШ, а в чат на
        стороне Сферума – только после привязки аккаунта ЭШ к учебному профилю Сферума. Это произойдёт само.
      </p>
      <vaadin-button slot="buttons" @click=${cancel}>Отмена</vaadin-button>
      <vaadin-button slot="buttons" theme="primary" data-first @click=${accept}>Ок</vaadin-button>
    </sferum-modal>
  `;
}

export interface ConflictChoice {
  readonly mine: () => void;
  readonly theirs: () => void;
  readonly back: () => void;
}

/** Both versions of a chat that two people changed at once. */
export function conflictView(
  form: ChatForm,
  current: ChatCard | undefined,
  timeZone: string,
  choice: ConflictChoice,
): TemplateResult {
  const { card } = form;
  const open = current !== undefined && card !== undefined;
  return html`
    <sferum-modal kind="alertdialog" wide header="Чат изменил другой человек" .opened=${open} @dismissed=${choice.back}>
      ${open ? versionsView(form, card, current, timeZone) : nothing}
      <vaadin-button slot="buttons" data-first @click=${choice.back}>Вернуться в окно</vaadin-button>
      <vaadin-button slot="buttons" @click=${choice.theirs}>Оставить как сейчас</vaadin-button>
      <vaadin-button slot="buttons" theme="primary" @click=${choice.mine}>Сохранить и мои изменения</vaadin-button>
    </sferum-modal>
  `;
}

function versionsView(form: ChatForm, before: ChatCard, current: ChatCard, timeZone: string): TemplateResult {
  const { edited } = current;
  const by = edited === undefined ? '' : ` (${edited.by}, ${momentText(edited.at, timeZone, new Date())})`;
  return html`
    <p>
      Пока это окно было открыто, в чат «${before.chat.title}» (${CHAT_KIND_TITLE[before.chat.kind]}) внесли другие
      изменения. Ваши не потеряны.
    </p>
    <div class="versions">
      <section class="version">
        <h3>Ваши изменения</h3>
        ${linesView(ownChanges(form))}
      </section>
      <section class="version">
        <h3>Уже сохранено${by}</h3>
        ${linesView(changesBetween(before, current))}
      </section>
    </div>
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
