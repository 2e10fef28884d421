import { columnBodyRenderer } from '@vaadin/grid/lit.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatEntry } from '../protocol/chat-protocol.js';
import { CHAT_CHECKING_TEXT } from '../protocol/doubt-texts.js';
import { CHAT_KIND_TITLE } from '../protocol/texts.js';
import { numberText } from './plural-text.js';
import { chatKindView, chatStateView, kindMark } from './state-view.js';
import { ageText, momentText } from './time-text.js';
import type { WindowContext } from './window-element.js';

type Open = (chat: ChatEntry) => void;

/** Columns of the table of chats; in a narrow window one column of three lines. */
export function chatColumns(context: WindowContext, open: Open): TemplateResult {
  return context.narrow ? narrowColumn(context, open) : wideColumns(context, open);
}

function wideColumns(context: WindowContext, open: Open): TemplateResult {
  const { medium } = context;
  return html`
    <vaadin-grid-sort-column
      path="kind"
      header="Тип"
      direction="asc"
      width=${medium ? '76px' : '192px'}
      flex-grow="0"
      resizable
      ${columnBodyRenderer<ChatEntry>((chat) => chatKindView(chat.kind, medium), medium)}
    ></vaadin-grid-sort-column>
    <vaadin-grid-sort-column
      path="title"
      header="Название"
      width="150px"
      flex-grow="1"
      resizable
      ${columnBodyRenderer<ChatEntry>((chat, { index }) => titleView(chat, index, open), [])}
    ></vaadin-grid-sort-column>
    <vaadin-grid-sort-column
      path="source"
      header="Класс или группа"
      width="166px"
      ?hidden=${medium}
      flex-grow="0"
      resizable
      ${columnBodyRenderer<ChatEntry>((chat) => sourceView(chat), [])}
    ></vaadin-grid-sort-column>
    ${countColumns()}
    <vaadin-grid-sort-column
      path="state"
      header="Состояние"
      width="220px"
      flex-grow="0"
      ${columnBodyRenderer<ChatEntry>((chat) => stateView(chat, context), context)}
    ></vaadin-grid-sort-column>
  `;
}

function countColumns(): TemplateResult {
  return html`
    <vaadin-grid-sort-column
      path="members"
      header="Участники"
      width="116px"
      flex-grow="0"
      text-align="end"
      ${columnBodyRenderer<ChatEntry>((chat) => membersView(chat), [])}
    ></vaadin-grid-sort-column>
    <vaadin-grid-sort-column
      path="waiting"
      header="Ждут"
      width="88px"
      flex-grow="0"
      text-align="end"
      ${columnBodyRenderer<ChatEntry>((chat) => countView(chat.waiting, 'warn'), [])}
    ></vaadin-grid-sort-column>
    <vaadin-grid-sort-column
      path="failed"
      header="Ошибки"
      width="100px"
      flex-grow="0"
      text-align="end"
      ${columnBodyRenderer<ChatEntry>((chat) => countView(chat.failed, 'bad'), [])}
    ></vaadin-grid-sort-column>
  `;
}

function narrowColumn(context: WindowContext, open: Open): TemplateResult {
  return html`
    <vaadin-grid-sort-column
      path="title"
      header="Название"
      flex-grow="1"
      ${columnBodyRenderer<ChatEntry>((chat, { index }) => narrowView(chat, index, context, open), context)}
    ></vaadin-grid-sort-column>
  `;
}

function narrowView(chat: ChatEntry, index: number, context: WindowContext, open: Open): TemplateResult {
  const facts = [`${numberText(chat.present)} из ${numberText(chat.members)}`];
  if (chat.waiting > 0) facts.push(`ждут ${numberText(chat.waiting)}`);
  if (chat.failed > 0) facts.push(`ошибки ${numberText(chat.failed)}`);
  return html`
    <div class="cell">
      ${kindMark(chat.kind)}
      <div class="stack">
        ${titleView(chat, index, open)}
        <span class="cut small muted">${CHAT_KIND_TITLE[chat.kind]} · ${facts.join(' · ')}</span>
        <span class="small">${stateView(chat, context)}</span>
      </div>
    </div>
  `;
}

function titleView(chat: ChatEntry, index: number, open: Open): TemplateResult {
  return html`<button class="link" data-row=${index} title=${chat.title} @click=${() => open(chat)}>
    ${chat.title}
  </button>`;
}

function sourceView(chat: ChatEntry): TemplateResult | typeof nothing {
  return chat.source === undefined ? nothing : html`<span class="cut" title=${chat.source}>${chat.source}</span>`;
}

function membersView(chat: ChatEntry): TemplateResult {
  const all = chat.present === chat.members;
  const text = all ? numberText(chat.members) : `${numberText(chat.present)} из ${numberText(chat.members)}`;
  return html`<span class="number" title="В чате ${numberText(chat.present)} из ${numberText(chat.members)}"
    >${text}</span
  >`;
}

function countView(count: number, tone: string): TemplateResult {
  return html`<span class="number ${count === 0 ? 'zero' : tone}">${count === 0 ? '–' : numberText(count)}</span>`;
}

function stateView(chat: ChatEntry, context: WindowContext): TemplateResult {
  const { timeZone } = context.session.organization;
  const now = new Date();
  const since = `Состояние на ${momentText(chat.stateAt, timeZone, now)}.`;
  const next = chat.problem?.nextAttemptAt;
  const attempt = next === undefined ? '' : ` Следующая попытка: ${momentText(next, timeZone, now)}.`;
  const problem = chat.problem === undefined ? '' : `${chat.problem.text}${attempt} `;
  const title = `${problem}${chat.checking ? `${CHAT_CHECKING_TEXT.help} ` : ''}${since}`;
  const beside = chat.checking ? CHAT_CHECKING_TEXT.brief : ageText(chat.stateAt, timeZone, now);
  return html`<span class="cell" title=${title}>
    ${chatStateView(chat.state)}<span class="small muted cut">${beside}</span>
  </span>`;
}
