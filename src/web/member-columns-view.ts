import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { MemberRow } from '../protocol/protocol.js';
import { MEMBER_STATE_TITLE } from '../protocol/texts.js';
import { reasonsText } from './member-tabs.js';
import { memberStateView } from './state-view.js';
import type { WindowContext } from './window-element.js';

const ROLE_TITLE = { admin: 'Администратор', member: 'Участник' } as const;

/** Columns of a chat's members; in a narrow window one column. */
export function memberColumns({ narrow }: WindowContext): TemplateResult {
  if (narrow) {
    return html`<vaadin-grid-column
      header="Участник"
      flex-grow="1"
      ${columnBodyRenderer<MemberRow>((member) => narrowView(member), [])}
    ></vaadin-grid-column>`;
  }
  return html`
    <vaadin-grid-column
      header="Фамилия, имя, отчество"
      width="220px"
      flex-grow="2"
      resizable
      ${columnBodyRenderer<MemberRow>((member) => nameView(member), [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Роль"
      width="140px"
      flex-grow="0"
      resizable
      ${columnBodyRenderer<MemberRow>((member) => html`${ROLE_TITLE[member.role]}`, [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Состояние"
      width="280px"
      flex-grow="3"
      resizable
      ${columnBodyRenderer<MemberRow>((member) => stateView(member), [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Почему в чате"
      width="220px"
      flex-grow="3"
      ${columnBodyRenderer<MemberRow>((member) => reasonsView(member), [])}
    ></vaadin-grid-column>
  `;
}

function narrowView(member: MemberRow): TemplateResult {
  const role = member.role === 'admin' ? `${ROLE_TITLE.admin} · ` : '';
  return html`
    <div class="stack">
      ${nameView(member)}${stateView(member)}
      <span class="cut small muted">${role}${reasonsText(member)}</span>
    </div>
  `;
}

function nameView({ name }: MemberRow): TemplateResult {
  return html`<span class="cut" style="font-weight: 500" title=${name}>${name}</span>`;
}

function stateView({ state, stateText }: MemberRow): TemplateResult {
  const more = stateText === '' || stateText === MEMBER_STATE_TITLE[state];
  return html`
    <div class="stack">
      ${memberStateView(state)}
      ${more ? nothing : html`<span class="clamp small muted" title=${stateText}>${stateText}</span>`}
    </div>
  `;
}

function reasonsView(member: MemberRow): TemplateResult {
  const text = reasonsText(member);
  return html`<span class="cut muted" title=${text}>${text}</span>`;
}
