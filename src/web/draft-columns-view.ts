import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { DraftRow } from './member-draft.js';

/** What can be done on a line of the form's table. */
export interface DraftActions {
  readonly remove: (row: DraftRow) => void;
  readonly undo: (row: DraftRow) => void;
  readonly returnToRule: (row: DraftRow) => void;
  readonly setAdmin: (row: DraftRow, admin: boolean) => void;
}

/** Columns of the members in the form of a chat; in a narrow window one column. */
export function draftColumns(actions: DraftActions, narrow: boolean, refused: ReadonlySet<string>): TemplateResult {
  if (narrow) {
    return html`<vaadin-grid-column
      header="Участник"
      flex-grow="1"
      ${columnBodyRenderer<DraftRow>(
        (row) => html`
          <div class="stack">
            ${personView(row, refused)}
            <div class="row tools">${adminView(row, actions, true)}${toolsView(row, actions)}</div>
          </div>
        `,
        [refused],
      )}
    ></vaadin-grid-column>`;
  }
  return html`
    <vaadin-grid-column
      header="Фамилия, имя, отчество"
      width="240px"
      flex-grow="1"
      ${columnBodyRenderer<DraftRow>((row) => personView(row, refused), [refused])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Администратор чата"
      width="176px"
      flex-grow="0"
      ${columnBodyRenderer<DraftRow>((row) => adminView(row, actions, false), [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Действия"
      width="236px"
      flex-grow="0"
      ${columnBodyRenderer<DraftRow>((row) => html`<div class="row tools">${toolsView(row, actions)}</div>`, [])}
    ></vaadin-grid-column>
  `;
}

function personView(row: DraftRow, refused: ReadonlySet<string>): TemplateResult {
  const { personId, name, belongs, detail, linked } = row;
  const facts = [detail, linked ? '' : 'аккаунт не привязан'].filter((fact) => fact !== '').join(' · ');
  return html`
    <div class="stack">
      <span class="cell named">
        <span class="cut person ${belongs ? '' : 'gone'}" title=${name}>${name}</span>
        ${markView(row)} ${refused.has(personId) ? html`<span class="mark bad">нет в организации</span>` : nothing}
      </span>
      <span class="cut small muted" title=${facts}>${facts}</span>
    </div>
  `;
}

/** A change not saved yet comes before what was decided earlier. */
function markView({ change, decided, belongs, role }: DraftRow): TemplateResult | typeof nothing {
  switch (change) {
    case 'add':
      return html`<span class="mark good">будет добавлен</span>`;
    case 'remove':
      return html`<span class="mark bad">будет удалён</span>`;
    case 'rule':
      return html`<span class="mark info">${belongs ? 'по правилу' : 'будет удалён по правилу'}</span>`;
    case 'role':
      return html`<span class="mark info">${role === 'admin' ? 'станет администратором' : 'станет участником'}</span>`;
    case undefined:
      return decided === undefined ? nothing : html`<span class="mark">${DECIDED_TEXT[decided]}</span>`;
  }
}

const DECIDED_TEXT = {
  added: 'добавлен вручную',
  removed: 'удалён вручную',
  left: 'вышел из чата',
  admin: 'администратор вручную',
} as const;

function adminView(row: DraftRow, { setAdmin }: DraftActions, worded: boolean): TemplateResult | typeof nothing {
  if (!row.belongs) return nothing;
  const changed = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) setAdmin(row, event.target.checked);
  };
  const locked = row.locked
    ? 'Администратор чатов «Сферум» всегда администратор чата'
    : 'Администратор чата по правилу';
  return html`
    <label class="cell small" title=${row.roleOpen ? '' : locked}>
      <input
        type="checkbox"
        aria-label="Администратор чата: ${row.name}"
        .checked=${row.role === 'admin'}
        ?disabled=${!row.roleOpen}
        @change=${changed}
      />
      ${worded ? 'администратор' : nothing}
    </label>
  `;
}

function toolsView(row: DraftRow, actions: DraftActions): unknown {
  const { name, change, belongs, locked, returnable } = row;
  if (locked) return html`<span class="small muted">нельзя удалить</span>`;
  const rule = tool('Вернуть к правилу', name, () => actions.returnToRule(row));
  if (change === 'remove' || change === 'rule') return tool('Отменить', name, () => actions.undo(row));
  if (belongs) return html`${tool('Удалить', name, () => actions.remove(row))}${returnable ? rule : nothing}`;
  return returnable ? rule : nothing;
}

function tool(label: string, name: string, run: () => void): TemplateResult {
  return html`<button class="tool" aria-label="${label}: ${name}" @click=${run}>${label}</button>`;
}
