import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { ChatMember, MemberHelp } from '../protocol/chat-protocol.js';
import { MEMBER_STATE_TITLE } from '../protocol/texts.js';
import { reasonsText } from './member-tabs.js';
import { memberStateView } from './state-view.js';
import type { WindowContext } from './window-element.js';

const ROLE_TITLE = { admin: 'Администратор', member: 'Участник' } as const;

/** What helps a person who is not in the chat. */
export interface MemberActions {
  readonly copyInvite: (member: ChatMember) => void;
  readonly retry: (member: ChatMember) => void;
  readonly openLinks: (member: ChatMember) => void;
  readonly returnToRule: (member: ChatMember) => void;
}

const HELP: Readonly<Record<MemberHelp, readonly [label: string, action: keyof MemberActions]>> = {
  'copy-invite': ['Скопировать приглашение', 'copyInvite'],
  retry: ['Повторить сейчас', 'retry'],
  'open-links': ['Открыть список привязок', 'openLinks'],
  rule: ['Вернуть к правилу', 'returnToRule'],
};

export const memberHelpStyles = css`
  button.help {
    padding: 2px 0;
    border: 0;
    border-radius: 3px;
    background: none;
    color: var(--sferum-accent);
    font: inherit;
    text-align: start;
    white-space: normal;
    cursor: pointer;
  }

  button.help:hover {
    text-decoration: underline;
  }

  button.help:focus-visible {
    outline: 2px solid var(--sferum-accent);
    outline-offset: 1px;
  }
`;

/** Columns of a chat's members; in a narrow window one column. */
export function memberColumns({ narrow }: WindowContext, actions: MemberActions): TemplateResult {
  if (narrow) {
    return html`<vaadin-grid-column
      header="Участник"
      flex-grow="1"
      ${columnBodyRenderer<ChatMember>((member) => narrowView(member, actions), [])}
    ></vaadin-grid-column>`;
  }
  return html`
    <vaadin-grid-column
      header="Фамилия, имя, отчество"
      width="230px"
      flex-grow="2"
      resizable
      ${columnBodyRenderer<ChatMember>((member) => html`<div class="stack">${nameView(member)}${reasonsView(member)}</div>`, [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Роль"
      width="148px"
      flex-grow="0"
      resizable
      ${columnBodyRenderer<ChatMember>((member) => html`${ROLE_TITLE[member.role]}`, [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Состояние"
      width="240px"
      flex-grow="3"
      resizable
      ${columnBodyRenderer<ChatMember>((member) => stateView(member), [])}
    ></vaadin-grid-column>
    <vaadin-grid-column
      header="Что можно сделать"
      width="176px"
      flex-grow="0"
      ${columnBodyRenderer<ChatMember>((member) => helpView(member, actions), [])}
    ></vaadin-grid-column>
  `;
}

function narrowView(member: ChatMember, actions: MemberActions): TemplateResult {
  const role = member.role === 'admin' ? `${ROLE_TITLE.admin} · ` : '';
  return html`
    <div class="stack">
      ${nameView(member)}${stateView(member)}
      <span class="cut small muted">${role}${reasonsText(member)}</span>
      ${helpView(member, actions)}
    </div>
  `;
}

function helpView(member: ChatMember, actions: MemberActions): TemplateResult | typeof nothing {
  if (member.help === undefined) return nothing;
  const [label, action] = HELP[member.help];
  return html`<button class="help" aria-label="${label}: ${member.name}" @click=${() => actions[action](member)}>
    ${label}
  </button>`;
}

function nameView({ name }: ChatMember): TemplateResult {
  return html`<span class="cut" style="font-weight: 500" title=${name}>${name}</span>`;
}

function stateView({ state, stateText }: ChatMember): TemplateResult {
  const more = stateText === '' || stateText === MEMBER_STATE_TITLE[state];
  return html`
    <div class="stack">
      ${memberStateView(state)}
      ${more ? nothing : html`<span class="clamp small muted" title=${stateText}>${stateText}</span>`}
    </div>
  `;
}

function reasonsView(member: ChatMember): TemplateResult {
  const text = reasonsText(member);
  return html`<span class="cut small muted" title=${text}>${text}</span>`;
}
